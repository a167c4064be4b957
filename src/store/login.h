#ifndef STORE_LOGIN_H
#define STORE_LOGIN_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/user.h"
#include "store/conn.h"
#include "store/limit.h"

/*
 * An attempt to show a password: it counts in the three limits of failed logins (store/limit.h)
 * before the password is looked at, and is forgiven when it was the right one.
 */

struct store_login {
    struct str name;     /* as it was given: any text */
    struct str networks; /* where it comes from: model_address_networks() */
    struct store_limit limits[STORE_LIMIT_LOGINS];
};

/*
 * Counts the attempt and finds whom it is about, by name as it is written, else without regard to
 * case. hash: the stored password, empty of who was deactivated, so that none fits. How the limits
 * stand is set where they were asked. ERR_BANNED. ERR_RATE_LIMITED: one too many; whether there is
 * such a user is not looked at. ERR_NOT_FOUND: there is none, and it has counted. ERR_INVALID: a
 * name with NUL, which nobody has.
 */
NODISCARD enum err store_login_try(struct store_conn *conn, struct arena *arena,
                                   struct store_login *login, struct model_user *user,
                                   struct str *hash);

/*
 * It was the right password: the attempt is forgiven, and so are those that failed with this name
 * from this place, from where the name may go on logging in while strangers elsewhere use up its
 * limit. after, unless absent, takes the place of the stored password before, where that is still
 * stored: the same password in another form, so no session ends.
 */
NODISCARD enum err store_login_done(struct store_conn *conn, struct arena *arena,
                                    struct store_login *login, struct str user, struct str before,
                                    struct str after);

#endif
