#ifndef STORE_SEED_H
#define STORE_SEED_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/conn.h"

/* The article's demo data: Pablo, Joe, Mary and Alex, General, their six direct rooms and a few
 * words in each. */

#define STORE_SEED_USERS 4

/* Is the server empty, in the article's sense: is there no total_users? */
NODISCARD enum err store_seed_wanted(struct store_conn *conn, struct arena *arena, bool *wanted);

/* Writes all of it in one script, where total_users is (still) missing: twice at once seeds once.
 * hash is each user's stored password. */
NODISCARD enum err store_seed_write(struct store_conn *conn, struct arena *arena,
                                    const struct str hash[STORE_SEED_USERS], bool *written);

#endif
