#include "hub/lag.h"

void hub_lag_woke(struct hub_lag *l, int64_t now_ms)
{
    l->woke_ms = now_ms;
}

void hub_lag_sleeps(struct hub_lag *l, int64_t now_ms)
{
    const int64_t turn_ms = l->woke_ms != 0 ? now_ms - l->woke_ms : 0;
    const int64_t passed_ms = now_ms - l->span_ms;
    if (passed_ms >= HUB_LAG_SPAN_MS) {
        l->longest[1] = passed_ms < 2 * HUB_LAG_SPAN_MS ? l->longest[0] : 0;
        l->longest[0] = 0;
        l->span_ms = now_ms;
    }
    if (turn_ms > l->longest[0]) {
        l->longest[0] = turn_ms;
    }
}

int64_t hub_lag_longest(const struct hub_lag *l)
{
    return l->longest[0] > l->longest[1] ? l->longest[0] : l->longest[1];
}
