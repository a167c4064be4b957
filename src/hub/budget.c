#include "hub/budget.h"

static void grow(struct hub_budget *b, int64_t now_ms)
{
    const int64_t room = HUB_BUDGET_PER_S - b->left;
    const int64_t full_ms = room * 1000 / HUB_BUDGET_PER_S;
    const int64_t passed_ms = now_ms - b->paid_ms;
    b->left += passed_ms > full_ms ? room : passed_ms * HUB_BUDGET_PER_S / 1000;
    b->paid_ms = now_ms;
}

bool hub_budget_spend(struct hub_budget *b, int64_t now_ms, size_t deliveries)
{
    grow(b, now_ms);
    if (b->left < (int64_t)deliveries && b->left < HUB_BUDGET_PER_S) {
        return false;
    }
    b->left -= (int64_t)deliveries;
    return true;
}
