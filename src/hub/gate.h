#ifndef HUB_GATE_H
#define HUB_GATE_H

#include <stdbool.h>
#include "base/config.h"
#include "hub/client.h"
#include "hub/memory.h"
#include "hub/metrics.h"
#include "hub/redis.h"
#include "hub/stats.h"
#include "hub/want.h"
#include "store/stream.h"

/*
 * From a parsed request to an answer or an identity. What needs no stream (health, metrics,
 * errors) is answered here, and a page's sign of life is taken; for a stream Redis is asked who
 * this is, without waiting. The client may be gone before the answer; then it finds nobody.
 */

/* The stream that somebody asks for. Text lives until the hook that is given it returns. */
struct hub_gate_stream {
    struct str session; /* sha256 */
    struct str place;   /* where it is read: model_address_place() */
    struct hub_want want;
    struct store_stream stored;
};

struct hub_gate_hooks {
    void *arg;
    bool (*is_healthy)(void *arg);                       /* does the hub hear everything? */
    void (*measure)(void *arg, struct hub_metrics *out); /* NULL: nothing is counted */
    bool (*pulse)(void *arg, struct str session, struct str stream); /* is there such a stream? */
    /* False: what Redis said is too old by now, ask again. */
    bool (*open)(void *arg, struct hub_client *c, const struct hub_gate_stream *stream);
};

struct hub_gate {
    const struct config *config;
    struct hub_redis *redis;
    struct str server, event_log; /* for what is written, see store_conn_create() */
    struct hub_stats *stats;
    size_t max_streams;              /* above it: 503 */
    const struct hub_memory *memory; /* NULL: it is not watched */
    struct hub_gate_hooks hooks;
};

/* c has a whole request: answers it, or asks Redis. */
void hub_gate_request(struct hub_gate *gate, struct hub_client *c);

/* The same for a request that came in another way, and what http_req_init() said of it. */
void hub_gate_answer(struct hub_gate *gate, struct hub_client *c, const struct http_req *req,
                     enum err err);

/*
 * c is LIVE, and what is known of it may be out of date: asks again who this is, and calls the open
 * hook. A session that has ended ends the stream.
 */
void hub_gate_again(struct hub_gate *gate, struct hub_client *c, struct str session);

/* c's request is over: an answer that is still to come finds nobody. */
void hub_gate_forget(struct hub_client *c);

#endif
