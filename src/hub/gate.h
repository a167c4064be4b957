#ifndef HUB_GATE_H
#define HUB_GATE_H

#include <stdbool.h>
#include "base/config.h"
#include "hub/client.h"
#include "hub/redis.h"
#include "hub/stats.h"
#include "store/stream.h"

/*
 * From a parsed request to an answer or an identity. What needs no stream (health, errors) is
 * answered here; for a stream Redis is asked who this is, without waiting.
 */

struct hub_gate_hooks {
    void *arg;
    bool (*is_healthy)(void *arg); /* are both Redis connections up? */
    /*
     * A stream may open. since: the cursor that the client brought; has_since false: none.
     * bad_since: one that makes no sense. Text in stream lives until the hook returns.
     */
    void (*open)(void *arg, struct hub_client *c, const struct store_stream *stream,
                 const struct model_cursor *since, bool bad_since);
};

struct hub_gate {
    const struct config *config;
    struct hub_redis *redis;
    struct hub_stats *stats;
    struct hub_gate_hooks hooks;
};

/* c has a whole request: answers it, or asks Redis. */
void hub_gate_request(struct hub_gate *gate, struct hub_client *c);

/* c's request is over: an answer that is still to come finds nobody. */
void hub_gate_forget(struct hub_client *c);

#endif
