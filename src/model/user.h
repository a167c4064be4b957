#ifndef MODEL_USER_H
#define MODEL_USER_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

#define MODEL_USER_NAME_MAX     32  /* bytes of a name that we give */
#define MODEL_USER_PASSWORD_MIN 8   /* bytes */
#define MODEL_USER_PASSWORD_MAX 256 /* bytes */

struct model_user {
    struct str id;
    struct str username; /* demo servers let any text be a name; valid UTF-8 when written as JSON */
    bool online;
    bool is_admin;    /* these four as far as whoever asks may know */
    bool is_inactive; /* was deactivated: may not come in */
    bool is_deleted;
    bool is_bot;
};

/*
 * May a new user be called this? 1 to 32 of the ASCII letters, digits, "_", "." and "-", not all
 * digits (a number is an id). ERR_INVALID otherwise. What the demo family stored is never checked.
 */
NODISCARD enum err model_user_check_name(struct str name);

/* ERR_INVALID for a password too short or too long, ERR_TEXT for one not UTF-8 or holding NUL. */
NODISCARD enum err model_user_check_password(struct str password);

/* The name with ASCII letters in lower case, under which it is unique. */
struct str model_user_fold(struct arena *arena, struct str name);

/*
 * {"id":"1","username":"Pablo"}, "online" when asked, and then what is not so of everybody:
 * "role":"admin", "active":false, "deleted":true, "bot":true.
 */
void model_user_write(struct buf *out, const struct model_user *user, bool with_online);

#endif
