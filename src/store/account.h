#ifndef STORE_ACCOUNT_H
#define STORE_ACCOUNT_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * What is done to people's accounts: by admins, and by themselves. Who is deactivated, or deleted,
 * loses sessions, tokens, open streams and presence in the same instant; what they have written
 * stays. There is always one active admin, once there has been one.
 *
 * Of all that is done by an asker: ERR_UNAUTHENTICATED, and ERR_FORBIDDEN where it is no admin.
 * ERR_NOT_FOUND: no such user, or one that is deleted. ERR_LAST_ADMIN.
 */

#define STORE_ACCOUNT_LIST_MAX 200         /* users in one answer */
#define STORE_ACCOUNT_RESET_S  (24 * 3600) /* a link to reset a password */

enum store_account_role {
    STORE_ACCOUNT_ROLE_SAME,
    STORE_ACCOUNT_ROLE_MEMBER,
    STORE_ACCOUNT_ROLE_ADMIN
};
enum store_account_state {
    STORE_ACCOUNT_STATE_SAME,
    STORE_ACCOUNT_STATE_INACTIVE,
    STORE_ACCOUNT_STATE_ACTIVE
};

/* Makes somebody what they are to be; what they are then. For admins. ERR_CONFLICT: a bot is to be
 * an admin, who could do nothing by a token. */
NODISCARD enum err store_account_change(struct store_conn *conn, struct arena *arena,
                                        struct store_asker *asker, struct str user,
                                        enum store_account_role role,
                                        enum store_account_state state, struct model_user *changed);

/*
 * Deletes an account. user is "me", with the stored password that was looked at; or, for admins,
 * the id of somebody else, and password is absent. ERR_CONFLICT: it is not their stored password
 * any more. Their name is free, and "deleted user" stands in its place; all streams are told.
 */
NODISCARD enum err store_account_delete(struct store_conn *conn, struct arena *arena,
                                        struct store_asker *asker, struct str user,
                                        struct str password, struct str *id);

/*
 * Those who have an account, by ascending id, from the one after `after` (0: the first) on; *next:
 * where to go on, 0 at the end. An answer may be short, or empty, and not be the last. For admins.
 */
NODISCARD enum err store_account_list(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker, uint64_t after, size_t most,
                                      struct model_user **users, size_t *count, uint64_t *next);

/*
 * Links by which people give themselves another password: snug:reset:{sha256 of the code}, for a
 * day, once, one a user.
 */

/* The link before it is none any more. *name: whom it is for. For admins. ERR_CONFLICT: a bot. */
NODISCARD enum err store_account_reset(struct store_conn *conn, struct arena *arena,
                                       struct store_asker *asker, struct str user,
                                       struct str sha256, struct str *name);

/* Whom a link is for, before a password is hashed; networks: model_address_networks() of who asks.
 * ERR_BANNED. ERR_LINK: it is none, or not any more. */
NODISCARD enum err store_account_reset_find(struct store_conn *conn, struct arena *arena,
                                            struct str networks, struct str sha256,
                                            struct model_user *user);

/* Uses it: the stored password is another one, and all that was opened with the old one ends.
 * ERR_BANNED, ERR_LINK. */
NODISCARD enum err store_account_reset_use(struct store_conn *conn, struct arena *arena,
                                           struct str networks, struct str sha256,
                                           struct str password);

#endif
