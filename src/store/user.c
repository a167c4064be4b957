#include "store/user.h"

#include <string.h>
#include "store/reply.h"

enum err store_user_register(struct store_conn *conn, struct arena *arena, struct str name,
                             struct str hash, struct str invite, struct str *id)
{
    const struct str words[] = {name, model_user_fold(arena, name), hash,
                                str_is_set(invite) ? invite : STR("")};
    for (int i = 0; i < STORE_USER_CATCH_UP; i++) {
        const struct store_cmd cmd =
            store_cmd_script(arena, STORE_SCRIPT_USER_REGISTER, words, ARRAY_LEN(words));
        const struct redisReply *reply;
        enum err err = store_conn_one(conn, cmd, &reply);
        if (err != ERR_OK) {
            return err;
        }
        if (store_reply_is_nil(reply)) {
            continue;
        }
        struct str text;
        err = store_reply_str(reply, &text);
        if (err == ERR_OK) {
            *id = arena_str(arena, text);
        }
        return err;
    }
    return ERR_UNAVAILABLE;
}

enum err store_user_add(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                        struct str name, struct str hash, enum store_user_kind kind, struct str *id)
{
    static const char *const kinds[] = {"member", "admin", "bot"};
    const struct str words[] = {name, model_user_fold(arena, name), hash, str_of(kinds[kind])};
    for (int i = 0; i < STORE_USER_CATCH_UP; i++) {
        const struct redisReply *reply;
        enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_USER_ADD, words,
                                       ARRAY_LEN(words), &reply);
        if (err != ERR_OK) {
            return err;
        }
        const struct redisReply *made = store_reply_at(reply, STORE_ASKER_REST);
        struct str text;
        if (made != NULL && !store_reply_is_nil(made)) {
            err = store_reply_str(made, &text);
            *id = err == ERR_OK ? arena_str(arena, text) : STR_NONE;
            return err;
        }
    }
    return ERR_UNAVAILABLE;
}

enum err store_user_read_stored(const struct redisReply *reply, size_t first, struct arena *arena,
                                struct model_user *user, struct str *hash)
{
    struct str text[4]; /* id, name, stored password, role */
    const enum err err = store_reply_strs(reply, first, ARRAY_LEN(text), text);
    if (err == ERR_OK) {
        *user = (struct model_user){.id = arena_str(arena, text[0]),
                                    .username = arena_str(arena, text[1]),
                                    .is_admin = str_eq(text[3], STR("admin"))};
        *hash = arena_str(arena, text[2]);
    }
    return err;
}

enum err store_user_find(struct store_conn *conn, struct arena *arena, struct str name,
                         struct model_user *user, struct str *hash)
{
    /* Lua's string.format() would end the name at a NUL, and find somebody else. */
    if (str_has(name, '\0')) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {name, model_user_fold(arena, name)};
    const struct redisReply *reply;
    const enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_USER_FIND, words, ARRAY_LEN(words)), &reply);
    return err == ERR_OK ? store_user_read_stored(reply, 0, arena, user, hash) : err;
}

enum err store_user_password(struct store_conn *conn, struct arena *arena,
                             struct store_asker *asker, struct str before, struct str after)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn),
                                str_is_set(before) ? before : STR(""), after};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_USER_PASSWORD, words, ARRAY_LEN(words),
                           &reply);
}

/* What user_row of lua/lib/user.lua says, by position. */
enum { ROW_ID, ROW_NAME, ROW_ONLINE, ROW_ROLE, ROW_ACTIVE, ROW_DELETED, ROW_BOT, ROW__MAX };

enum err store_user_read(const struct redisReply *row, struct arena *arena, struct model_user *user)
{
    struct str text[ROW__MAX];
    const enum err err = store_reply_strs(row, 0, ROW__MAX, text);
    if (err == ERR_OK) {
        *user = (struct model_user){.id = arena_str(arena, text[ROW_ID]),
                                    .username = arena_str(arena, text[ROW_NAME]),
                                    .online = str_eq(text[ROW_ONLINE], STR("1")),
                                    .is_admin = str_eq(text[ROW_ROLE], STR("admin")),
                                    .is_inactive = str_eq(text[ROW_ACTIVE], STR("0")),
                                    .is_deleted = str_eq(text[ROW_DELETED], STR("1")),
                                    .is_bot = str_eq(text[ROW_BOT], STR("1"))};
    }
    return err;
}

enum err store_user_read_all(const struct redisReply *rows, struct arena *arena,
                             struct model_user **users, size_t *count)
{
    size_t len = 0;
    enum err err = store_reply_len(rows, &len);
    struct model_user *out = arena_zalloc(arena, len, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        err = store_user_read(store_reply_at(rows, i), arena, &out[i]);
    }
    if (err == ERR_OK) {
        *users = out;
        *count = len;
    }
    return err;
}

/* Runs user_list. */
static enum err list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                     const struct str *words, size_t n, struct model_user **users, size_t *count)
{
    const struct redisReply *reply;
    const enum err err =
        store_asker_run(conn, arena, asker, STORE_SCRIPT_USER_LIST, words, n, &reply);
    return err == ERR_OK
               ? store_user_read_all(store_reply_at(reply, STORE_ASKER_REST), arena, users, count)
               : err;
}

enum err store_user_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         const struct str *ids, size_t n, struct model_user **users, size_t *count)
{
    if (n == 0) {
        *users = arena_zalloc(arena, 1, sizeof(**users));
        *count = 0;
        return ERR_OK;
    }
    struct str *words = arena_zalloc(arena, n + 1, sizeof(*words));
    words[0] = arena_printf(arena, "%zu", n);
    memcpy(words + 1, ids, n * sizeof(*words));
    return list(conn, arena, asker, words, n + 1, users, count);
}

enum err store_user_online(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct model_user **users, size_t *count)
{
    const struct str max = arena_printf(arena, "%d", STORE_USER_ONLINE_MAX);
    return list(conn, arena, asker, &max, 1, users, count);
}
