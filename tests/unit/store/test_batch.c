#include "store/batch.h"

#include <stdio.h>
#include "support/check.h"

#define NAMES 100

/* Tells all names, from a place on and around, each third one twice. */
static void tell(struct store_batch *batch, unsigned from)
{
    for (unsigned i = 0; i < NAMES; i++) {
        char name[8];
        const unsigned n = (i * 37 + from) % NAMES; /* 37 and 100 share no factor: each once */
        const int len = snprintf(name, sizeof(name), "%02u", n);
        const struct str text = {name, (size_t)len};
        for (unsigned times = n % 3 == 0 ? 2 : 1; times > 0; times--) {
            store_batch_add(batch, text, n % 2 == 0 ? text : STR_NONE);
        }
    }
}

/* Rounds of any size give each name once, in order, with its value. */
static void rounds_give_all_in_order(void **state UNUSED)
{
    static const size_t sizes[] = {1, 2, 3, 7, 50, 99, 100, 101, 1000};
    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        struct store_batch batch;
        unsigned seen = 0;
        bool more;
        store_batch_init(&batch, sizes[i]);
        store_batch_begin(&batch);
        do {
            tell(&batch, seen * 13);
            store_batch_sort(&batch);
            assert_true(batch.n <= sizes[i]);
            for (size_t k = 0; k < batch.n; k++, seen++) {
                char name[8];
                (void)snprintf(name, sizeof(name), "%02u", seen);
                check_str(batch.items[k].name, name);
                check_str(batch.items[k].value, seen % 2 == 0 ? name : NULL);
            }
            more = batch.more;
            store_batch_go_on(&batch);
        } while (more);
        assert_int_equal(seen, NAMES);
        store_batch_finish(&batch);
    }
}

static void begins_again_with_the_smallest(void **state UNUSED)
{
    struct store_batch batch;
    store_batch_init(&batch, 10);
    for (int i = 0; i < 2; i++) {
        store_batch_begin(&batch);
        tell(&batch, 0);
        store_batch_sort(&batch);
        assert_int_equal(batch.n, 10);
        assert_true(batch.more);
        check_str(batch.items[0].name, "00");
        store_batch_go_on(&batch);
    }
    store_batch_finish(&batch);
}

static void nothing_is_nothing(void **state UNUSED)
{
    struct store_batch batch;
    store_batch_init(&batch, 10);
    store_batch_begin(&batch);
    store_batch_sort(&batch);
    assert_int_equal(batch.n, 0);
    assert_false(batch.more);
    store_batch_go_on(&batch);
    store_batch_add(&batch, STR(""), STR_NONE);
    store_batch_sort(&batch);
    assert_int_equal(batch.n, 1);
    store_batch_finish(&batch);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rounds_give_all_in_order),
        cmocka_unit_test(begins_again_with_the_smallest),
        cmocka_unit_test(nothing_is_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
