#ifndef STORE_BLOCK_H
#define STORE_BLOCK_H

#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Whom somebody has blocked: snug:user:{user}:blocks. Their direct room is not among the asker's
 * rooms, and nothing of it reaches the asker's streams, which are told as if they had left it. In
 * other rooms what they say stays, but their mentions of the asker do not count. They are not told,
 * and can say what they like; it is there when the block is lifted.
 */

#define STORE_BLOCK_MAX 1000

/*
 * Blocks a user, whether they were blocked or not. ERR_UNAUTHENTICATED. ERR_SCOPE: for no token.
 * ERR_NOT_FOUND: no such user. ERR_INVALID: it is the asker. ERR_CONFLICT: there are
 * STORE_BLOCK_MAX.
 */
NODISCARD enum err store_block_set(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str user);

/* The same errors; ERR_NOT_FOUND: they are not blocked. */
NODISCARD enum err store_block_lift(struct store_conn *conn, struct arena *arena,
                                    struct store_asker *asker, struct str user);

/* By id. The same errors. */
NODISCARD enum err store_block_list(struct store_conn *conn, struct arena *arena,
                                    struct store_asker *asker, struct model_user **users,
                                    size_t *count);

#endif
