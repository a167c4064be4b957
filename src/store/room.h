#ifndef STORE_ROOM_H
#define STORE_ROOM_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/room.h"
#include "store/asker.h"
#include "store/conn.h"

/* Who is in a room: General is everybody, a direct room says its two in its id, a public room is in
 * user:{id}:rooms. */

/*
 * The asker's rooms, General first, then by newest message; and the event cursor of this snapshot,
 * as text, read in the same instant. ERR_UNAUTHENTICATED.
 */
NODISCARD enum err store_room_list(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct model_room **rooms,
                                   size_t *count, struct str *cursor);

/*
 * The direct room of the asker and other (an id, else a name), put into the asker's list; the
 * other's gets it with the first message. *created: it was not in the asker's list.
 * ERR_UNAUTHENTICATED. ERR_NOT_FOUND: no such other. ERR_INVALID: it is the asker.
 */
NODISCARD enum err store_room_open(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str other,
                                   struct model_room *room, bool *created);

/*
 * Puts the asker into a public room that has a name, and tells their streams. user is "me" or an
 * id. *created: they were not in it. ERR_UNAUTHENTICATED. ERR_NOT_FOUND: no such room, or none that
 * anybody may enter. ERR_FORBIDDEN: user is somebody else.
 */
NODISCARD enum err store_room_join(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str id, struct str user,
                                   struct model_room *room, bool *created);

/*
 * Takes the asker out of a room, and its events away from their streams. user is "me" or an id.
 * ERR_UNAUTHENTICATED. ERR_NOT_FOUND: they are not in it. ERR_FORBIDDEN: user is somebody else.
 * ERR_CONFLICT: General, or a direct room, which nobody leaves.
 */
NODISCARD enum err store_room_leave(struct store_conn *conn, struct arena *arena,
                                    struct store_asker *asker, struct str id, struct str user);

#endif
