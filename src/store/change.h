#ifndef STORE_CHANGE_H
#define STORE_CHANGE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/message.h"
#include "model/user.h"
#include "store/asker.h"
#include "store/conn.h"
#include "store/limit.h"

/*
 * What becomes of a message once it is sent: each change is one script, which puts the new stored
 * form in the place of the old one, appends its event and publishes it. What it costs does not
 * depend on how many messages the room has. id is one that model_id_place() takes.
 *
 * All of them: ERR_UNAUTHENTICATED. ERR_NOT_FOUND: no such message, or the asker is not in its
 * room. ERR_FOREIGN: the demo family's, which can only be deleted. Of those that take a limit
 * (NULL: none) ERR_RATE_LIMITED; it is told how it stands. What is so already is not done, counted
 * or told again.
 */

/*
 * Another text, checked by the model; author, owner of the room, admin. rev (absent: whichever) is
 * the one that the asker saw. *out is the message as it is stored. ERR_FORBIDDEN. ERR_CONFLICT: rev
 * is not the current one, or the message was deleted.
 */
NODISCARD enum err store_change_edit(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str room, struct str id,
                                     struct str text, struct str rev, struct store_limit *limit,
                                     struct model_message *out);

/*
 * Takes away what it says, and who reacted; author, owner of the room, admin. Its place is left; of
 * the demo family's nothing is. ERR_FORBIDDEN.
 */
NODISCARD enum err store_change_delete(struct store_conn *conn, struct arena *arena,
                                       struct store_asker *asker, struct str room, struct str id);

#define STORE_CHANGE_KINDS_MAX     20   /* emoji of a message */
#define STORE_CHANGE_REACTIONS_MAX 1000 /* of a message, of whatever kind */

/*
 * The asker reacts with the emoji, one that model_emoji_read() wrote, or does not any more. *out is
 * the message as it is stored. ERR_CONFLICT: it has as many kinds or reactions as it may have, or
 * was deleted.
 */
NODISCARD enum err store_change_react(struct store_conn *conn, struct arena *arena,
                                      struct store_asker *asker, struct str room, struct str id,
                                      struct str emoji, bool wanted, struct store_limit *limit,
                                      struct model_message *out);

struct store_change_reaction {
    struct str emoji, user;
};

struct store_change_reactions {
    struct store_change_reaction *reactions; /* in the order in which they came */
    size_t count;
    struct model_user *users; /* everybody who reacted */
    size_t nusers;
};

NODISCARD enum err store_change_reactions(struct store_conn *conn, struct arena *arena,
                                          struct store_asker *asker, struct str room, struct str id,
                                          struct store_change_reactions *out);

#endif
