#include "store/stream.h"

#include "store/reply.h"

/* What stream_open.lua answers, by position. */
enum {
    OPEN_USER,
    OPEN_NAME,
    OPEN_END,
    OPEN_ROOMS,
    OPEN_COUNT,
    OPEN_ONLINE,
    OPEN_NARROW,
    OPEN_LEFT
};

struct store_cmd store_stream_open_cmd(struct arena *arena, const struct store_asker *asker)
{
    struct str words[STORE_ASKER_WORDS + 1];
    store_asker_write(asker, arena, words);
    words[STORE_ASKER_WORDS] = arena_printf(arena, "%d", STORE_STREAM_ONLINE_MAX);
    return store_cmd_script(arena, STORE_SCRIPT_STREAM_OPEN, words, ARRAY_LEN(words));
}

static bool is_room(struct str id)
{
    enum model_room_kind kind;
    return model_id_is_room(id, &kind);
}

/* Copies those texts of an array that are ids; what else is in a shared set is left out. */
static enum err read_ids(const struct redisReply *reply, bool (*is_id)(struct str),
                         struct arena *arena, struct str **out, size_t *count)
{
    size_t len;
    enum err err = store_reply_len(reply, &len);
    if (err != ERR_OK) {
        return err;
    }
    struct str *ids = arena_zalloc(arena, len, sizeof(*ids));
    size_t n = 0;
    for (size_t i = 0; i < len; i++) {
        struct str id;
        err = store_reply_str(store_reply_at(reply, i), &id);
        if (err != ERR_OK) {
            return err;
        }
        if (is_id(id)) {
            ids[n++] = arena_str(arena, id);
        }
    }
    *out = ids;
    *count = n;
    return ERR_OK;
}

/* Who opened it, and where the log ends. */
static enum err read_head(const struct redisReply *reply, struct arena *arena,
                          struct store_stream *out)
{
    struct str text[OPEN_ROOMS];
    const enum err err = store_reply_strs(reply, 0, ARRAY_LEN(text), text);
    if (err != ERR_OK) {
        return err;
    }
    out->user.id = arena_str(arena, text[OPEN_USER]);
    out->user.username = arena_str(arena, text[OPEN_NAME]);
    return model_id_cursor(text[OPEN_END], &out->end) ? ERR_OK : ERR_INTERNAL;
}

/* What PTTL says: below 0 of what does not expire, or is no token. */
static enum err read_left(const struct redisReply *reply, int64_t *left_ms)
{
    int64_t ms;
    const enum err err = store_reply_i64(reply, &ms);
    if (err == ERR_OK) {
        *left_ms = ms < 0 ? 0 : ms > 0 ? ms : 1;
    }
    return err;
}

enum err store_stream_open_read(const struct redisReply *reply, struct arena *arena,
                                struct store_stream *out)
{
    struct store_stream read = {0};
    int64_t count = 0;
    struct str narrow;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = read_head(reply, arena, &read);
    }
    if (err == ERR_OK) {
        err =
            read_ids(store_reply_at(reply, OPEN_ROOMS), is_room, arena, &read.rooms, &read.nrooms);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, OPEN_COUNT), &count);
    }
    if (err == ERR_OK) {
        err = read_ids(store_reply_at(reply, OPEN_ONLINE), model_id_is_user, arena, &read.online,
                       &read.nonline);
    }
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, OPEN_NARROW), &narrow);
    }
    if (err == ERR_OK) {
        err = read_left(store_reply_at(reply, OPEN_LEFT), &read.left_ms);
    }
    if (err == ERR_OK) {
        read.narrow = narrow.len > 0 ? arena_str(arena, narrow) : STR_NONE;
        read.online_count = (size_t)count;
        *out = read;
    }
    return err;
}
