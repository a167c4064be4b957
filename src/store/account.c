#include "store/account.h"

#include "model/id.h"
#include "store/reply.h"
#include "store/user.h"

static struct str role_word(enum store_account_role role)
{
    static const char *const words[] = {"", "member", "admin"};
    return str_of(words[role]);
}

static struct str state_word(enum store_account_state state)
{
    static const char *const words[] = {"", "0", "1"};
    return str_of(words[state]);
}

enum err store_account_change(struct store_conn *conn, struct arena *arena,
                              struct store_asker *asker, struct str user,
                              enum store_account_role role, enum store_account_state state,
                              struct model_user *changed)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), user,
                                role_word(role), state_word(state)};
    const struct redisReply *reply;
    const enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_USER_CHANGE, words,
                                         ARRAY_LEN(words), &reply);
    return err == ERR_OK ? store_user_read(store_reply_at(reply, STORE_ASKER_REST), arena, changed)
                         : err;
}

/* Runs a script whose own answer is one text. */
static enum err ask_text(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         enum store_script script, const struct str *words, size_t n,
                         struct str *out)
{
    const struct redisReply *reply;
    struct str text;
    enum err err = store_asker_run(conn, arena, asker, script, words, n, &reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, STORE_ASKER_REST), &text);
    }
    if (err == ERR_OK) {
        *out = arena_str(arena, text);
    }
    return err;
}

enum err store_account_delete(struct store_conn *conn, struct arena *arena,
                              struct store_asker *asker, struct str user, struct str password,
                              struct str *id)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), user,
                                str_is_set(password) ? password : STR("")};
    return ask_text(conn, arena, asker, STORE_SCRIPT_USER_DELETE, words, ARRAY_LEN(words), id);
}

enum err store_account_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            uint64_t after, size_t most, struct model_user **users, size_t *count,
                            uint64_t *next)
{
    const struct str words[] = {arena_printf(arena, "%llu", (unsigned long long)after),
                                arena_printf(arena, "%zu", most)};
    const struct redisReply *reply;
    struct str text;
    enum err err =
        store_asker_run(conn, arena, asker, STORE_SCRIPT_USER_ALL, words, ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, STORE_ASKER_REST + 1), &text);
    }
    uint64_t go_on = 0;
    if (err == ERR_OK && text.len > 0 && !str_u64(text, &go_on)) {
        err = ERR_INTERNAL;
    }
    if (err == ERR_OK) {
        err = store_user_read_all(store_reply_at(reply, STORE_ASKER_REST), arena, users, count);
    }
    if (err == ERR_OK) {
        *next = go_on;
    }
    return err;
}

enum err store_account_reset(struct store_conn *conn, struct arena *arena,
                             struct store_asker *asker, struct str user, struct str sha256,
                             struct str *name)
{
    const struct str words[] = {user, sha256, arena_printf(arena, "%d", STORE_ACCOUNT_RESET_S)};
    return ask_text(conn, arena, asker, STORE_SCRIPT_RESET_CREATE, words, ARRAY_LEN(words), name);
}

enum err store_account_reset_find(struct store_conn *conn, struct arena *arena, struct str networks,
                                  struct str sha256, struct model_user *user)
{
    const struct str words[] = {networks, sha256};
    const struct redisReply *reply;
    struct str text[2]; /* id, name */
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_RESET_FIND, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, 0, ARRAY_LEN(text), text);
    }
    if (err == ERR_OK) {
        *user = (struct model_user){.id = arena_str(arena, text[0]),
                                    .username = arena_str(arena, text[1])};
    }
    return err;
}

enum err store_account_reset_use(struct store_conn *conn, struct arena *arena, struct str networks,
                                 struct str sha256, struct str password)
{
    const struct str words[] = {networks, store_conn_server(conn), store_conn_event_log(conn),
                                sha256, password};
    const struct redisReply *reply;
    return store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_RESET_USE, words, ARRAY_LEN(words)), &reply);
}
