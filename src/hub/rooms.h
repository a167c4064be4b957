#ifndef HUB_ROOMS_H
#define HUB_ROOMS_H

#include <stdbool.h>
#include "base/str.h"
#include "hub/client.h"

/* Who is in which room: an index from room id to the open streams of its members. */

struct hub_rooms;

struct hub_rooms *hub_rooms_create(void);
void hub_rooms_destroy(struct hub_rooms *rooms);

/* Puts c into the room; nothing where it is in already. */
void hub_rooms_join(struct hub_rooms *rooms, struct str room, struct hub_client *c);

/* Takes c out of all its rooms. */
void hub_rooms_leave_all(struct hub_rooms *rooms, struct hub_client *c);

bool hub_rooms_has(const struct hub_client *c, struct str room);

/* Calls fn for each client in the room. fn queues; it may not join or leave. */
void hub_rooms_each(struct hub_rooms *rooms, struct str room,
                    void (*fn)(void *arg, struct hub_client *c), void *arg);

#endif
