#include "store/login.h"

#include "base/rand.h"
#include "store/reply.h"
#include "store/user.h"

#define LIMIT_WORDS (2 * STORE_LIMIT_LOGINS)

/* What login_try.lua answers, by position. */
enum { TRY_OVER, TRY_BEHIND, TRY_USER = TRY_BEHIND + STORE_LIMIT_LOGINS };

/* most and seconds of each limit. */
static void add_limits(struct arena *arena, const struct store_login *login, struct str *words)
{
    for (size_t i = 0; i < STORE_LIMIT_LOGINS; i++) {
        const struct store_limit *limit = &login->limits[i];
        words[2 * i] = arena_printf(arena, "%llu", (unsigned long long)limit->most);
        words[2 * i + 1] = arena_printf(arena, "%llu", (unsigned long long)limit->window_s);
    }
}

static enum err read_limits(const struct redisReply *reply, struct store_login *login, bool *over)
{
    int64_t behind_us = 0;
    int64_t refused = 0;
    enum err err = store_reply_i64(store_reply_at(reply, TRY_OVER), &refused);
    for (size_t i = 0; err == ERR_OK && i < STORE_LIMIT_LOGINS; i++) {
        err = store_reply_i64(store_reply_at(reply, TRY_BEHIND + i), &behind_us);
        if (err == ERR_OK) {
            store_limit_read(&login->limits[i], (uint64_t)behind_us, refused == 1);
        }
    }
    *over = refused == 1;
    return err;
}

static enum err read_user(const struct redisReply *reply, struct arena *arena,
                          struct model_user *user, struct str *hash)
{
    if (store_reply_is_nil(store_reply_at(reply, TRY_USER))) {
        return ERR_NOT_FOUND;
    }
    return store_user_read_stored(reply, TRY_USER, arena, user, hash);
}

enum err store_login_try(struct store_conn *conn, struct arena *arena, struct store_login *login,
                         struct model_user *user, struct str *hash)
{
    /* Lua's string.format() would end the name there, and find somebody else. */
    if (str_has(login->name, '\0')) {
        return ERR_INVALID;
    }
    const struct str folded = model_user_fold(arena, login->name);
    struct str words[4 + LIMIT_WORDS] = {login->name, folded, rand_sha256(arena, folded),
                                         login->networks};
    add_limits(arena, login, words + 4);
    const struct redisReply *reply;
    bool over = false;
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_LOGIN_TRY, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = read_limits(reply, login, &over);
    }
    if (err == ERR_OK) {
        err = over ? ERR_RATE_LIMITED : read_user(reply, arena, user, hash);
    }
    return err;
}

enum err store_login_done(struct store_conn *conn, struct arena *arena, struct store_login *login,
                          struct str user, struct str before, struct str after)
{
    struct str words[5 + LIMIT_WORDS] = {
        user, rand_sha256(arena, model_user_fold(arena, login->name)), login->networks, before,
        str_is_set(after) ? after : STR("")};
    add_limits(arena, login, words + 5);
    const struct redisReply *reply;
    const enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_LOGIN_DONE, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        store_limit_read(&login->limits[0], 0, false);
    }
    return err;
}
