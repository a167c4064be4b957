#include "store/limit.h"

#include "store/reply.h"

#define MINUTE_S 60
#define HOUR_S   3600
#define SECOND   1000000 /* us */

static struct store_limit make(const char *name, uint64_t most, uint64_t window_s)
{
    return (struct store_limit){.name = name, .most = most, .window_s = window_s, .left = most};
}

struct store_limit store_limit_of(const struct config *config, enum store_limit_what what)
{
    switch (what) {
    case STORE_LIMIT_LOGIN:
        return make("login", config->login_limit, 10 * MINUTE_S);
    case STORE_LIMIT_LOGIN_ADDRESS:
        return make("login_address", config->login_address_limit, 10 * MINUTE_S);
    case STORE_LIMIT_LOGIN_NAME:
        return make("login_name", config->login_name_limit, HOUR_S);
    case STORE_LIMIT_REGISTER:
        return make("register", config->register_limit, HOUR_S);
    case STORE_LIMIT_SEND:
        return make("send", config->send_limit, MINUTE_S);
    case STORE_LIMIT_HOOK:
        return make("hook", config->hook_limit, MINUTE_S);
    case STORE_LIMIT_ROOM:
        return make("room", config->room_limit, HOUR_S);
    }
    return make("", 0, 0);
}

void store_limit_read(struct store_limit *limit, uint64_t behind_us, bool refused)
{
    if (limit->most == 0) {
        return;
    }
    const uint64_t window_us = limit->window_s * SECOND;
    const uint64_t step_us = window_us / limit->most;
    const uint64_t free_us = behind_us < window_us ? window_us - behind_us : 0;
    limit->left = free_us / step_us < limit->most ? free_us / step_us : limit->most;
    limit->reset_s = (behind_us + SECOND - 1) / SECOND;
    limit->wait_s =
        refused && free_us < step_us ? (behind_us + step_us - window_us + SECOND - 1) / SECOND : 0;
}

enum err store_limit_take(struct store_conn *conn, struct arena *arena, struct str networks,
                          struct store_limit *limit)
{
    const struct str words[] = {
        networks,
        str_of(limit->name),
        arena_printf(arena, "%llu", (unsigned long long)limit->most),
        arena_printf(arena, "%llu", (unsigned long long)limit->window_s),
    };
    const struct redisReply *reply;
    int64_t behind_us = 0;
    int64_t over = 0;
    enum err err = store_conn_one(
        conn, store_cmd_script(arena, STORE_SCRIPT_LIMIT_TAKE, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 0), &over);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 1), &behind_us);
    }
    if (err == ERR_OK) {
        store_limit_read(limit, (uint64_t)behind_us, over == 1);
        err = over == 1 ? ERR_RATE_LIMITED : ERR_OK;
    }
    return err;
}
