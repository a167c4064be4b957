#ifndef HUB_LAG_H
#define HUB_LAG_H

#include <stdint.h>

/*
 * How long a turn of the loop takes, from waking to sleeping: whatever comes meanwhile waits as
 * long. No clock.
 */

#define HUB_LAG_SPAN_MS 60000

/* Begins as zeros. */
struct hub_lag {
    int64_t woke_ms;    /* 0: it has not */
    int64_t span_ms;    /* when the span under way began */
    int64_t longest[2]; /* of the span under way, and of the one before */
};

void hub_lag_woke(struct hub_lag *l, int64_t now_ms);
void hub_lag_sleeps(struct hub_lag *l, int64_t now_ms);

/* The longest turn of the last one to two spans, in milliseconds. */
int64_t hub_lag_longest(const struct hub_lag *l);

#endif
