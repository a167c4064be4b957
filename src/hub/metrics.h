#ifndef HUB_METRICS_H
#define HUB_METRICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/buf.h"
#include "hub/stats.h"
#include "store/memory.h"

/*
 * What the hub counts, as text for Prometheus: exposition format 0.0.4. Names, units and labels are
 * a contract with whoever draws them (docs/OPERATIONS.md). No sockets, no clock.
 */

#define HUB_METRICS_TYPE STR("text/plain; version=0.0.4; charset=utf-8")

/* Of this moment. */
struct hub_metrics {
    const struct hub_stats *stats;
    bool is_healthy;
    size_t users;                      /* who are online at this hub */
    size_t behind;                     /* streams that have not had everything yet */
    size_t queued;                     /* bytes, for all clients */
    uint64_t max_streams;              /* above it nobody gets one */
    int64_t probe_ms;                  /* since the hub last heard itself */
    int64_t lag_ms;                    /* hub/lag */
    const struct store_memory *memory; /* of Redis */
    enum store_memory_level memory_level;
};

/* Appends it, under 16 KiB. */
void hub_metrics_write(const struct hub_metrics *m, struct buf *out);

#endif
