#include "store/retention.h"

#include "store/reply.h"

struct store_cmd store_retention_step_cmd(struct arena *arena, struct str hub, struct str cursor,
                                          uint64_t count, uint64_t days)
{
    const struct str words[] = {
        hub,
        cursor,
        arena_printf(arena, "%d", STORE_RETENTION_KEYS),
        arena_printf(arena, "%d", STORE_RETENTION_BATCH),
        arena_printf(arena, "%llu", (unsigned long long)count),
        arena_printf(arena, "%llu", (unsigned long long)days),
    };
    return store_cmd_script(arena, STORE_SCRIPT_RETENTION_STEP, words, ARRAY_LEN(words));
}

enum err store_retention_step_read(const struct redisReply *reply, struct arena *arena,
                                   struct store_retention_step *out)
{
    int64_t ours, removed;
    struct str cursor;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 0), &ours);
    }
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, 1), &cursor);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 2), &removed);
    }
    if (err == ERR_OK) {
        *out =
            (struct store_retention_step){ours == 1, arena_str(arena, cursor), (uint64_t)removed};
    }
    return err;
}
