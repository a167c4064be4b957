#include "store/presence.h"

#include "store/keys.h"
#include "store/reply.h"

struct store_cmd store_presence_join_cmd(struct arena *arena, struct str server, struct str hub,
                                         struct str user)
{
    const struct str words[] = {server, hub, user};
    return store_cmd_script(arena, STORE_SCRIPT_PRESENCE_JOIN, words, ARRAY_LEN(words));
}

struct store_cmd store_presence_leave_cmd(struct arena *arena, struct str server, struct str hub,
                                          struct str user)
{
    const struct str words[] = {server, hub, user};
    return store_cmd_script(arena, STORE_SCRIPT_PRESENCE_LEAVE, words, ARRAY_LEN(words));
}

enum err store_presence_read(const struct redisReply *reply, bool *announced)
{
    int64_t n;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &n);
    }
    if (err == ERR_OK) {
        *announced = n == 1;
    }
    return err;
}

static struct store_cmd beat(struct arena *arena, struct str server, struct str hub, bool lives,
                             int most)
{
    const struct str words[] = {server, hub, lives ? STR("1") : STR("0"),
                                arena_printf(arena, "%d", most)};
    return store_cmd_script(arena, STORE_SCRIPT_PRESENCE_BEAT, words, ARRAY_LEN(words));
}

struct store_cmd store_presence_beat_cmd(struct arena *arena, struct str server, struct str hub,
                                         bool reaps)
{
    return beat(arena, server, hub, true, reaps ? STORE_PRESENCE_REAP_MAX : 0);
}

struct store_cmd store_presence_end_cmd(struct arena *arena, struct str server, struct str hub)
{
    return beat(arena, server, hub, false, STORE_PRESENCE_REAP_MAX);
}

enum err store_presence_beat_read(const struct redisReply *reply, struct store_presence_beat *out)
{
    int64_t kept, next_ms;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 0), &kept);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 1), &next_ms);
    }
    if (err == ERR_OK) {
        *out = (struct store_presence_beat){kept == 1, next_ms};
    }
    return err;
}

struct store_cmd store_presence_count_cmd(struct arena *arena)
{
    const struct str words[] = {STR("SCARD"),
                                store_keys_make(arena, STORE_KEY_ONLINE_USERS, STR_NONE, STR_NONE)};
    return store_cmd_make(arena, words, ARRAY_LEN(words));
}
