#include "hub/ebb.h"

#include "support/check.h"

static void comes_once_after_a_burst(void **state)
{
    static const struct {
        uint64_t changes;
        bool has_come;
    } rows[] = {
        {0, false},   {199, false},  {398, false},  {598, false}, {9000, false},
        {9199, true}, {9199, false}, {9399, false}, {9399, true}, {9400, false},
    };
    struct hub_ebb ebb = {0};
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(hub_ebb_has_come(&ebb, rows[i].changes), rows[i].has_come);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(comes_once_after_a_burst)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
