#include "store/hook.h"

#include <stdlib.h>
#include "base/buf.h"
#include "model/user.h"
#include "model/mention.h"
#include "store/reply.h"

#define CATCH_UP_CALLS 30 /* as in store/user.c: each takes in some names of the demo family */

/* What hook_row says, by position. */
enum { ROW_ID, ROW_NAME, ROW_BY, ROW_CREATED, ROW_SEEN, ROW_LEN };

/* What hook_post.lua answers, by position. */
enum { POST_BOT, POST_ROOM, POST_BEHIND, POST_ID };

/* ERR_INTERNAL: Redis holds no number there. */
static enum err read_time(struct str text, int64_t *out)
{
    uint64_t seconds;
    if (!str_u64_max(text, INT64_MAX, &seconds)) {
        return ERR_INTERNAL;
    }
    *out = (int64_t)seconds;
    return ERR_OK;
}

static enum err read_row(const struct redisReply *row, struct arena *arena, struct store_hook *out)
{
    struct str text[ROW_LEN];
    struct store_hook hook = {0};
    enum err err = store_reply_strs(row, 0, ROW_LEN, text);
    err = err != ERR_OK ? err : read_time(text[ROW_CREATED], &hook.created);
    err = err != ERR_OK ? err : read_time(text[ROW_SEEN], &hook.seen);
    if (err == ERR_OK) {
        hook.id = arena_str(arena, text[ROW_ID]);
        hook.name = arena_str(arena, text[ROW_NAME]);
        hook.by = arena_str(arena, text[ROW_BY]);
        *out = hook;
    }
    return err;
}

enum err store_hook_create(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str room, struct str name, struct str sha256,
                           struct store_hook *out)
{
    const struct str words[] = {sha256, room, name, model_user_fold(arena, name),
                                arena_printf(arena, "%d", STORE_HOOK_MAX)};
    for (int i = 0; i < CATCH_UP_CALLS; i++) {
        const struct redisReply *reply;
        const enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_HOOK_CREATE, words,
                                             ARRAY_LEN(words), &reply);
        if (err != ERR_OK) {
            return err;
        }
        const struct redisReply *row = store_reply_at(reply, STORE_ASKER_REST);
        if (row != NULL && !store_reply_is_nil(row)) {
            return read_row(row, arena, out);
        }
    }
    return ERR_UNAVAILABLE;
}

/* The newest first. */
static int by_age(const void *a, const void *b)
{
    const struct store_hook *x = a;
    const struct store_hook *y = b;
    if (x->created != y->created) {
        return x->created < y->created ? 1 : -1;
    }
    return str_cmp(y->id, x->id);
}

enum err store_hook_list(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct str room, struct store_hook **hooks, size_t *count)
{
    const struct str words[] = {room};
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_HOOK_LIST, words,
                                   ARRAY_LEN(words), &reply);
    const struct redisReply *rows = err == ERR_OK ? store_reply_at(reply, STORE_ASKER_REST) : NULL;
    if (err == ERR_OK) {
        err = store_reply_len(rows, &len);
    }
    struct store_hook *out = arena_zalloc(arena, len, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        err = read_row(store_reply_at(rows, i), arena, &out[i]);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (len > 1) {
        qsort(out, len, sizeof(*out), by_age);
    }
    *hooks = out;
    *count = len;
    return ERR_OK;
}

/* sha256 is empty where it is to be revoked. */
static enum err renew(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                      struct str room, struct str hook, struct str sha256, struct store_hook *out)
{
    const struct str words[] = {room, hook, sha256};
    const struct redisReply *reply;
    const enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_HOOK_RENEW, words,
                                         ARRAY_LEN(words), &reply);
    return err == ERR_OK ? read_row(store_reply_at(reply, STORE_ASKER_REST), arena, out) : err;
}

enum err store_hook_rotate(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str room, struct str hook, struct str sha256,
                           struct store_hook *out)
{
    return renew(conn, arena, asker, room, hook, sha256, out);
}

enum err store_hook_revoke(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str room, struct str hook)
{
    struct store_hook gone;
    return renew(conn, arena, asker, room, hook, STR(""), &gone);
}

static struct str as_json(struct arena *arena, struct str text)
{
    struct buf out;
    buf_init(&out, arena, 6 * text.len + 2); /* a byte becomes six at most */
    buf_add_json(&out, text);
    return buf_str(&out);
}

enum err store_hook_post(struct store_conn *conn, struct arena *arena, struct str sha256,
                         struct str networks, struct str text, struct str as,
                         struct store_limit *limit, struct str *bot)
{
    const struct str words[] = {sha256,
                                networks,
                                store_conn_server(conn),
                                store_conn_event_log(conn),
                                as_json(arena, text),
                                model_mention_words(arena, text),
                                str_is_set(as) ? as_json(arena, as) : STR(""),
                                arena_printf(arena, "%llu", (unsigned long long)limit->most),
                                arena_printf(arena, "%llu", (unsigned long long)limit->window_s)};
    const struct redisReply *reply;
    struct str said[POST_BEHIND];
    int64_t behind_us = 0;
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_HOOK_POST, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, POST_BOT, POST_BEHIND, said);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, POST_BEHIND), &behind_us);
    }
    if (err != ERR_OK) {
        return err;
    }
    const bool refused = store_reply_is_nil(store_reply_at(reply, POST_ID));
    store_limit_read(limit, (uint64_t)behind_us, refused);
    *bot = arena_str(arena, said[POST_BOT]);
    return refused ? ERR_RATE_LIMITED : ERR_OK;
}
