#include "hub/lag.h"

#include "support/check.h"

static void turn(struct hub_lag *l, int64_t woke_ms, int64_t slept_ms)
{
    hub_lag_woke(l, woke_ms);
    hub_lag_sleeps(l, slept_ms);
}

static void is_the_longest(void **state)
{
    (void)state;
    struct hub_lag l = {0};
    hub_lag_sleeps(&l, 5000); /* before it ever slept */
    assert_int_equal(hub_lag_longest(&l), 0);
    turn(&l, 5100, 5130);
    turn(&l, 5200, 5270);
    turn(&l, 5300, 5310);
    assert_int_equal(hub_lag_longest(&l), 70);
}

static void is_forgotten_after_two_spans(void **state)
{
    (void)state;
    struct hub_lag l = {0};
    hub_lag_sleeps(&l, HUB_LAG_SPAN_MS);
    turn(&l, HUB_LAG_SPAN_MS + 10, HUB_LAG_SPAN_MS + 510);
    turn(&l, 2 * HUB_LAG_SPAN_MS, 2 * HUB_LAG_SPAN_MS + 20);
    assert_int_equal(hub_lag_longest(&l), 500);
    turn(&l, 3 * HUB_LAG_SPAN_MS + 20, 3 * HUB_LAG_SPAN_MS + 30);
    assert_int_equal(hub_lag_longest(&l), 20);
}

static void a_long_sleep_is_no_turn(void **state)
{
    (void)state;
    struct hub_lag l = {0};
    turn(&l, 1000, 1500);
    turn(&l, 1500 + 2 * HUB_LAG_SPAN_MS, 1501 + 2 * HUB_LAG_SPAN_MS);
    assert_int_equal(hub_lag_longest(&l), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_the_longest),
        cmocka_unit_test(is_forgotten_after_two_spans),
        cmocka_unit_test(a_long_sleep_is_no_turn),
    };
    return cmocka_run_group_tests_name("hub/lag", tests, NULL, NULL);
}
