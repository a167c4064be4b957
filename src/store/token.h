#ifndef STORE_TOKEN_H
#define STORE_TOKEN_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * API tokens: snug:token:{sha256 of the token}, with which a program does what its user may, as far
 * as its scope goes. The token itself is nowhere in Redis. They are made and seen by their user,
 * those of a bot by admins; ended by their user, or by an admin who knows which; never by a token.
 */

#define STORE_TOKEN_MAX 50 /* of a user */

struct store_token {
    struct str sha256;
    struct str name;                /* what its user calls it */
    struct str scope;               /* "read", "write" or "read write" */
    struct str rooms;               /* "0,1:2": of the user's rooms only these; empty: all */
    int64_t created, seen, expires; /* seconds since 1970; seen is an hour old at most, and 0 before
                                       the first use; expires 0: never */
};

/*
 * A new token, with sha256, name, scope and rooms of *token, whose created and expires are set;
 * ttl_s 0: it does not expire. whose: the id of a user, copied to *owner with their name; empty:
 * the asker's own. ERR_NOT_FOUND: no such user, or a room that they are not in. ERR_FORBIDDEN: it
 * is for others to make. ERR_CONFLICT: they have STORE_TOKEN_MAX.
 */
NODISCARD enum err store_token_create(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker, struct str whose, uint64_t ttl_s,
                                      struct store_token *token, struct model_user *owner);

/* Those of a user, or, where whose is empty, the asker's own, the newest first. Errors as above. */
NODISCARD enum err store_token_list(struct store_conn *conn, struct arena *arena,
                                    struct store_asker *asker, struct str whose,
                                    struct store_token **tokens, size_t *count);

/* Ends one, and its streams. ERR_NOT_FOUND: there is none that the asker may end. */
NODISCARD enum err store_token_revoke(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker, struct str sha256);

#endif
