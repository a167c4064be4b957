#include "hub/budget.h"

#include "support/check.h"

#define T 1000000 /* ms; some time after the start */

static void it_is_spent_and_grows(void **state UNUSED)
{
    struct hub_budget b = {0};
    assert_true(hub_budget_spend(&b, T, 15000));
    assert_false(hub_budget_spend(&b, T, 5001));
    assert_true(hub_budget_spend(&b, T, 5000));
    assert_false(hub_budget_spend(&b, T, 1));
    assert_true(hub_budget_spend(&b, T, 0));
    assert_true(hub_budget_spend(&b, T + 1, 20));
    assert_false(hub_budget_spend(&b, T + 1, 1));
    /* No more than a second's is saved up. */
    assert_true(hub_budget_spend(&b, T + 100000, HUB_BUDGET_PER_S));
    assert_false(hub_budget_spend(&b, T + 100000, 1));
}

/* What is more than it can ever be comes when it is full, and costs all the same. */
static void a_crowd_is_owed(void **state UNUSED)
{
    struct hub_budget b = {0};
    assert_true(hub_budget_spend(&b, T, 60000));
    assert_false(hub_budget_spend(&b, T + 2999, 60000));
    assert_true(hub_budget_spend(&b, T + 3000, 60000));
    assert_false(hub_budget_spend(&b, T + 4000, 1));
    assert_true(hub_budget_spend(&b, T + 5001, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_spent_and_grows),
        cmocka_unit_test(a_crowd_is_owed),
    };
    return cmocka_run_group_tests_name("hub/budget", tests, NULL, NULL);
}
