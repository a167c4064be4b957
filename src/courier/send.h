#ifndef COURIER_SEND_H
#define COURIER_SEND_H

#include <stdbool.h>
#include <stddef.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/outbox.h"

/*
 * Deliveries under way: HTTP POST by libcurl, many at once in one thread.
 *
 * Where to is checked when the connection is made, by the address that the name was resolved to, so
 * that no name, number or redirect leads to where it should not: only public addresses (base/ip.h),
 * and by TLS; those of the networks that are allowed also without. Redirects are not followed,
 * proxies of the environment not used, certificates checked. An attempt takes COURIER_SEND_S at
 * most, and reads no more than COURIER_SEND_ANSWER_MAX of an answer, which says nothing but its
 * status.
 */

#define COURIER_SEND_S          10
#define COURIER_SEND_CONNECT_S  5
#define COURIER_SEND_ANSWER_MAX ((size_t)64 * 1024)

struct courier_send;

/* networks, borrowed: the list of those that are allowed (SNUG_HOOK_NETWORKS). */
NODISCARD enum err courier_send_create(struct str networks, struct courier_send **out);

/* Breaks off what is under way. NULL is fine. */
void courier_send_destroy(struct courier_send *send);

/* Begins a delivery. Copies the job. ERR_INVALID: its key or address is none. */
NODISCARD enum err courier_send_start(struct courier_send *send,
                                      const struct store_outbox_job *job);

/* How many are under way. */
size_t courier_send_count(const struct courier_send *send);

/* Works on all of them; waits up to ms for something to happen. */
void courier_send_work(struct courier_send *send, int ms);

/*
 * One that has ended, but for spread_pct. Its text lives until the next call. False: none has.
 */
NODISCARD bool courier_send_next(struct courier_send *send, struct store_outbox_result *out);

#endif
