#ifndef HUB_PRESENCE_H
#define HUB_PRESENCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/str.h"
#include "hub/client.h"
#include "hub/redis.h"

/*
 * Who is connected to this hub. The first stream of a user is told to Redis, and the last one's end
 * five seconds later, so that a reload is silent. What everybody hears of it comes back by the
 * channel. That this hub lives, which makes what it has told count, is for its lease (hub/lease).
 *
 * Of each user it is known what should be so, what Redis was told last, and whether an answer is
 * due. One command at a time is under way for a user; when it is answered, or Redis is back, or a
 * second has passed, the two are compared again. So nothing is forgotten and no order can be wrong.
 */

#define HUB_PRESENCE_GRACE_MS                                                                      \
    5000 /* after a user's last stream; and between two contradictions                             \
          */

struct hub_presence;

/* redis lives longer than what is under way. */
struct hub_presence *hub_presence_create(struct hub_redis *redis, struct str server,
                                         struct str hub);

/* After all clients have been removed, and after redis has failed what was under way. */
void hub_presence_destroy(struct hub_presence *p);

/* c is the user's, an id, from here until hub_presence_remove(). */
void hub_presence_add(struct hub_presence *p, struct str user, struct hub_client *c);

/* Nothing for a client without a user. */
void hub_presence_remove(struct hub_presence *p, struct hub_client *c);

/* The id of a client's user, who it has. */
struct str hub_presence_user(const struct hub_client *c);

/* Calls fn for each of the user's clients. fn queues and ends streams; it may not add or remove. */
void hub_presence_each(struct hub_presence *p, struct str user,
                       void (*fn)(void *arg, struct hub_client *c), void *arg);

/* Once a second: takes users offline whose grace is over, tries again what failed, and beats. */
void hub_presence_check(struct hub_presence *p);

/* Somebody else took this user offline: if the user is here, say so. At most once in a grace. */
void hub_presence_contradict(struct hub_presence *p, struct str user);

/* Redis is there, for the first time or again; it may have forgotten our users. */
void hub_presence_up(struct hub_presence *p);

/* The hub ends, and with it every user's presence here. Whoever is still added is not told of. */
void hub_presence_end(struct hub_presence *p);

/* Does Redis know, or can it not be told? */
bool hub_presence_is_over(const struct hub_presence *p);

/* How many users are not known to be offline. */
size_t hub_presence_count(const struct hub_presence *p);

#endif
