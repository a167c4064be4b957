#include "store/scripts.h"

#include <stdint.h>
#include <string.h>
#include "base/attr.h"
#include "base/buf.h"
#include "store/keys.h"

#define TEXT_MAX (64 * 1024)
#define SHA_LEN  40

/*
 * Puts src/store/lua/NAME.lua into this object, between its two labels. The compiler runs in the
 * checkout's root. Labels are local: nothing but this file sees them.
 */
#define EMBED(name)                                                                                \
    __asm__(".pushsection .rodata\n"                                                               \
            "lua_" #name ":\n"                                                                     \
            ".incbin \"src/store/lua/" #name ".lua\"\n"                                            \
            "lua_" #name "_end:\n"                                                                 \
            ".balign 8\n"                                                                          \
            "lua_" #name "_len:\n"                                                                 \
            ".quad lua_" #name "_end - lua_" #name "\n"                                            \
            ".popsection\n");                                                                      \
    extern const char lua_##name[];                                                                \
    extern const uint64_t lua_##name##_len

EMBED(json);
EMBED(common);
EMBED(limit);
EMBED(epoch);
EMBED(seed);
EMBED(user_register);
EMBED(bot_create);
EMBED(user_find);
EMBED(login_try);
EMBED(login_done);
EMBED(user_list);
EMBED(user_password);
EMBED(user_all);
EMBED(user_change);
EMBED(user_delete);
EMBED(reset_create);
EMBED(reset_find);
EMBED(reset_use);
EMBED(invite_create);
EMBED(invite_list);
EMBED(invite_revoke);
EMBED(session_create);
EMBED(session_find);
EMBED(session_list);
EMBED(session_end);
EMBED(session_revoke);
EMBED(token_create);
EMBED(token_list);
EMBED(token_revoke);
EMBED(room_list);
EMBED(room_open);
EMBED(room_join);
EMBED(room_leave);
EMBED(message_send);
EMBED(message_page);
EMBED(limit_take);
EMBED(ban_set);
EMBED(ban_lift);
EMBED(ban_list);
EMBED(event_adopt);
EMBED(event_log);
EMBED(stream_open);
EMBED(presence_join);
EMBED(presence_leave);
EMBED(presence_beat);

/*
 * The first line of a script. Without flags it is refused as a whole when Redis is full, before it
 * has done half of its work. ALLOW_OOM is for what must work then: to read, which renews the
 * reader's session, to log out, to leave, to change a password, to shut somebody out; what these
 * write is small and bounded by the number of users, or gone within the hour.
 */
#define WRITES    "#!lua\n"
#define READS     "#!lua flags=no-writes\n"
#define ALLOW_OOM "#!lua flags=allow-oom\n"

struct script {
    const char *name;
    const char *first_line;
    const char *body;
    const uint64_t *body_len;
};

#define SCRIPT(name, first_line)                                                                   \
    {                                                                                              \
#name, first_line, lua_##name, &lua_##name##_len                                           \
    }

static const struct script table[STORE_SCRIPT__MAX] = {
    [STORE_SCRIPT_EPOCH] = SCRIPT(epoch, ALLOW_OOM),
    [STORE_SCRIPT_SEED] = SCRIPT(seed, WRITES),
    [STORE_SCRIPT_USER_REGISTER] = SCRIPT(user_register, WRITES),
    [STORE_SCRIPT_BOT_CREATE] = SCRIPT(bot_create, WRITES),
    [STORE_SCRIPT_USER_FIND] = SCRIPT(user_find, READS),
    [STORE_SCRIPT_LOGIN_TRY] = SCRIPT(login_try, ALLOW_OOM),
    [STORE_SCRIPT_LOGIN_DONE] = SCRIPT(login_done, ALLOW_OOM),
    [STORE_SCRIPT_USER_LIST] = SCRIPT(user_list, ALLOW_OOM),
    [STORE_SCRIPT_USER_PASSWORD] = SCRIPT(user_password, ALLOW_OOM),
    [STORE_SCRIPT_USER_ALL] = SCRIPT(user_all, ALLOW_OOM),
    [STORE_SCRIPT_USER_CHANGE] = SCRIPT(user_change, ALLOW_OOM),
    [STORE_SCRIPT_USER_DELETE] = SCRIPT(user_delete, ALLOW_OOM),
    [STORE_SCRIPT_RESET_CREATE] = SCRIPT(reset_create, WRITES),
    [STORE_SCRIPT_RESET_FIND] = SCRIPT(reset_find, READS),
    [STORE_SCRIPT_RESET_USE] = SCRIPT(reset_use, ALLOW_OOM),
    [STORE_SCRIPT_INVITE_CREATE] = SCRIPT(invite_create, WRITES),
    [STORE_SCRIPT_INVITE_LIST] = SCRIPT(invite_list, ALLOW_OOM),
    [STORE_SCRIPT_INVITE_REVOKE] = SCRIPT(invite_revoke, ALLOW_OOM),
    [STORE_SCRIPT_SESSION_CREATE] = SCRIPT(session_create, WRITES),
    [STORE_SCRIPT_SESSION_FIND] = SCRIPT(session_find, ALLOW_OOM),
    [STORE_SCRIPT_SESSION_LIST] = SCRIPT(session_list, ALLOW_OOM),
    [STORE_SCRIPT_SESSION_END] = SCRIPT(session_end, ALLOW_OOM),
    [STORE_SCRIPT_SESSION_REVOKE] = SCRIPT(session_revoke, ALLOW_OOM),
    [STORE_SCRIPT_TOKEN_CREATE] = SCRIPT(token_create, WRITES),
    [STORE_SCRIPT_TOKEN_LIST] = SCRIPT(token_list, ALLOW_OOM),
    [STORE_SCRIPT_TOKEN_REVOKE] = SCRIPT(token_revoke, ALLOW_OOM),
    [STORE_SCRIPT_ROOM_LIST] = SCRIPT(room_list, ALLOW_OOM),
    [STORE_SCRIPT_ROOM_OPEN] = SCRIPT(room_open, WRITES),
    [STORE_SCRIPT_ROOM_JOIN] = SCRIPT(room_join, WRITES),
    [STORE_SCRIPT_ROOM_LEAVE] = SCRIPT(room_leave, ALLOW_OOM),
    [STORE_SCRIPT_MESSAGE_SEND] = SCRIPT(message_send, WRITES),
    [STORE_SCRIPT_MESSAGE_PAGE] = SCRIPT(message_page, ALLOW_OOM),
    [STORE_SCRIPT_LIMIT_TAKE] = SCRIPT(limit_take, WRITES),
    [STORE_SCRIPT_BAN_SET] = SCRIPT(ban_set, ALLOW_OOM),
    [STORE_SCRIPT_BAN_LIFT] = SCRIPT(ban_lift, ALLOW_OOM),
    [STORE_SCRIPT_BAN_LIST] = SCRIPT(ban_list, ALLOW_OOM),
    [STORE_SCRIPT_EVENT_ADOPT] = SCRIPT(event_adopt, WRITES),
    [STORE_SCRIPT_EVENT_LOG] = SCRIPT(event_log, READS),
    [STORE_SCRIPT_STREAM_OPEN] = SCRIPT(stream_open, ALLOW_OOM),
    [STORE_SCRIPT_PRESENCE_JOIN] = SCRIPT(presence_join, ALLOW_OOM),
    [STORE_SCRIPT_PRESENCE_LEAVE] = SCRIPT(presence_leave, ALLOW_OOM),
    [STORE_SCRIPT_PRESENCE_BEAT] = SCRIPT(presence_beat, ALLOW_OOM),
};

static struct buf texts[STORE_SCRIPT__MAX];
static char shas[STORE_SCRIPT__MAX][SHA_LEN];
static bool learned[STORE_SCRIPT__MAX];

/* The constants of store/keys.h as Lua tables. */
static void add_constants(struct buf *out)
{
    buf_add_cstr(out, "local key = {");
    for (size_t i = 0; i < STORE_KEY__MAX; i++) {
        buf_printf(out, "%s='%s',", store_keys_table[i].name, store_keys_table[i].pattern);
    }
    buf_add_cstr(out, "}\n");
    buf_printf(out, "local channel = {family='%s',own='%s'}\n", STORE_CHANNEL_FAMILY,
               STORE_CHANNEL_OWN);
    buf_printf(out, "local ttl = {sent=%d,session=%d,adopted=%d,hub=%d,known=%d}\n",
               STORE_TTL_SENT_S, STORE_TTL_SESSION_S, STORE_TTL_ADOPTED_S, STORE_TTL_HUB_S,
               STORE_TTL_KNOWN_S);
}

struct str store_scripts_text(enum store_script script)
{
    struct buf *text = &texts[script];
    if (text->len == 0) {
        buf_init(text, NULL, TEXT_MAX);
        buf_add_cstr(text, table[script].first_line);
        add_constants(text);
        buf_add(text, lua_json, (size_t)lua_json_len);
        buf_add(text, lua_common, (size_t)lua_common_len);
        buf_add(text, lua_limit, (size_t)lua_limit_len);
        buf_add(text, table[script].body, (size_t)*table[script].body_len);
    }
    return buf_str(text);
}

struct str store_scripts_sha(enum store_script script)
{
    return learned[script] ? (struct str){shas[script], SHA_LEN} : STR_NONE;
}

void store_scripts_learn(enum store_script script, struct str sha)
{
    if (sha.len == SHA_LEN) {
        memcpy(shas[script], sha.ptr, SHA_LEN);
        learned[script] = true;
    }
}

const char *store_scripts_name(enum store_script script)
{
    return table[script].name;
}
