#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/room.h"
#include "store/conn.h"

/* Who is in a room: General is everybody, a direct room says its two in its id, a public room is in
 * user:{id}:rooms. */

/*
 * The user's rooms, General first, then by newest message; and the event cursor of this snapshot,
 * as text, read in the same instant.
 */
NODISCARD enum err store_room_list(struct store_conn *conn, struct arena *arena, struct str user,
                                   struct model_room **rooms, size_t *count, struct str *cursor);

/*
 * The direct room of user and other (an id, else a name), put into user's list; the other's gets it
 * with the first message. *created: it was not in user's list. ERR_NOT_FOUND: no such other.
 * ERR_INVALID: it is user.
 */
NODISCARD enum err store_room_open(struct store_conn *conn, struct arena *arena, struct str user,
                                   struct str other, struct model_room *room, bool *created);

#endif
