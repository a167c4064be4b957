#include "hub/subscriber.h"

#include "base/log.h"
#include "base/mem.h"
#include "store/keys.h"
#include "store/reply.h"

struct hub_subscriber {
    struct hub_redis *redis;
    struct hub_stats *stats;
    struct hub_subscriber_hooks hooks;
    struct str channels[3];
    struct arena arena; /* of the message under way */
};

#define OWN_CHANNEL 2

/* ["message", channel, payload]; a PONG or a confirmation is something else and says nothing. */
static void on_push(void *arg, const struct redisReply *reply)
{
    struct hub_subscriber *s = arg;
    struct str kind, channel, payload;
    struct model_event event;
    size_t len;
    if (store_reply_len(reply, &len) || len != 3 ||
        store_reply_str(store_reply_at(reply, 0), &kind) || !str_eq(kind, STR("message")) ||
        store_reply_str(store_reply_at(reply, 1), &channel) ||
        store_reply_str(store_reply_at(reply, 2), &payload)) {
        return;
    }
    if (str_eq(channel, s->channels[OWN_CHANNEL])) {
        s->hooks.word(s->hooks.arg, payload);
        return;
    }
    s->stats->events++;
    const enum err err = model_event_read(payload, &s->arena, &event);
    if (err) {
        s->stats->dropped++;
        log_debug("envelope_dropped", "why=%s bytes=%zu", err_code(err), payload.len);
    } else {
        s->hooks.event(s->hooks.arg, &event);
    }
    arena_reset(&s->arena);
}

static void on_up(void *arg)
{
    struct hub_subscriber *s = arg;
    s->hooks.up(s->hooks.arg);
}

static void on_down(void *arg)
{
    struct hub_subscriber *s = arg;
    s->hooks.down(s->hooks.arg);
}

struct hub_subscriber *hub_subscriber_create(struct ev_loop *loop, const struct store_url *url,
                                             struct str own, struct hub_stats *stats,
                                             struct hub_subscriber_hooks hooks)
{
    struct hub_subscriber *s = mem_zalloc(1, sizeof(*s));
    s->stats = stats;
    s->hooks = hooks;
    s->channels[0] = STR(STORE_CHANNEL_FAMILY);
    s->channels[1] = STR(STORE_CHANNEL_OWN);
    s->channels[OWN_CHANNEL] = own;
    arena_init(&s->arena);
    s->redis = hub_redis_create(
        loop, url, stats,
        (struct hub_redis_hooks){s, on_up, on_down, on_push, s->channels, ARRAY_LEN(s->channels)});
    return s;
}

void hub_subscriber_destroy(struct hub_subscriber *s)
{
    if (s != NULL) {
        hub_redis_destroy(s->redis);
        arena_finish(&s->arena);
        mem_free(s);
    }
}

void hub_subscriber_rebuild(struct hub_subscriber *s)
{
    hub_redis_rebuild(s->redis, "deaf");
}

bool hub_subscriber_is_up(const struct hub_subscriber *s)
{
    return hub_redis_is_up(s->redis);
}
