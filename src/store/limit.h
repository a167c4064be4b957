#ifndef STORE_LIMIT_H
#define STORE_LIMIT_H

#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "base/str.h"
#include "store/conn.h"

/*
 * Throttles: snug:limit:{what}:{who}. A limit lets `most` things be done at once, and then as many
 * again spread evenly over its window (GCRA). Its key holds one number, when all that was done will
 * be forgotten, and is gone by then; so a limit is one GET and one SET, knows to the second when to
 * come back, has no window that turns over and lets twice as many through, and who was idle costs
 * nothing. What is refused is not written down: who goes on asking waits no longer for it, and
 * nobody fills Redis by being refused. `who` is never the text that a stranger chose: a place
 * (model/address.h), a user's id, or a SHA-256 of a name.
 *
 * Failed logins are under three limits.
 * - login: of one name from one place, 10 in ten minutes. This is what stops guessing. Only who
 *   shares the owner's place can use it up for them.
 * - login_address: of all names from one place, 100 in ten minutes. This stops trying one password
 * on many names. More than the first, for a company or a school is one place.
 * - login_name: of one name from all places, 100 in an hour: it slows a guess that comes from
 *   thousands of places. It alone would let any stranger lock the owner out; so it does not count
 * for a place from which the name has logged in within 30 days, and a session goes on whatever
 * happens to logins. All count before the password is looked at, so that no number of attempts at
 * one moment gets by, and a login that succeeds takes its own back, and all of the first. They
 * count for names that nobody has just the same.
 *
 * Registrations count by place, whether they succeed or not, since a name that is taken is told.
 * Messages, edits and reactions count by user; what is repeated, and changes nothing, does not.
 *  an incoming webhook count by its bot.
 */

enum store_limit_what {
    STORE_LIMIT_LOGIN,
    STORE_LIMIT_LOGIN_ADDRESS,
    STORE_LIMIT_LOGIN_NAME,
    STORE_LIMIT_REGISTER,
    STORE_LIMIT_SEND,
    STORE_LIMIT_HOOK,
    STORE_LIMIT_ROOM
};

#define STORE_LIMIT_LOGINS 3 /* the first three, in their order */

struct store_limit {
    const char *name;  /* "login": in the key, and what clients are told */
    uint64_t most;     /* 0: there is no such limit, and nothing is counted */
    uint64_t window_s; /* over which as many may be done again */
    /* How it stands; set by who asks Redis. */
    uint64_t left;    /* may be done at once */
    uint64_t reset_s; /* until `most` may */
    uint64_t wait_s;  /* until one more may; 0: this one was not refused */
};

/* As the settings have it; nothing is used of it. */
struct store_limit store_limit_of(const struct config *config, enum store_limit_what what);

/* How it stands, from what a script answers: the microseconds until all is forgotten. */
void store_limit_read(struct store_limit *limit, uint64_t behind_us, bool refused);

/*
 * Counts one for who is at a place of networks (model_address_networks()). ERR_RATE_LIMITED.
 * ERR_BANNED.
 */
NODISCARD enum err store_limit_take(struct store_conn *conn, struct arena *arena,
                                    struct str networks, struct store_limit *limit);

#endif
