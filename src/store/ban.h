#ifndef STORE_BAN_H
#define STORE_BAN_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Banned addresses: snug:bans, network -> when the ban ends. A network is what
 * model_address_network() makes of an address, or of an address and a size. Who asks from one is
 * told ERR_BANNED by every script that asks who they are (store/asker.h), and by those that let
 * somebody in (store/login.h, store/limit.h); that costs a request one look-up where nobody is
 * banned, and two where somebody is. Logging out is let be. Streams that are open there end at
 * once, with "bye" and "banned".
 */

#define STORE_BAN_MAX 1000

struct store_ban {
    struct str network;
    int64_t ends; /* seconds since 1970; 0: it does not end */
};

/*
 * Bans a network for so many seconds from here on, 0 for good, whether it was banned or not.
 * ERR_UNAUTHENTICATED. ERR_FORBIDDEN: the asker is no admin. ERR_CONFLICT: it is where the asker
 * is, or there are STORE_BAN_MAX.
 */
NODISCARD enum err store_ban_set(struct store_conn *conn, struct arena *arena,
                                 struct store_asker *asker, struct str network, uint64_t seconds);

/* The same errors, and ERR_NOT_FOUND: it is not banned. A network within it, or around it, may be.
 */
NODISCARD enum err store_ban_lift(struct store_conn *conn, struct arena *arena,
                                  struct store_asker *asker, struct str network);

/* Those in force, by their text. The same errors. */
NODISCARD enum err store_ban_list(struct store_conn *conn, struct arena *arena,
                                  struct store_asker *asker, struct store_ban **bans,
                                  size_t *count);

#endif
