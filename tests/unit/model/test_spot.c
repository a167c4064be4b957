#include "model/spot.h"

#include "support/check.h"

static void passes_through_text(void **state)
{
    (void)state;
    struct arena arena;
    arena_init(&arena);
    static const struct str rows[] = {
        LIT("1795485263.175001~1~0"),   LIT("1795485893~3~1:2"),
        LIT("1795485764.2830355~0~g7"), LIT("-5~0~0"),
        LIT("1e+20~1000000000~1:2"),    LIT("inf~0~12"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_spot spot = {.skip = 1};
        check_row(model_spot_read(rows[i], &spot), rows[i]);
        check_eq(model_spot_text(&arena, &spot), rows[i]);
    }
    arena_finish(&arena);
}

static void refuses(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT(""),        LIT("1"),      LIT("1~1"),    LIT("1~1~"),           LIT("~1~0"),
        LIT("1~~0"),    LIT("1~-1~0"), LIT("1~1~01"), LIT("1~1~2:1"),        LIT("1~1~0~"),
        LIT("nan~1~0"), LIT("1~1~0 "), LIT("(1~1~0"), LIT("1~1000000001~0"), LIT("0x1~1~0"),
        LIT("1~1~g"),   {NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_spot spot = {.skip = 77};
        check_row(!model_spot_read(rows[i], &spot) && spot.skip == 77, rows[i]);
    }
}

/* The newest first; equal scores by room, as bytes; then by how many are before. */
static void orders(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT("inf~0~0"),
        LIT("1795485263.175002~0~g7"),
        LIT("1795485263.175001~0~0"),
        LIT("9~0~0"),
        LIT("9~1~0"),
        LIT("9~2~0"),
        LIT("9~0~10"),
        LIT("9~0~1:2"),
        LIT("9~5~1:2"),
        LIT("9.0~0~2"),
        LIT("9~0~g1"),
        LIT("8~0~0"),
        LIT("-inf~0~0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t j = 0; j < ARRAY_LEN(rows); j++) {
            struct model_spot a, b;
            assert_true(model_spot_read(rows[i], &a) && model_spot_read(rows[j], &b));
            const int cmp = model_spot_cmp(&a, &b);
            check_row(i < j ? cmp < 0 : i > j ? cmp > 0 : cmp == 0, rows[i]);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(passes_through_text),
                                       cmocka_unit_test(refuses), cmocka_unit_test(orders)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
