#ifndef STORE_HOOK_H
#define STORE_HOOK_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/asker.h"
#include "store/conn.h"
#include "store/limit.h"

/*
 * Incoming webhooks: snug:hook:{sha256 of a secret}. Who knows the secret may write into one room,
 * and nothing else. A hook speaks as a bot of its own, whose id is the hook's; the bot is a member
 * of nothing, and nobody logs in as it. A hook that is revoked leaves its bot, since messages lead
 * there, and a new hook of that name in that room is this bot again. The secret itself is nowhere
 * in Redis.
 *
 * They are made, seen, given another secret and revoked by who runs the room: its owner, and admins
 * who are in it; never by a token. Of direct rooms there are none.
 */

#define STORE_HOOK_MAX 20 /* bots that a room's hooks may have had */

struct store_hook {
    struct str id;   /* of its bot */
    struct str name; /* of its bot */
    struct str by;   /* who made it */
    int64_t created,
        seen; /* seconds since 1970; seen is an hour old at most, and 0 before the first use */
};

/*
 * A new one, with a name that model_user_check_name() allows. ERR_NOT_FOUND: no such room, or one
 * that the asker is not in. ERR_FORBIDDEN: they do not run it, or it is a direct one.
 * ERR_NAME_TAKEN: somebody, or another hook, is called so. ERR_CONFLICT: the room has had
 * STORE_HOOK_MAX.
 */
NODISCARD enum err store_hook_create(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str room, struct str name,
                                     struct str sha256, struct store_hook *out);

/* Those of a room, the newest first. Errors as above. */
NODISCARD enum err store_hook_list(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, struct str room,
                                   struct store_hook **hooks, size_t *count);

/* Gives it another secret; from here on the old one is none. ERR_NOT_FOUND too where there is no
 * such hook. */
NODISCARD enum err store_hook_rotate(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str room, struct str hook,
                                     struct str sha256, struct store_hook *out);

NODISCARD enum err store_hook_revoke(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str room, struct str hook);

/*
 * Stores a message of the hook with this secret. as: the name under which it is said; absent: the
 * hook's own. networks: where it comes from. *bot: the hook's, also where the limit refused.
 * ERR_NOT_FOUND: there is no such hook, or its bot was deactivated. ERR_ARCHIVED: the room takes
 * no more. ERR_RATE_LIMITED. ERR_BANNED.
 */
NODISCARD enum err store_hook_post(struct store_conn *conn, struct arena *arena, struct str sha256,
                                   struct str networks, struct str text, struct str as,
                                   struct store_limit *limit, struct str *bot);

#endif
