#include "hub/probe.h"

#include "base/log.h"
#include "store/event.h"
#include "store/reply.h"

static void give_up(struct hub_probe *p)
{
    p->stats->deaf++;
    log_warn("subscription_deaf", "heard_ms_ago=%lld", (long long)(p->said_ms - p->heard_ms));
    hub_subscriber_rebuild(p->subscriber); /* tells us that it is lost */
}

/* Redis says how many have been told: a subscription that is nobody's is not ours. */
static void on_said(void *arg, const struct redisReply *reply)
{
    struct hub_probe *p = arg;
    int64_t told = 0;
    if (reply == NULL || store_reply_err(reply) != ERR_OK) {
        p->is_waiting = false; /* it was not said */
    } else if (store_reply_i64(reply, &told) == ERR_OK && told == 0 && p->is_waiting) {
        give_up(p);
    }
}

void hub_probe_check(struct hub_probe *p, int64_t now_ms)
{
    struct arena arena;
    if (!hub_redis_is_up(p->redis) || !hub_subscriber_is_up(p->subscriber)) {
        return;
    }
    if (p->is_waiting) {
        if (now_ms - p->said_ms >= HUB_PROBE_WAIT_MS) {
            give_up(p);
        }
        return;
    }
    if (p->is_sound && now_ms - p->said_ms < HUB_PROBE_EVERY_MS) {
        return;
    }
    p->said++;
    p->said_ms = now_ms;
    p->is_waiting = true;
    arena_init(&arena);
    hub_redis_send(p->redis, store_event_probe_cmd(&arena, p->channel, p->said), on_said, p);
    arena_finish(&arena);
}

void hub_probe_heard(struct hub_probe *p, struct str word, int64_t now_ms)
{
    uint64_t said;
    if (p->is_waiting && str_u64(word, &said) && said == p->said) {
        p->is_waiting = false;
        p->is_sound = true;
        p->heard_ms = now_ms;
    }
}

void hub_probe_lost(struct hub_probe *p)
{
    p->is_waiting = p->is_sound = false;
}
