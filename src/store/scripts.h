#ifndef STORE_SCRIPTS_H
#define STORE_SCRIPTS_H

#include <stdbool.h>
#include "base/str.h"

/*
 * The Lua scripts of src/store/lua, embedded at build time. Every change of state is one of them:
 * it checks, stores, appends the event, then publishes, in this order, since a script does not roll
 * back. Each is sent as: its "#!lua" line with flags, what it names of the keys and of the library
 * (store/library.h), its own text.
 * Scripts build keys from the table rather than take them as KEYS: snug runs on one primary, or on
 * a non-clustered endpoint, since the article's keys share no hash tag.
 */

/* Every script: its id, its file, and what Redis is told of it (scripts.c). */

/* clang-format off */
#define STORE_SCRIPTS(X) \
    X(EPOCH, epoch, ALLOW_OOM) \
    X(SEED, seed, WRITES) \
    X(USER_REGISTER, user_register, WRITES) \
    X(USER_ADD, user_add, WRITES) \
    X(USER_ENTER, user_enter, WRITES) \
    X(USER_FIND, user_find, READS) \
    X(LOGIN_TRY, login_try, ALLOW_OOM) \
    X(LOGIN_DONE, login_done, ALLOW_OOM) \
    X(USER_LIST, user_list, ALLOW_OOM) \
    X(USER_PASSWORD, user_password, ALLOW_OOM) \
    X(USER_ALL, user_all, ALLOW_OOM) \
    X(USER_CHANGE, user_change, ALLOW_OOM) \
    X(USER_DELETE, user_delete, ALLOW_OOM) \
    X(RESET_CREATE, reset_create, WRITES) \
    X(RESET_FIND, reset_find, READS) \
    X(RESET_USE, reset_use, ALLOW_OOM) \
    X(INVITE_CREATE, invite_create, WRITES) \
    X(INVITE_LIST, invite_list, ALLOW_OOM) \
    X(INVITE_REVOKE, invite_revoke, ALLOW_OOM) \
    X(SERVER_LOOK, server_look, READS) \
    X(SESSION_CREATE, session_create, WRITES) \
    X(SESSION_FIND, session_find, ALLOW_OOM) \
    X(SESSION_LIST, session_list, ALLOW_OOM) \
    X(SESSION_END, session_end, ALLOW_OOM) \
    X(SESSION_REVOKE, session_revoke, ALLOW_OOM) \
    X(TOKEN_CREATE, token_create, WRITES) \
    X(TOKEN_LIST, token_list, ALLOW_OOM) \
    X(TOKEN_REVOKE, token_revoke, ALLOW_OOM) \
    X(ROOM_LIST, room_list, ALLOW_OOM) \
    X(ROOM_OPEN, room_open, WRITES) \
    X(ROOM_JOIN, room_join, WRITES) \
    X(ROOM_LEAVE, room_leave, ALLOW_OOM) \
    X(READ_MARK, read_mark, ALLOW_OOM) \
    X(ROOM_CREATE, room_create, WRITES) \
    X(ROOM_LOOK, room_look, ALLOW_OOM) \
    X(ROOM_PUBLIC, room_public, ALLOW_OOM) \
    X(ROOM_CHANGE, room_change, WRITES) \
    X(ROOM_DELETE, room_delete, ALLOW_OOM) \
    X(ROOM_SWEEP, room_sweep, ALLOW_OOM) \
    X(ROOM_MEMBERS, room_members, ALLOW_OOM) \
    X(TYPING_TELL, typing_tell, WRITES) \
    X(BLOCK_SET, block_set, ALLOW_OOM) \
    X(BLOCK_LIFT, block_lift, ALLOW_OOM) \
    X(BLOCK_LIST, block_list, ALLOW_OOM) \
    X(MESSAGE_SEND, message_send, WRITES) \
    X(MESSAGE_PAGE, message_page, ALLOW_OOM) \
    X(SEARCH_ROOMS, search_rooms, ALLOW_OOM) \
    X(SEARCH_READ, search_read, ALLOW_OOM) \
    X(HOOK_CREATE, hook_create, WRITES) \
    X(HOOK_LIST, hook_list, ALLOW_OOM) \
    X(HOOK_RENEW, hook_renew, ALLOW_OOM) \
    X(HOOK_POST, hook_post, WRITES) \
    X(MESSAGE_EDIT, message_edit, WRITES) \
    X(MESSAGE_DELETE, message_delete, ALLOW_OOM) \
    X(MESSAGE_REACT, message_react, WRITES) \
    X(MESSAGE_REACTIONS, message_reactions, ALLOW_OOM) \
    X(OUTBOX_SET, outbox_set, ALLOW_OOM) \
    X(OUTBOX_FIND, outbox_find, ALLOW_OOM) \
    X(OUTBOX_TAKE, outbox_take, ALLOW_OOM) \
    X(OUTBOX_DONE, outbox_done, ALLOW_OOM) \
    X(LIMIT_TAKE, limit_take, WRITES) \
    X(BAN_SET, ban_set, ALLOW_OOM) \
    X(BAN_LIFT, ban_lift, ALLOW_OOM) \
    X(BAN_LIST, ban_list, ALLOW_OOM) \
    X(IMPORT, import, WRITES) \
    X(IMPORT_DONE, import_done, ALLOW_OOM) \
    X(RETENTION_STEP, retention_step, ALLOW_OOM) \
    X(MEMORY_TELL, memory_tell, ALLOW_OOM) \
    X(EVENT_ADOPT, event_adopt, WRITES) \
    X(EVENT_LOG, event_log, READS) \
    X(STREAM_OPEN, stream_open, ALLOW_OOM) \
    X(PRESENCE_JOIN, presence_join, ALLOW_OOM) \
    X(PRESENCE_LEAVE, presence_leave, ALLOW_OOM) \
    X(PRESENCE_BEAT, presence_beat, ALLOW_OOM)
/* clang-format on */

#define STORE_SCRIPTS_ID(id, name, flags) STORE_SCRIPT_##id,
enum store_script { STORE_SCRIPTS(STORE_SCRIPTS_ID) STORE_SCRIPT__MAX };

/* The whole text, as sent. Made on first use; lives as long as the process. */
struct str store_scripts_text(enum store_script script);

/* The SHA1 that Redis told for it, 40 hex digits; absent until store_scripts_learn(). */
struct str store_scripts_sha(enum store_script script);

/* Remembers what SCRIPT LOAD answered. */
void store_scripts_learn(enum store_script script, struct str sha);

/*
 * Does each new connection load all scripts, so that they can be run by their hashes? As a process
 * begins, yes; one that runs a script or two and ends says no, and each goes with its text.
 */
bool store_scripts_preload(void);
void store_scripts_set_preload(bool on);

/* "message_send", for logs. */
const char *store_scripts_name(enum store_script script);

#endif
