#ifndef STORE_SCRIPTS_H
#define STORE_SCRIPTS_H

#include "base/str.h"

/*
 * The Lua scripts of src/store/lua, embedded at build time. Every change of state is one of them:
 * it checks, stores, appends the event, then publishes, in this order, since a script does not roll
 * back. Each is sent as: its "#!lua" line with flags, the key table, json.lua, common.lua,
 * limit.lua, its own text.
 * Scripts build keys from the table rather than take them as KEYS: snug runs on one primary, or on
 * a non-clustered endpoint, since the article's keys share no hash tag.
 */

enum store_script {
    STORE_SCRIPT_EPOCH,
    STORE_SCRIPT_SEED,
    STORE_SCRIPT_USER_REGISTER,
    STORE_SCRIPT_BOT_CREATE,
    STORE_SCRIPT_USER_FIND,
    STORE_SCRIPT_LOGIN_TRY,
    STORE_SCRIPT_LOGIN_DONE,
    STORE_SCRIPT_USER_LIST,
    STORE_SCRIPT_USER_PASSWORD,
    STORE_SCRIPT_USER_ALL,
    STORE_SCRIPT_USER_CHANGE,
    STORE_SCRIPT_USER_DELETE,
    STORE_SCRIPT_RESET_CREATE,
    STORE_SCRIPT_RESET_FIND,
    STORE_SCRIPT_RESET_USE,
    STORE_SCRIPT_INVITE_CREATE,
    STORE_SCRIPT_INVITE_LIST,
    STORE_SCRIPT_INVITE_REVOKE,
    STORE_SCRIPT_SESSION_CREATE,
    STORE_SCRIPT_SESSION_FIND,
    STORE_SCRIPT_SESSION_LIST,
    STORE_SCRIPT_SESSION_END,
    STORE_SCRIPT_SESSION_REVOKE,
    STORE_SCRIPT_TOKEN_CREATE,
    STORE_SCRIPT_TOKEN_LIST,
    STORE_SCRIPT_TOKEN_REVOKE,
    STORE_SCRIPT_ROOM_LIST,
    STORE_SCRIPT_ROOM_OPEN,
    STORE_SCRIPT_ROOM_JOIN,
    STORE_SCRIPT_ROOM_LEAVE,
    STORE_SCRIPT_MESSAGE_SEND,
    STORE_SCRIPT_MESSAGE_PAGE,
    STORE_SCRIPT_LIMIT_TAKE,
    STORE_SCRIPT_BAN_SET,
    STORE_SCRIPT_BAN_LIFT,
    STORE_SCRIPT_BAN_LIST,
    STORE_SCRIPT_EVENT_ADOPT,
    STORE_SCRIPT_EVENT_LOG,
    STORE_SCRIPT_STREAM_OPEN,
    STORE_SCRIPT_PRESENCE_JOIN,
    STORE_SCRIPT_PRESENCE_LEAVE,
    STORE_SCRIPT_PRESENCE_BEAT,
    STORE_SCRIPT__MAX
};

/* The whole text, as sent. Made on first use; lives as long as the process. */
struct str store_scripts_text(enum store_script script);

/* The SHA1 that Redis told for it, 40 hex digits; absent until store_scripts_learn(). */
struct str store_scripts_sha(enum store_script script);

/* Remembers what SCRIPT LOAD answered. */
void store_scripts_learn(enum store_script script, struct str sha);

/* "message_send", for logs. */
const char *store_scripts_name(enum store_script script);

#endif
