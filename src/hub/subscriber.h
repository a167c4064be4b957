#ifndef HUB_SUBSCRIBER_H
#define HUB_SUBSCRIBER_H

#include "hub/redis.h"
#include "hub/stats.h"
#include "model/event.h"

/* The second connection: both channels, so that their order holds. Reads envelopes; what makes no
 * sense is counted and dropped. */

struct hub_subscriber;

struct hub_subscriber_hooks {
    void *arg;
    void (*up)(void *arg);
    void (*down)(void *arg); /* whatever is published from here on is missed */
    void (*event)(void *arg, const struct model_event *event); /* alive until it returns */
};

struct hub_subscriber *hub_subscriber_create(struct ev_loop *loop, const struct store_url *url,
                                             struct hub_stats *stats,
                                             struct hub_subscriber_hooks hooks);
void hub_subscriber_destroy(struct hub_subscriber *s);
bool hub_subscriber_is_up(const struct hub_subscriber *s);

#endif
