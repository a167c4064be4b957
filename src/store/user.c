#include "store/user.h"

#include <string.h>
#include "store/reply.h"

/*
 * A registration first takes in whom the demo family registered, 10,000 in a call. So many calls
 * are made in one go; where that is not enough, the next registration goes on.
 */
#define CATCH_UP_CALLS 30

enum err store_user_register(struct store_conn *conn, struct arena *arena, struct str name,
                             struct str hash, struct str *id)
{
    const struct str words[] = {name, model_user_fold(arena, name), hash};
    for (int i = 0; i < CATCH_UP_CALLS; i++) {
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

enum err store_user_find(struct store_conn *conn, struct arena *arena, struct str name,
                         struct model_user *user, struct str *hash)
{
    /* Lua's string.format() would end the name at a NUL, and find somebody else. */
    if (str_has(name, '\0')) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {name, model_user_fold(arena, name)};
    const struct redisReply *reply;
    struct str text[3];
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_USER_FIND, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, 0, ARRAY_LEN(text), text);
    }
    if (err == ERR_OK) {
        *user = (struct model_user){.id = arena_str(arena, text[0]),
                                    .username = arena_str(arena, text[1])};
        *hash = arena_str(arena, text[2]);
    }
    return err;
}

enum err store_user_password(struct store_conn *conn, struct arena *arena,
                             struct store_asker *asker, struct str before, struct str after)
{
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), before, after};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_USER_PASSWORD, words, ARRAY_LEN(words),
                           &reply);
}

/* Runs user_list and reads its answer: three elements a user. */
static enum err list(struct store_conn *conn, struct arena *arena, const struct str *words,
                     size_t n, struct model_user **users, size_t *count)
{
    const struct redisReply *reply;
    size_t len = 0;
    enum err err =
        store_conn_one(conn, store_cmd_script(arena, STORE_SCRIPT_USER_LIST, words, n), &reply);
    if (err == ERR_OK) {
        err = store_reply_len(reply, &len);
    }
    if (err != ERR_OK) {
        return err;
    }
    struct model_user *out = arena_zalloc(arena, len / 3 + 1, sizeof(*out));
    for (size_t i = 0; i < len / 3; i++) {
        struct str text[2];
        int64_t online = 0;
        err = store_reply_strs(reply, 3 * i, ARRAY_LEN(text), text);
        if (err == ERR_OK) {
            err = store_reply_i64(store_reply_at(reply, 3 * i + 2), &online);
        }
        if (err != ERR_OK) {
            return err;
        }
        out[i] =
            (struct model_user){arena_str(arena, text[0]), arena_str(arena, text[1]), online == 1};
    }
    *users = out;
    *count = len / 3;
    return ERR_OK;
}

enum err store_user_list(struct store_conn *conn, struct arena *arena, const struct str *ids,
                         size_t n, struct model_user **users, size_t *count)
{
    if (n == 0) {
        *users = arena_zalloc(arena, 1, sizeof(**users));
        *count = 0;
        return ERR_OK;
    }
    struct str *words = arena_zalloc(arena, n + 1, sizeof(*words));
    words[0] = arena_printf(arena, "%zu", n);
    memcpy(words + 1, ids, n * sizeof(*words));
    return list(conn, arena, words, n + 1, users, count);
}

enum err store_user_online(struct store_conn *conn, struct arena *arena, struct model_user **users,
                           size_t *count)
{
    const struct str max = arena_printf(arena, "%d", STORE_USER_ONLINE_MAX);
    return list(conn, arena, &max, 1, users, count);
}
