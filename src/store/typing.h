#ifndef STORE_TYPING_H
#define STORE_TYPING_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/asker.h"
#include "store/conn.h"

/* That somebody writes just now: told to who is in the room, and neither stored nor numbered. */

#define STORE_TYPING_EVERY_S 3 /* of one user in one room it is told so often at most */

/*
 * Tells the room that the asker writes; nothing where it was told just now. ERR_UNAUTHENTICATED.
 * ERR_NOT_FOUND: no such room, or the asker is not in it. ERR_ARCHIVED. ERR_FORBIDDEN: a direct
 * room with whom the asker has blocked. ERR_STORAGE_FULL.
 */
NODISCARD enum err store_typing_tell(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str room);

#endif
