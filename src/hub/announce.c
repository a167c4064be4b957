#include "hub/announce.h"

/* The budget grows with time. */
static void pay(struct hub_announce *a, int64_t now_ms)
{
    const int64_t room = HUB_ANNOUNCE_PER_S - a->budget;
    const int64_t full_ms = room * 1000 / HUB_ANNOUNCE_PER_S;
    const int64_t passed_ms = now_ms - a->paid_ms;
    a->budget += passed_ms > full_ms ? room : passed_ms * HUB_ANNOUNCE_PER_S / 1000;
    a->paid_ms = now_ms;
}

static int64_t cost_of(size_t streams)
{
    return streams > HUB_ANNOUNCE_LEAST ? (int64_t)streams : HUB_ANNOUNCE_LEAST;
}

/* More streams than the budget can ever be are paid when it is full, and then owed. */
static bool spend(struct hub_announce *a, int64_t now_ms, size_t streams)
{
    const int64_t cost = cost_of(streams);
    pay(a, now_ms);
    if (a->budget < cost && a->budget < HUB_ANNOUNCE_PER_S) {
        return false;
    }
    a->budget -= cost;
    return true;
}

bool hub_announce_change(struct hub_announce *a, int64_t now_ms, size_t streams)
{
    /* While something is gathered nothing else is told, or the event would never be affordable. */
    if (a->due_ms == 0 && spend(a, now_ms, streams)) {
        return true;
    }
    if (a->due_ms == 0) {
        hub_announce_again(a, now_ms);
    }
    return false;
}

bool hub_announce_is_due(struct hub_announce *a, int64_t now_ms, size_t streams)
{
    if (a->due_ms == 0 || now_ms < a->due_ms || !spend(a, now_ms, streams)) {
        return false;
    }
    a->due_ms = 0;
    return true;
}

void hub_announce_again(struct hub_announce *a, int64_t now_ms)
{
    a->due_ms = now_ms + HUB_ANNOUNCE_GATHER_MS;
}
