#include "hub/ebb.h"

bool hub_ebb_has_come(struct hub_ebb *ebb, uint64_t changes)
{
    const bool was_high = ebb->is_high;
    const bool is_burst = changes - ebb->changes >= HUB_EBB_BURST;
    ebb->changes = changes;
    ebb->is_high = is_burst;
    return was_high && !is_burst;
}
