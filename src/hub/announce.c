#include "hub/announce.h"

static bool spend(struct hub_announce *a, int64_t now_ms, size_t streams)
{
    return hub_budget_spend(&a->budget, now_ms,
                            streams > HUB_ANNOUNCE_LEAST ? streams : HUB_ANNOUNCE_LEAST);
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
