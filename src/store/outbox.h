#ifndef STORE_OUTBOX_H
#define STORE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/asker.h"
#include "store/conn.h"

/*
 * Outgoing webhooks: a bot may have an address, to which is sent what is said to it. The script
 * that stores a message puts it into the bot's queue; the courier takes from there.
 *
 * Every bot has a queue of its own, of STORE_CAP_QUEUE messages, above which the newest push the
 * oldest out, so that one whose address is slow or away holds up no other. Of a queue one message
 * at a time is on its way, in order, by who holds the bot's lease: however many couriers run, none
 * delivers what another one is delivering, and what a courier that died had taken is taken again
 * when the lease ends. So each message is delivered at least once, under one id.
 *
 * What failed is tried again after STORE_OUTBOX_RETRY_S, twice that, … up to
 * STORE_OUTBOX_RETRY_MAX_S. After a day without a success, and STORE_OUTBOX_FAILURES_MIN attempts,
 * the webhook is paused: its queue is dropped, and nothing is put into it until an admin sets the
 * address anew.
 */

#define STORE_OUTBOX_LEASE_S      30 /* longer than an attempt may take */
#define STORE_OUTBOX_RETRY_S      5
#define STORE_OUTBOX_RETRY_MAX_S  3600
#define STORE_OUTBOX_PAUSE_S      (24 * 3600)
#define STORE_OUTBOX_FAILURES_MIN 10

/* A bot's webhook, as admins see it. */
struct store_outbox_hook {
    struct str url;
    int64_t created;   /* seconds since 1970 */
    uint64_t failures; /* since the last success */
    int64_t since;     /* when the first of them was; 0: none */
    struct str status; /* what the last of them was: "500", "timeout"; empty: none */
    int64_t paused;    /* since when; 0: it is not */
    uint64_t queued;   /* messages that wait */
    uint64_t dropped;  /* that were pushed out, or refused by the receiver */
};

/*
 * Gives the bot an address and a key, in place of those that it had; not paused any more. For
 * admins. ERR_NOT_FOUND: there is no such user. ERR_CONFLICT: it is no bot, or was deactivated.
 */
NODISCARD enum err store_outbox_set(struct store_conn *conn, struct arena *arena,
                                    struct store_asker *asker, struct str bot, struct str url,
                                    struct str key);

/* For admins. ERR_NOT_FOUND: no such bot, or it has no address. */
NODISCARD enum err store_outbox_find(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str bot,
                                     struct store_outbox_hook *out);

/* Takes the address away, and what waits. For admins. ERR_NOT_FOUND as above. */
NODISCARD enum err store_outbox_drop(struct store_conn *conn, struct arena *arena,
                                     struct store_asker *asker, struct str bot);

/* A message on its way. */
struct store_outbox_job {
    struct str bot, url, key;
    struct str id;      /* in the queue: the same at every attempt */
    struct str reason;  /* "direct" or "mention" */
    struct str name;    /* of who sent it */
    struct str message; /* as it is by now: edited, or deleted, where it was */
};

/*
 * Takes the lease of up to most bots that are due, in the name of courier, a word that no other one
 * has. Text lives in the arena.
 */
NODISCARD enum err store_outbox_take(struct store_conn *conn, struct arena *arena,
                                     struct str courier, size_t most,
                                     struct store_outbox_job **jobs, size_t *count);

enum store_outbox_end {
    STORE_OUTBOX_DELIVERED,
    STORE_OUTBOX_REFUSED, /* the receiver does not want this one: the next is tried */
    STORE_OUTBOX_FAILED,  /* it is tried again */
    STORE_OUTBOX_GONE     /* the receiver is gone for good: paused at once */
};

struct store_outbox_result {
    struct str bot, id;
    enum store_outbox_end end;
    struct str status;   /* "200", "timeout" */
    uint64_t wait_s;     /* as the receiver asked; at most STORE_OUTBOX_RETRY_MAX_S of it count */
    unsigned spread_pct; /* of the wait, 80 to 120: so that those who failed together come apart */
};

/*
 * Gives the lease back. *paused: the webhook was paused by this. Nothing happens, and
 * ERR_NOT_FOUND, where the courier has the lease no longer.
 */
NODISCARD enum err store_outbox_done(struct store_conn *conn, struct arena *arena,
                                     struct str courier, const struct store_outbox_result *result,
                                     bool *paused);

#endif
