#include "base/clock.h"

#include <time.h>
#include "support/check.h"

static int teardown(void **state)
{
    (void)state;
    clock_set(-1, -1);
    return 0;
}

static void stands_where_it_was_set(void **state)
{
    (void)state;
    static const int64_t rows[][2] = {{0, 0}, {1795514400123, 5}, {INT64_MAX, 1}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        clock_set(rows[i][0], rows[i][1]);
        assert_true(clock_wall_ms() == rows[i][0] && clock_wall_ms() == rows[i][0]);
        assert_true(clock_mono_ms() == rows[i][1] && clock_mono_ms() == rows[i][1]);
    }
}

static void wall_is_the_time_of_day(void **state)
{
    (void)state;
    clock_set(1, 1);
    clock_set(-1, -1);
    const int64_t before = (int64_t)time(NULL);
    const int64_t now = clock_wall_ms();
    const int64_t after = (int64_t)time(NULL);
    assert_true(now / 1000 >= before - 1 && now / 1000 <= after + 1);
}

static int64_t read_mono(void)
{
    struct timespec now;
    assert_int_equal(clock_gettime(CLOCK_MONOTONIC, &now), 0);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static void mono_goes_forward(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) {
        const int64_t before = read_mono();
        const int64_t now = clock_mono_ms();
        assert_true(before <= now && now <= read_mono());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(stands_where_it_was_set, teardown),
        cmocka_unit_test_teardown(wall_is_the_time_of_day, teardown),
        cmocka_unit_test_teardown(mono_goes_forward, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
