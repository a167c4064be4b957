#include "base/arena.h"

#include "support/check.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void take(size_t len)
{
    *(char *)arena_alloc(&arena, len) = 1;
}

static void aligned_and_apart(void **state)
{
    (void)state;
    static const size_t sizes[] = {1, 2, 3, 8, 15, 16, 17, 31, 100, 4000, 8191, 8192, 8193, 300000};
    char *at[ARRAY_LEN(sizes) * 3];
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        const size_t size = sizes[i % ARRAY_LEN(sizes)];
        at[i] = arena_alloc(&arena, size);
        assert_int_equal((uintptr_t)at[i] % _Alignof(max_align_t), 0);
        memset(at[i], (int)i + 1, size);
    }
    for (size_t i = 0; i < ARRAY_LEN(at); i++) {
        for (size_t k = 0; k < sizes[i % ARRAY_LEN(sizes)]; k++) {
            assert_int_equal(at[i][k], i + 1);
        }
    }
}

static void nothing_has_a_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < 2000; i++) { /* past the end of a block */
        const void *a = arena_alloc(&arena, 0);
        assert_non_null(a);
        assert_ptr_not_equal(a, arena_alloc(&arena, 0));
    }
}

static void counts_what_it_gave(void **state)
{
    (void)state;
    assert_int_equal(arena.used, 0);
    take(100);
    assert_in_range(arena.used, 100, 116);
    take(100000);
    assert_in_range(arena.used, 100100, 100132);
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
}

static void reset_keeps_and_wipes_the_largest_block(void **state)
{
    (void)state;
    take(64);
    char *secret = arena_alloc(&arena, 100000);
    memset(secret, 's', 100000);
    arena_reset(&arena);
    const char *again = arena_alloc(&arena, 100000);
    assert_ptr_equal(again, secret);
    for (size_t i = 0; i < 100000; i++) {
        assert_int_equal(again[i], 0);
    }
}

static void reset_gives_a_block_for_something_large_back(void **state)
{
    (void)state;
    take(1 << 20);
    arena_reset(&arena);
    assert_null(arena.blocks);
    memset(arena_alloc(&arena, 10), 'x', 10);
    arena_reset(&arena);
    assert_non_null(arena.blocks);
}

static void reset_and_finish_of_an_empty_arena(void **state)
{
    (void)state;
    arena_reset(&arena);
    arena_reset(&arena);
    arena_finish(&arena);
    arena_finish(&arena);
    assert_null(arena.blocks);
    check_str(arena_str(&arena, STR("usable again")), "usable again");
}

static void zalloc_is_zero_on_dirty_ground(void **state)
{
    (void)state;
    for (int round = 0; round < 3; round++) {
        memset(arena_alloc(&arena, 8000), 0xff, 8000);
        const unsigned char *p = arena_zalloc(&arena, 1000, 7);
        for (size_t i = 0; i < 7000; i++) {
            assert_int_equal(p[i], 0);
        }
        arena_reset(&arena);
    }
    assert_non_null(arena_zalloc(&arena, 0, 8));
    assert_non_null(arena_zalloc(&arena, 8, 0));
}

static void copies(void **state)
{
    (void)state;
    static const struct str rows[] = {LIT("text"), LIT(""), LIT("a\0b"), LIT("\xff\n")};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str copy = arena_str(&arena, rows[i]);
        check_eq(copy, rows[i]);
        assert_ptr_not_equal(copy.ptr, rows[i].ptr);
        assert_int_equal(copy.ptr[copy.len], '\0');
    }
    check_str(arena_str(&arena, STR_NONE), "");
    assert_string_equal(arena_cstr(&arena, (struct str){"abcdef", 3}), "abc");
    assert_string_equal(arena_cstr(&arena, STR_NONE), "");
}

static void prints(void **state)
{
    (void)state;
    const struct str s = arena_printf(&arena, "%d %s %.*s", -5, "x", STR_FMT(STR("yz")));
    check_str(s, "-5 x yz");
    assert_int_equal(s.ptr[s.len], '\0');
    check_str(arena_printf(&arena, "%s", ""), "");
    const struct str wide = arena_printf(&arena, "%*d", 50000, 7);
    assert_int_equal(wide.len, 50000);
    assert_int_equal(wide.ptr[49999], '7');
    check_str(arena_printf(&arena, "%.*s", STR_FMT(STR_NONE)), "");
}

static volatile size_t huge = SIZE_MAX / 2; /* volatile: no compiler may foresee the failure */

static void alloc_overflow(void)
{
    take(huge + 2);
}

static void alloc_wrap(void)
{
    take(huge * 2 + 1);
}

static void zalloc_overflow(void)
{
    *(char *)arena_zalloc(&arena, huge, 3) = 1;
}

static void sizes_that_overflow_end_the_process(void **state)
{
    (void)state;
    check_dies(alloc_overflow);
    check_dies(alloc_wrap);
    check_dies(zalloc_overflow);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(aligned_and_apart, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_has_a_place, setup, teardown),
        cmocka_unit_test_setup_teardown(counts_what_it_gave, setup, teardown),
        cmocka_unit_test_setup_teardown(reset_keeps_and_wipes_the_largest_block, setup, teardown),
        cmocka_unit_test_setup_teardown(reset_gives_a_block_for_something_large_back, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(reset_and_finish_of_an_empty_arena, setup, teardown),
        cmocka_unit_test_setup_teardown(zalloc_is_zero_on_dirty_ground, setup, teardown),
        cmocka_unit_test_setup_teardown(copies, setup, teardown),
        cmocka_unit_test_setup_teardown(prints, setup, teardown),
        cmocka_unit_test_setup_teardown(sizes_that_overflow_end_the_process, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
