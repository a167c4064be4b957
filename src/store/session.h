#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Sessions: snug:session:{sha256 of the token}. The token itself is nowhere in Redis. A session
 * lives for its TTL after it was last used, and for STORE_TTL_SESSION_S at most; the TTL is renewed
 * at most once an hour, so that reading stays cheap.
 */

#define STORE_SESSION_MAX 100 /* of a user: one more ends the one that was not used for longest */

/* What is kept of where a session was opened: 64 bytes, and 200. Absent becomes empty. */
struct str store_session_address(struct str address);
struct str store_session_agent(struct str agent);

/* ERR_NOT_FOUND: no such user. ERR_CREDENTIALS: one who
 * was deactivated. */
NODISCARD enum err store_session_create(struct store_conn *conn, struct arena *arena,
                                        struct str sha256, struct str user, struct str address,
                                        struct str agent, uint64_t ttl_s);

/* Who asks, and whether they are an admin. ERR_UNAUTHENTICATED where there is no such session, or
 * no such user any more. Renews it, as everything that is done for an asker does. */
NODISCARD enum err store_session_find(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker);

/* Ends it and tells the hubs, whose streams of it end. Fine where there is none. */
NODISCARD enum err store_session_end(struct store_conn *conn, struct arena *arena,
                                     struct str sha256);

/* What is known of one of the asker's sessions. */
struct store_session {
    struct str sha256;
    int64_t created, seen; /* seconds since 1970; seen is an hour old at most */
    struct str address, agent;
    bool is_asking; /* it is the one that asks */
};

/* The asker's sessions, the one seen last first. ERR_UNAUTHENTICATED. */
NODISCARD enum err store_session_list(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker, struct store_session **sessions,
                                      size_t *count);

/*
 * Ends one of the asker's sessions, or, where sha256 is absent, all but the asking one, and their
 * streams. ERR_UNAUTHENTICATED. ERR_NOT_FOUND: it is none of theirs.
 */
NODISCARD enum err store_session_revoke(struct store_conn *conn, struct arena *arena,
                                        struct store_asker *asker, struct str sha256);

#endif
