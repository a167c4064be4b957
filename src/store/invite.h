#ifndef STORE_INVITE_H
#define STORE_INVITE_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Invitations: snug:invite:{sha256 of the code}, good for so many registrations and so long. The
 * code itself is nowhere in Redis: it is shown once, to who makes it; afterwards the SHA-256 is the
 * invitation's name. Admins make them, see all of them and take them back. A use is taken by
 * store_user_register(), in the instant in which it makes the user.
 */

#define STORE_INVITE_MAX        1000              /* that are good at one time */
#define STORE_INVITE_USES       1000              /* of one */
#define STORE_INVITE_LIFE_S     (7 * 24 * 3600)   /* where nobody says how long */
#define STORE_INVITE_LIFE_MAX_S (365 * 24 * 3600) /* at most */

struct store_invite {
    struct str sha256;
    struct str by;            /* the id of who made it */
    int64_t created, expires; /* seconds since 1970 */
    uint64_t uses;            /* how many are left */
};

/*
 * uses and life_s are at least 1, and within the limits. *expires as above. ERR_UNAUTHENTICATED.
 * ERR_FORBIDDEN: the asker is no admin. ERR_CONFLICT: there are STORE_INVITE_MAX already.
 */
NODISCARD enum err store_invite_create(struct store_conn *conn, struct arena *arena,
                                       struct store_asker *asker, struct str sha256, uint64_t uses,
                                       uint64_t life_s, int64_t *expires);

/* Those that are good, the newest first. ERR_UNAUTHENTICATED. ERR_FORBIDDEN: no admin. */
NODISCARD enum err store_invite_list(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct store_invite **invites,
                                     size_t *count);

/* Takes it back. ERR_UNAUTHENTICATED. ERR_FORBIDDEN: no admin. ERR_NOT_FOUND: no such, or no more.
 */
NODISCARD enum err store_invite_revoke(struct store_conn *conn, struct arena *arena,
                                       struct store_asker *asker, struct str sha256);

/* Is it good just now? ERR_LINK: no. So that a stranger who has none is told before any password is
 * hashed. */
NODISCARD enum err store_invite_check(struct store_conn *conn, struct arena *arena,
                                      struct str sha256);

#endif
