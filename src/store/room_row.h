#ifndef STORE_ROOM_ROW_H
#define STORE_ROOM_ROW_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/room.h"

struct redisReply;

/* A room as the scripts tell it: room_row() of src/store/lua/lib/room.lua, and with_unread() of
 * unread.lua. */

/*
 * Reads a row into the arena. *score: its newest message's, also where that cannot be read; -1
 * where it has none, or none that the asker may know of. *listed: false for what is in a user's set
 * without being a room: an id that is none, a direct room with somebody unknown, a public room with
 * neither name nor messages.
 */
NODISCARD enum err store_room_row_read(const struct redisReply *row, struct arena *arena,
                                       struct model_room *out, double *score, bool *listed);

#endif
