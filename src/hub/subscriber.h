#ifndef HUB_SUBSCRIBER_H
#define HUB_SUBSCRIBER_H

#include "hub/redis.h"
#include "hub/stats.h"
#include "model/event.h"

/* The second connection: all channels on one, so that their order holds. Reads envelopes; what
 * makes no sense is counted and dropped. */

struct hub_subscriber;

struct hub_subscriber_hooks {
    void *arg;
    void (*up)(void *arg);
    void (*down)(void *arg); /* whatever is published from here on is missed */
    void (*event)(void *arg, const struct model_event *event); /* alive until it returns */
    void (*word)(void *arg, struct str word);                  /* on the hub's own channel */
};

/* own: the hub's own channel. url, own and stats live longer than it. */
struct hub_subscriber *hub_subscriber_create(struct ev_loop *loop, const struct store_url *url,
                                             struct str own, struct hub_stats *stats,
                                             struct hub_subscriber_hooks hooks);
void hub_subscriber_destroy(struct hub_subscriber *s);

/* Throws the subscription away and makes it anew. Not from inside a hook. */
void hub_subscriber_rebuild(struct hub_subscriber *s);

bool hub_subscriber_is_up(const struct hub_subscriber *s);

#endif
