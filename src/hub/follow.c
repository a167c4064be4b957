#include "hub/follow.h"

#include "base/log.h"
#include "base/mem.h"
#include "hub/deliver.h"
#include "store/event.h"

/* A question under way, and how often the channel had been lost when it was asked. */
struct asked {
    struct hub *hub;
    uint64_t losses;
};

/* The log does not have our place any more: goes on from its end. */
static void start_anew(struct hub *hub, struct model_cursor end)
{
    const bool had_place = hub_replay_last(hub->replay).epoch != 0;
    hub_replay_start(hub->replay, end);
    if (had_place) {
        log_warn("events_lost", "epoch=%llu seq=%llu", (unsigned long long)end.epoch,
                 (unsigned long long)end.seq);
        hub_deliver_reset(hub);
    }
}

static void take(struct hub *hub, const struct store_event_log *log, bool is_current)
{
    if (!log->found) {
        start_anew(hub, log->end);
    }
    for (size_t i = 0; i < log->n; i++) {
        hub_deliver_numbered(hub, &log->events[i]);
    }
    const struct model_cursor last = hub_replay_last(hub->replay);
    hub->follow.is_complete = is_current && !hub_replay_after(log->end, last) &&
                              !hub_replay_after(hub->follow.noted, last);
}

static void on_log(void *arg, const struct redisReply *reply)
{
    struct asked *asked = arg;
    struct hub *hub = asked->hub;
    struct store_event_log log;
    struct arena arena;
    arena_init(&arena);
    hub->follow.is_reading = false;
    /* Where it cannot be read, it is tried again within a second, or when Redis is back. */
    if (reply != NULL && store_event_log_read(reply, &arena, &log) == ERR_OK) {
        take(hub, &log, asked->losses == hub->follow.losses);
        hub_follow_on(hub);
    }
    arena_finish(&arena);
    mem_free(asked);
}

void hub_follow_on(struct hub *hub)
{
    if (hub->follow.is_complete || hub->follow.is_reading || !hub_redis_is_up(hub->redis) ||
        !hub_subscriber_is_up(hub->subscriber)) {
        return;
    }
    struct asked *asked = mem_zalloc(1, sizeof(*asked));
    struct arena arena;
    *asked = (struct asked){hub, hub->follow.losses};
    hub->follow.is_reading = true;
    hub->follow.noted = (struct model_cursor){0, 0}; /* it is in what will be read, or a lie */
    arena_init(&arena);
    hub_redis_send(hub->redis, store_event_log_cmd(&arena, hub_replay_last(hub->replay)), on_log,
                   asked);
    arena_finish(&arena);
}

void hub_follow_event(struct hub *hub, const struct model_event *event)
{
    const struct model_cursor at = event->cursor;
    if (!hub->follow.is_complete) {
        hub->follow.noted = hub_replay_after(at, hub->follow.noted) ? at : hub->follow.noted;
        return;
    }
    switch (hub_replay_fit(hub->replay, at)) {
    case HUB_REPLAY_NEXT:
        hub_deliver_numbered(hub, event);
        break;
    case HUB_REPLAY_STALE:
        hub->stats.stale++;
        break;
    case HUB_REPLAY_BREAK:
        hub->stats.gaps++;
        log_warn("event_gap", "epoch=%llu seq=%llu", (unsigned long long)at.epoch,
                 (unsigned long long)at.seq);
        hub->follow.is_complete = false;
        hub_follow_on(hub);
        break;
    }
}

void hub_follow_lost(struct hub *hub)
{
    hub->follow.is_complete = false;
    hub->follow.losses++;
}
