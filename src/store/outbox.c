#include "store/outbox.h"

#include "store/reply.h"

/* What outbox_find.lua answers after who asks, by position. */
enum {
    FOUND_URL,
    FOUND_CREATED,
    FOUND_FAILURES,
    FOUND_SINCE,
    FOUND_STATUS,
    FOUND_PAUSED,
    FOUND_QUEUED,
    FOUND_DROPPED,
    FOUND_LEN
};

/* A job of outbox_take.lua, by position. */
enum { JOB_BOT, JOB_URL, JOB_KEY, JOB_ID, JOB_REASON, JOB_NAME, JOB_MESSAGE, JOB_LEN };

static enum err set(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                    struct str bot, struct str url, struct str key)
{
    const struct str words[] = {bot, url, key};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_OUTBOX_SET, words, ARRAY_LEN(words),
                           &reply);
}

enum err store_outbox_set(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                          struct str bot, struct str url, struct str key)
{
    return set(conn, arena, asker, bot, url, key);
}

enum err store_outbox_drop(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str bot)
{
    return set(conn, arena, asker, bot, STR(""), STR(""));
}

enum err store_outbox_find(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str bot, struct store_outbox_hook *out)
{
    const struct str words[] = {bot};
    const struct redisReply *reply;
    struct str text[FOUND_LEN];
    uint64_t created, since, paused;
    struct store_outbox_hook hook;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_OUTBOX_FIND, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, STORE_ASKER_REST, FOUND_LEN, text);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (!str_u64_max(text[FOUND_CREATED], INT64_MAX, &created) ||
        !str_u64(text[FOUND_FAILURES], &hook.failures) ||
        !str_u64_max(text[FOUND_SINCE], INT64_MAX, &since) ||
        !str_u64_max(text[FOUND_PAUSED], INT64_MAX, &paused) ||
        !str_u64(text[FOUND_QUEUED], &hook.queued) ||
        !str_u64(text[FOUND_DROPPED], &hook.dropped)) {
        return ERR_INTERNAL;
    }
    hook.url = arena_str(arena, text[FOUND_URL]);
    hook.status = arena_str(arena, text[FOUND_STATUS]);
    hook.created = (int64_t)created;
    hook.since = (int64_t)since;
    hook.paused = (int64_t)paused;
    *out = hook;
    return ERR_OK;
}

static enum err read_job(const struct redisReply *row, struct arena *arena,
                         struct store_outbox_job *out)
{
    struct str text[JOB_LEN];
    const enum err err = store_reply_strs(row, 0, JOB_LEN, text);
    if (err == ERR_OK) {
        *out = (struct store_outbox_job){
            .bot = arena_str(arena, text[JOB_BOT]),
            .url = arena_str(arena, text[JOB_URL]),
            .key = arena_str(arena, text[JOB_KEY]),
            .id = arena_str(arena, text[JOB_ID]),
            .reason = arena_str(arena, text[JOB_REASON]),
            .name = arena_str(arena, text[JOB_NAME]),
            .message = arena_str(arena, text[JOB_MESSAGE]),
        };
    }
    return err;
}

enum err store_outbox_take(struct store_conn *conn, struct arena *arena, struct str courier,
                           size_t most, struct store_outbox_job **jobs, size_t *count)
{
    const struct str words[] = {courier, arena_printf(arena, "%zu", most),
                                arena_printf(arena, "%d", STORE_OUTBOX_LEASE_S)};
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_OUTBOX_TAKE, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_len(reply, &len);
    }
    struct store_outbox_job *out = arena_zalloc(arena, len, sizeof(*out));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        err = read_job(store_reply_at(reply, i), arena, &out[i]);
    }
    if (err == ERR_OK) {
        *jobs = out;
        *count = len;
    }
    return err;
}

enum err store_outbox_done(struct store_conn *conn, struct arena *arena, struct str courier,
                           const struct store_outbox_result *result, bool *paused)
{
    static const char *const ends[] = {
        [STORE_OUTBOX_DELIVERED] = "delivered",
        [STORE_OUTBOX_REFUSED] = "refused",
        [STORE_OUTBOX_FAILED] = "failed",
        [STORE_OUTBOX_GONE] = "gone",
    };
    const uint64_t wait_s =
        result->wait_s < STORE_OUTBOX_RETRY_MAX_S ? result->wait_s : STORE_OUTBOX_RETRY_MAX_S;
    const struct str words[] = {courier,
                                result->bot,
                                result->id,
                                str_of(ends[result->end]),
                                result->status,
                                arena_printf(arena, "%llu", (unsigned long long)wait_s),
                                arena_printf(arena, "%u", result->spread_pct),
                                arena_printf(arena, "%d", STORE_OUTBOX_RETRY_S),
                                arena_printf(arena, "%d", STORE_OUTBOX_RETRY_MAX_S),
                                arena_printf(arena, "%d", STORE_OUTBOX_FAILURES_MIN),
                                arena_printf(arena, "%d", STORE_OUTBOX_PAUSE_S)};
    const struct redisReply *reply;
    int64_t answer = 0;
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_OUTBOX_DONE, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &answer);
    }
    if (err == ERR_OK) {
        *paused = answer == 1;
    }
    return err;
}
