#ifndef HUB_ROOMS_H
#define HUB_ROOMS_H

#include <stdbool.h>
#include "base/str.h"
#include "hub/client.h"

/*
 * Who is in which room, and of which session: an index from an id to the open streams that are its
 * members. A group is there as long as it has members. The streams of a user are in hub/presence.
 */

enum hub_rooms_kind { HUB_ROOMS_ROOM, HUB_ROOMS_SESSION, HUB_ROOMS__MAX };

struct hub_rooms;

struct hub_rooms *hub_rooms_create(void);

/* After its last member has left. NULL does nothing. */
void hub_rooms_destroy(struct hub_rooms *rooms);

/* Makes c a member; nothing where it is one already. */
void hub_rooms_join(struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                    struct hub_client *c);

/* Takes c out of a group; nothing where it is not in it. */
void hub_rooms_leave(struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                     struct hub_client *c);

/* Takes c out of all its groups. */
void hub_rooms_leave_all(struct hub_rooms *rooms, struct hub_client *c);

bool hub_rooms_has(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                   const struct hub_client *c);

/* The session whose stream c is; absent where it is none's. Alive while c is a member. */
struct str hub_rooms_session(const struct hub_client *c);

/* How many members a group has. */
size_t hub_rooms_size(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id);

/* How many groups there are; for tests. */
size_t hub_rooms_count(const struct hub_rooms *rooms);

/* Calls fn for each member. fn queues and ends streams; it may not join or leave. */
void hub_rooms_each(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                    void (*fn)(void *arg, struct hub_client *c), void *arg);

#endif
