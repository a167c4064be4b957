#ifndef HUB_SWEEP_H
#define HUB_SWEEP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/config.h"
#include "base/str.h"
#include "hub/loop.h"
#include "hub/redis.h"
#include "hub/stats.h"

/*
 * Walks over the rooms and removes what they do not keep any more (store/retention.h), a step at a
 * time, and rests between two walks. Of all hubs one walks; the others ask now and then whether it
 * still does. Not in a Redis that is away. Every hub, at each of these times, also goes on with
 * what is left of rooms that are deleted (store/room.h).
 */

#define HUB_SWEEP_STEP_MS 50    /* between two steps: under 4,000 messages, or keys, a second */
#define HUB_SWEEP_REST_MS 10000 /* between two walks, and between two questions of the others */

struct hub_sweep {
    struct ev_loop *loop; /* these by who makes it; they live longer */
    struct hub_redis *redis;
    const struct config *config;
    struct str hub, server, event_log;
    struct hub_stats *stats;
    ev_timer timer;   /* to the next step; not while one is under way */
    char cursor[24];  /* SCAN's: a number of 64 bits */
    uint64_t removed; /* in this walk */
    bool has_gone;    /* something is left of rooms that are deleted */
    bool is_over;     /* it was stopped */
};

void hub_sweep_start(struct hub_sweep *s);

/* Nothing more is removed; an answer that is under way may still come. */
void hub_sweep_stop(struct hub_sweep *s);

#endif
