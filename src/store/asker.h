#ifndef STORE_ASKER_H
#define STORE_ASKER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "model/user.h"
#include "store/cmd.h"
#include "store/conn.h"

/*
 * Who asks. A request shows a credential, a session's or an API token's; whose it is, Redis says in
 * the same script that does the work. So a request costs one round trip, and nothing can be done
 * for somebody who was not asked for: the operations that work for somebody take an asker, not a
 * user's id.
 */

/* Whom the web server has logged in. */
struct store_remote {
    struct str name;           /* within the rules for names; absent: nobody */
    struct str hash;           /* a stored password for a new user, which nobody knows */
    struct str address, agent; /* of the session, as store_session_create() */
};

struct store_asker {
    struct str key;      /* the SHA-256 of what was shown; absent: nothing was */
    uint64_t ttl_s;      /* how long a session lives after this use */
    struct str networks; /* where it was shown: model_address_networks(); absent: somewhere */
    struct store_remote remote;
    struct model_user user; /* whose it is; no id until Redis has said so */
};

/*
 * The operator, who has Redis itself and needs to show nothing: no request makes this one. May all
 * that an admin may, and has no id; what only somebody can do for themselves is ERR_FORBIDDEN.
 */
struct store_asker store_asker_operator(void);

/*
 * The operator in the place of a user, whose id it is: looks at what they see, and does with their
 * account what they could, without their password. Whatever an admin does besides, and what would
 * be said in their name, is ERR_FORBIDDEN. ERR_NOT_FOUND: no such user, or one that is deleted.
 */
struct store_asker store_asker_operator_for(struct arena *arena, struct str user);

#define STORE_ASKER_WORDS 2

/* The credential, as a script has it before its own ARGV. */
void store_asker_write(const struct store_asker *asker, struct arena *arena,
                       struct str words[STORE_ASKER_WORDS]);

/* Where the script's own answer begins: what is before it are the asker's id and name. */
#define STORE_ASKER_REST 2

/*
 * Runs a script for the asker: ARGV is the credential, then the words; the answer is who it is,
 * copied to asker->user, then the script's own. ERR_UNAUTHENTICATED: it is nobody, and the script
 * did nothing. ERR_BANNED: it asks from where nobody may. ERR_SCOPE: it is a token, which is not
 * for this. Other errors as store_conn_one().
 *
 * Of whom the web server has logged in, a session is opened where there is none, and who is new is
 * made a user; then ERR_FORBIDDEN: they were deactivated, or it is a bot's name.
 */
NODISCARD enum err store_asker_run(struct store_conn *conn, struct arena *arena,
                                   struct store_asker *asker, enum store_script script,
                                   const struct str *words, size_t n,
                                   const struct redisReply **reply);

/*
 * The opening of a session for asker->remote, for who does not wait: is to be sent when the asker
 * was found to be nobody, and after it what was to be done once more. *again: as well, since not
 * all names are known yet. Errors as above.
 */
struct store_cmd store_asker_enter_cmd(struct arena *arena, struct str server, struct str event_log,
                                       const struct store_asker *asker);
NODISCARD enum err store_asker_enter_read(const struct redisReply *reply, bool *again);

#endif
