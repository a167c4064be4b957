#ifndef HUB_PROBE_H
#define HUB_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include "hub/redis.h"
#include "hub/stats.h"
#include "hub/subscriber.h"

/*
 * Does the subscription hear anything? A stopped server, a black hole on the way or a demoted
 * primary look healthy to TCP. So the hub says something to itself by way of Redis, and expects to
 * hear it; a subscription that does not is thrown away and made anew.
 */

#define HUB_PROBE_EVERY_MS 5000
#define HUB_PROBE_WAIT_MS  2000

struct hub_probe {
    struct hub_redis *redis;
    struct hub_subscriber *subscriber;
    struct hub_stats *stats;
    struct str channel; /* of this hub alone */
    uint64_t said;      /* the newest word */
    int64_t said_ms;
    int64_t heard_ms; /* at first when the hub began */
    bool is_waiting;  /* the newest word has not been heard */
    bool is_sound;    /* one has been heard since the subscription began */
};

/* Once a second, and when a connection has come up. */
void hub_probe_check(struct hub_probe *p, int64_t now_ms);

/* A word came by the channel. */
void hub_probe_heard(struct hub_probe *p, struct str word, int64_t now_ms);

/* The subscription has ended. */
void hub_probe_lost(struct hub_probe *p);

#endif
