#ifndef HUB_PRESENCE_H
#define HUB_PRESENCE_H

#include <stdbool.h>
#include "base/str.h"
#include "hub/client.h"
#include "hub/redis.h"

/*
 * Who is connected to this hub. The first stream of a user is told to Redis, and the last one's end
 * five seconds later, so that a reload is silent. What everybody hears of it comes back by the
 * channel.
 */

#define HUB_PRESENCE_GRACE_MS 5000

struct hub_presence;

struct hub_presence *hub_presence_create(struct hub_redis *redis, struct str server,
                                         struct str hub);
void hub_presence_destroy(struct hub_presence *p);

/* c is the user's from here until hub_presence_remove(). */
void hub_presence_add(struct hub_presence *p, const struct model_user *user, struct hub_client *c);
void hub_presence_remove(struct hub_presence *p, struct hub_client *c);

/* The id and name of a client's user. */
struct model_user hub_presence_user(const struct hub_client *c);

/* Calls fn for each of the user's clients. */
void hub_presence_each(struct hub_presence *p, struct str user,
                       void (*fn)(void *arg, struct hub_client *c), void *arg);

/* Once a second: takes users offline whose grace is over. */
void hub_presence_check(struct hub_presence *p, int64_t now_ms);

/* Somebody else took this user offline: if we hold the user, say so. At most once in a grace. */
void hub_presence_contradict(struct hub_presence *p, struct str user, int64_t now_ms);

/* Redis is back: it may have forgotten our users. */
void hub_presence_repeat(struct hub_presence *p);

/* Takes all users offline, for the end. */
void hub_presence_leave_all(struct hub_presence *p);

#endif
