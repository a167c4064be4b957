#ifndef HUB_MEMORY_H
#define HUB_MEMORY_H

#include <stdbool.h>
#include <stdint.h>
#include "base/str.h"
#include "hub/redis.h"
#include "store/memory.h"

/*
 * Watches how full Redis is (store/memory.h), and tells it while it is, or has just been, anything
 * but well. Every hub does; what is told is the same whoever tells it.
 */

#define HUB_MEMORY_EVERY_MS 5000

/* The first four by who makes it; they live longer. */
struct hub_memory {
    struct hub_redis *redis;
    struct str server, event_log;
    uint64_t max; /* bytes that Redis may use, where it has no smaller limit itself; 0: any */
    struct store_memory seen;
    enum store_memory_level level; /* as it was told last */
    bool is_asking;                /* an answer is due */
    int64_t next_ms;
};

/* Once a second: asks when it is time. */
void hub_memory_check(struct hub_memory *m, int64_t now_ms);

#endif
