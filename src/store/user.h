#ifndef STORE_USER_H
#define STORE_USER_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Users: username:{name}, user:{id}, user:{id}:rooms, total_users as the article has them, and
 * snug:names, under which a name is unique without regard to case. What the demo family added
 * meanwhile is taken into snug:names by the next registration.
 */

#define STORE_USER_LIST_MAX   200  /* ids in one question */
#define STORE_USER_ONLINE_MAX 1000 /* users in one answer */

/*
 * Whoever makes a user first takes in whom the demo family registered, 10,000 in a call. So many
 * calls are made in one go; where that is not enough, it is ERR_UNAVAILABLE, and the next one goes
 * on.
 */
#define STORE_USER_CATCH_UP 30

/*
 * A new user with the next id, who is in General. hash is the stored password. invite: the SHA-256
 * of an invitation's code, of which a use is taken in the same instant (store/invite.h); absent:
 * they need none. ERR_LINK: it is not good any more. ERR_NAME_TAKEN, and it is not used.
 */
NODISCARD enum err store_user_register(struct store_conn *conn, struct arena *arena,
                                       struct str name, struct str hash, struct str invite,
                                       struct str *id);

enum store_user_kind {
    STORE_USER_MEMBER,
    STORE_USER_ADMIN,
    STORE_USER_BOT /* a user that only API tokens can be (store/token) */
};

/*
 * A new user of this kind, by an admin. A bot's hash is a stored password that nobody knows, since
 * demo servers want one. ERR_FORBIDDEN, ERR_NAME_TAKEN.
 */
NODISCARD enum err store_user_add(struct store_conn *conn, struct arena *arena,
                                  struct store_asker *asker, struct str name, struct str hash,
                                  enum store_user_kind kind, struct str *id);

/* By name: as it is written, else without regard to case. ERR_NOT_FOUND. hash: the stored password,
 * empty of who was deactivated, so that none fits. */
NODISCARD enum err store_user_find(struct store_conn *conn, struct arena *arena, struct str name,
                                   struct model_user *user, struct str *hash);

/*
 * Gives the asker another stored password in place of before, and ends their other sessions.
 * ERR_UNAUTHENTICATED. ERR_CONFLICT: before is not what is stored. The operator in their place need
 * not know it: before is absent; all their sessions end, and their API tokens. ERR_CONFLICT: a bot.
 */
NODISCARD enum err store_user_password(struct store_conn *conn, struct arena *arena,
                                       struct store_asker *asker, struct str before,
                                       struct str after);

/*
 * The users of these ids, in this order, unknown ones left out. Who may do what is told to admins,
 * and to oneself. ERR_UNAUTHENTICATED.
 */
NODISCARD enum err store_user_list(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, const struct str *ids, size_t n,
                                   struct model_user **users, size_t *count);

/* Who is online, by ascending id, ids without a user left out, at most STORE_USER_ONLINE_MAX. */
NODISCARD enum err store_user_online(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct model_user **users,
                                     size_t *count);

/*
 * Reads id, name, stored password and role, which stand at first in a script's answer, into the
 * arena.
 */
NODISCARD enum err store_user_read_stored(const struct redisReply *reply, size_t first,
                                          struct arena *arena, struct model_user *user,
                                          struct str *hash);

/* Reads one user as the scripts tell them (user_row of lua/lib/user.lua), into the arena. */
NODISCARD enum err store_user_read(const struct redisReply *row, struct arena *arena,
                                   struct model_user *user);

/* Reads a list of such. */
NODISCARD enum err store_user_read_all(const struct redisReply *rows, struct arena *arena,
                                       struct model_user **users, size_t *count);

#endif
