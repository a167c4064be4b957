#ifndef STORE_SESSION_H
#define STORE_SESSION_H

#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Sessions: snug:session:{sha256 of the token}. The token itself is nowhere in Redis. A session
 * lives for its TTL after it was last used; the TTL is renewed at most once an hour, so that
 * reading stays cheap.
 */

/* agent is cut at 200 bytes, address at 64. */
NODISCARD enum err store_session_create(struct store_conn *conn, struct arena *arena,
                                        struct str sha256, struct str user, struct str address,
                                        struct str agent, uint64_t ttl_s);

/* Who asks, and nothing else. ERR_UNAUTHENTICATED where there is no such session, or no such user
 * any more. Renews it, as everything that is done for an asker does. */
NODISCARD enum err store_session_find(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker);

/* Ends it and tells the hubs, whose streams of it end. Fine where there is none. */
NODISCARD enum err store_session_end(struct store_conn *conn, struct arena *arena,
                                     struct str sha256);

#endif
