#ifndef STORE_SEARCH_H
#define STORE_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/message.h"
#include "model/search.h"
#include "model/spot.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Searching: the messages of the asker's rooms are read, the newest first over all of them, and
 * looked at here. There is no index; what bounds a search is how much one call reads, in pieces of
 * which none holds Redis up, and that it says where the next one goes on. Several rooms are read a
 * piece at a time: what is found is told only once no room has anything newer left to be read.
 */

#define STORE_SEARCH_LIMIT_MAX   100        /* messages that one call finds */
#define STORE_SEARCH_SCAN_MAX    10000      /* messages that it reads, about */
#define STORE_SEARCH_BYTES_MAX   (8u << 20) /* bytes of them, about */
#define STORE_SEARCH_MS_MAX      300        /* how long it reads on */
#define STORE_SEARCH_PIECES_MAX  200        /* pieces that it reads */
#define STORE_SEARCH_PIECE_MAX   512        /* messages of a piece */
#define STORE_SEARCH_PIECE_BYTES (1u << 20) /* after which a piece has no further room */
#define STORE_SEARCH_ROOM_MAX    128        /* messages of one room in a piece */
#define STORE_SEARCH_ROOMS_MAX   64         /* rooms of a piece */

struct store_search_query {
    const struct model_search *search;
    struct str room;               /* only this one; absent: all */
    const struct model_spot *from; /* where it goes on; NULL: at the newest */
    size_t limit;                  /* 1 to STORE_SEARCH_LIMIT_MAX */
};

struct store_search_found {
    struct model_message *messages; /* newest first */
    size_t count;
    struct model_user *users; /* everybody who wrote them */
    size_t nusers;
    size_t scanned;         /* messages that were read */
    bool more;              /* there are messages left to look at */
    struct model_spot next; /* where to go on, with more */
};

/*
 * ERR_UNAUTHENTICATED, ERR_SCOPE. ERR_NOT_FOUND: query->room is none, or the asker is not in it.
 * Who or where the search itself names, and is not, finds nothing.
 */
NODISCARD enum err store_search(struct store_conn *conn, struct arena *arena,
                                struct store_asker *asker, const struct store_search_query *query,
                                struct store_search_found *found);

#endif
