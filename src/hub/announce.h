#ifndef HUB_ANNOUNCE_H
#define HUB_ANNOUNCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "hub/budget.h"

/*
 * How much may be said of people who come and go. Each change costs a delivery to every stream, so
 * N people who come back are N times N deliveries, and messages would wait behind them. There is a
 * budget: within it a change is told by itself; above it changes are gathered, and one event says
 * that people changed, and how many are online. Decides only; no sockets, no clock.
 */

#define HUB_ANNOUNCE_LEAST     40   /* what a change costs at least: a burst of them fits a queue */
#define HUB_ANNOUNCE_GATHER_MS 1000 /* from the first gathered change to the event */

/* Begins as zeros. */
struct hub_announce {
    struct hub_budget budget;
    int64_t due_ms; /* when what was gathered is told; 0: nothing was */
};

/* A change. True: it is to be told to so many streams. False: it has been gathered. */
bool hub_announce_change(struct hub_announce *a, int64_t now_ms, size_t streams);

/* Is the one event for what was gathered to be sent? Then nothing is gathered any more. */
bool hub_announce_is_due(struct hub_announce *a, int64_t now_ms, size_t streams);

/* It could not be sent: gathers it again. */
void hub_announce_again(struct hub_announce *a, int64_t now_ms);

#endif
