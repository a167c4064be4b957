#ifndef HUB_LEASE_H
#define HUB_LEASE_H

#include <stdbool.h>
#include "base/str.h"
#include "hub/redis.h"
#include "store/keys.h"

/*
 * The sign of life that a hub gives to Redis, and what comes with it: the users of hubs that gave
 * none are taken offline. The beat comes every HUB_LEASE_BEAT_MS, earlier where a lease of another
 * hub ends earlier, and again at once while there are more users than one call takes.
 *
 * Who has not been heard of need not be dead: it may be Redis that was away. So a hub reaps nobody
 * for one lease time after its start, when whoever lives has said so, and for two after Redis was
 * away or its own lease had ended.
 */

#define HUB_LEASE_MS      (STORE_TTL_HUB_S * 1000)
#define HUB_LEASE_BEAT_MS (HUB_LEASE_MS / 3)

struct hub_lease;

struct hub_lease_hooks {
    void *arg;
    void (*lost)(void *arg); /* the lease had ended: our users may have been taken offline */
};

/* redis lives longer than what is under way. */
struct hub_lease *hub_lease_create(struct hub_redis *redis, struct str server, struct str hub,
                                   struct hub_lease_hooks hooks);

/* After redis has failed what was under way. NULL does nothing. */
void hub_lease_destroy(struct hub_lease *l);

/* Redis is there, for the first time or again: beats at once, before whatever is sent next. */
void hub_lease_up(struct hub_lease *l);

/* Once a second: beats when it is time. */
void hub_lease_check(struct hub_lease *l);

/* Gives the lease up, and takes all users of this hub offline. */
void hub_lease_end(struct hub_lease *l);

/* Has that been done, or can it not be? */
bool hub_lease_is_over(const struct hub_lease *l);

#endif
