#include "hub/announce.h"

#include "hub/client.h"
#include "support/check.h"

#define T 1000000 /* ms; some time after the start */

/* How many of n changes at this moment are told. */
static size_t told(struct hub_announce *a, int64_t now_ms, size_t streams, size_t n)
{
    size_t told = 0;
    for (size_t i = 0; i < n; i++) {
        told += hub_announce_change(a, now_ms, streams);
    }
    return told;
}

static void few_changes_are_told_each(void **state UNUSED)
{
    struct hub_announce a = {0};
    for (int64_t ms = 0; ms < 10000; ms += 100) {
        assert_int_equal(told(&a, T + ms, 2000, 1), 1);
        assert_false(hub_announce_is_due(&a, T + ms, 2000));
    }
}

static void a_storm_becomes_one_event(void **state UNUSED)
{
    struct hub_announce a = {0};
    assert_int_equal(told(&a, T, 8000, 1000), 2);
    assert_false(hub_announce_is_due(&a, T + HUB_ANNOUNCE_GATHER_MS - 1, 8000));
    /* There would be enough for one again, but what was gathered comes first. */
    assert_int_equal(told(&a, T + 900, 8000, 1), 0);
    assert_true(hub_announce_is_due(&a, T + HUB_ANNOUNCE_GATHER_MS, 8000));
    assert_false(hub_announce_is_due(&a, T + 5000, 8000));
    assert_int_equal(told(&a, T + 5000, 8000, 1), 1);
}

/* All that is sent in a long storm, whatever the number of streams. */
static void the_budget_holds(void **state UNUSED)
{
    static const size_t streams[] = {1, 100, 8000, 20000, 20001, 60000};
    for (size_t i = 0; i < ARRAY_LEN(streams); i++) {
        struct hub_announce a = {0};
        uint64_t sent = 0;
        size_t events = 0;
        for (int64_t ms = 0; ms < 60000; ms++) {
            sent += told(&a, T + ms, streams[i], 1) * streams[i];
            if (hub_announce_is_due(&a, T + ms, streams[i])) {
                events++;
                sent += streams[i];
            }
        }
        assert_true(sent <= 61u * HUB_BUDGET_PER_S + streams[i]);
        assert_in_range(events, streams[i] == 60000 ? 10 : 20, 60);
    }
}

static void a_burst_fits_a_queue(void **state UNUSED)
{
    struct hub_announce a = {0};
    const size_t burst = told(&a, T, 1, 100000);
    assert_int_equal(burst, HUB_BUDGET_PER_S / HUB_ANNOUNCE_LEAST);
    assert_true(burst * 200 < HUB_CLIENT_FILL_MAX);
}

static void what_failed_is_gathered_again(void **state UNUSED)
{
    struct hub_announce a = {0};
    told(&a, T, 8000, 3);
    assert_true(hub_announce_is_due(&a, T + 1000, 8000));
    hub_announce_again(&a, T + 1200);
    assert_false(hub_announce_is_due(&a, T + 2199, 8000));
    assert_true(hub_announce_is_due(&a, T + 2200, 8000));
}

static void nobody_listens(void **state UNUSED)
{
    struct hub_announce a = {0};
    assert_int_equal(told(&a, T, 0, 1), 1);
    assert_false(hub_announce_is_due(&a, T, 0));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(few_changes_are_told_each),
        cmocka_unit_test(a_storm_becomes_one_event),
        cmocka_unit_test(the_budget_holds),
        cmocka_unit_test(a_burst_fits_a_queue),
        cmocka_unit_test(what_failed_is_gathered_again),
        cmocka_unit_test(nobody_listens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
