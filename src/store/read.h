#ifndef STORE_READ_H
#define STORE_READ_H

#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * What somebody has read of a room: everything up to their marker, the id of a message; nothing
 * where there is none. A message that they send moves it, and so does coming into the room. It
 * never goes back. How many messages are behind it Redis counts by rank, in any room in a few
 * steps.
 */

struct store_read {
    struct str marker;
    uint64_t unread;   /* messages behind it */
    uint64_t mentions; /* those of them that mention the asker */
};

/*
 * Moves the asker's marker in a room up to a message, and tells their streams where it has moved;
 * the answer is how it stands. A message that is not there any more counts as its place.
 * ERR_UNAUTHENTICATED. ERR_INVALID: id is none. ERR_NOT_FOUND: no such room, the asker is not in
 * it, or it has no message so late.
 */
NODISCARD enum err store_read_mark(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str room, struct str id,
                                   struct store_read *out);

#endif
