#ifndef AUTH_DEMO_H
#define AUTH_DEMO_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/conn.h"

/*
 * Writes the article's demo data (store/seed.h) to a Redis that has no total_users, everybody with
 * the article's password, which is public. *written: it was empty.
 */
NODISCARD enum err auth_demo_write(struct store_conn *conn, struct arena *arena, bool *written);

#endif
