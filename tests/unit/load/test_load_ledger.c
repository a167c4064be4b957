#include "load/ledger.h"

#include <stdlib.h>
#include "support/check.h"

/* Two people: one in rooms 0 and 5, one in room 0. */
static struct load_people people;
static struct load_ledger ledger;
static struct load_ledger_view one, two;

static int setup(void **state)
{
    (void)state;
    char path[] = "/tmp/load-people-XXXXXX";
    static const char text[] = "a=1\t0,5\nb=2\n";
    const int fd = mkstemp(path);
    assert_true(fd >= 0 && write(fd, text, sizeof(text) - 1) == sizeof(text) - 1);
    close(fd);
    assert_true(load_people_read(&people, path));
    unlink(path);
    load_ledger_init(&ledger, &people, 10, 0xabc);
    load_ledger_view_init(&one, &ledger, false);
    load_ledger_view_init(&two, &ledger, false);
    load_ledger_view_ready(&one, &ledger, &people.people[0], STR("7.10"));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    load_ledger_view_finish(&one);
    load_ledger_view_finish(&two);
    load_ledger_finish(&ledger);
    load_people_finish(&people);
    return 0;
}

/* Message k comes to a view under this id of an event. */
static bool comes(struct load_ledger_view *view, size_t k, const char *id)
{
    char text[101];
    char data[200];
    load_ledger_text(&ledger, k, text, 100);
    snprintf(data, sizeof(data), "{\"id\":\"m%zu\",\"message\":\"%s\"}", k, text);
    return load_ledger_view_event(view, &ledger, &people.people[view == &one ? 0 : 1],
                                  STR("message"), str_of(id), str_of(data), 2000000);
}

static size_t begin(size_t room)
{
    return load_ledger_begin(&ledger, room, 1000000);
}

static uint64_t missing(const struct load_ledger_view *view, uint64_t *expected)
{
    *expected = 0;
    return load_ledger_view_missing(view, &ledger, &people.people[view == &one ? 0 : 1], expected);
}

static void file(void **state)
{
    (void)state;
    assert_int_equal(people.npeople, 2);
    assert_int_equal(people.nrooms, 2);
    check_str(people.people[0].cookie, "a=1");
    check_str(people.rooms[1].id, "5");
    assert_int_equal(people.rooms[0].npeople, 2);
    assert_int_equal(people.rooms[1].npeople, 1);
    assert_true(load_people_is_in(&people.people[0], 1));
    assert_false(load_people_is_in(&people.people[1], 1));
}

/* Who is there gets it; who comes later is not expected to. */
static void settled(void **state)
{
    (void)state;
    uint64_t expected;
    const size_t k = begin(0);
    assert_true(comes(&one, k, "7.11"));
    assert_int_equal(ledger.settled, 0);
    load_ledger_acked(&ledger, k, 201, STR("m0"), 1500000);
    assert_int_equal(ledger.settled, 1);
    load_ledger_view_ready(&two, &ledger, &people.people[1], STR("7.11"));
    assert_int_equal(missing(&one, &expected) + missing(&two, &expected), 0);
    assert_int_equal(expected, 0);
    const size_t lost = begin(0);
    load_ledger_acked(&ledger, lost, 201, STR("m1"), 1500000);
    assert_true(comes(&two, lost, "7.12"));
    assert_int_equal(missing(&one, &expected), 1);
    assert_int_equal(expected, 2);
    assert_int_equal(missing(&two, &expected), 0);
    assert_int_equal(ledger.oldest, 1);
    load_ledger_give_up(&ledger, 1000001);
    assert_int_equal(ledger.oldest, 2);
    assert_int_equal(ledger.wrong_ids, 0);
    assert_int_equal(ledger.holes, 0);
}

/* Nobody answered for it, or it was refused: it is not missed. */
static void unanswered(void **state)
{
    (void)state;
    uint64_t expected;
    (void)begin(0);
    load_ledger_refused(&ledger, begin(0), 400);
    assert_int_equal(missing(&one, &expected), 0);
    assert_int_equal(expected, 0);
    assert_int_equal(ledger.settled, 1);
}

static void order(void **state)
{
    (void)state;
    for (int i = 0; i < 4; i++) {
        (void)begin(0);
    }
    assert_true(comes(&one, 0, "7.11"));
    assert_false(comes(&one, 0, "7.11"));
    assert_int_equal(ledger.duplicates_raw, 1);
    assert_int_equal(ledger.duplicates, 0);
    assert_true(comes(&one, 1, "7.13"));
    assert_int_equal(ledger.holes, 1);
    assert_true(comes(&one, 2, "7.12"));
    assert_int_equal(ledger.out_of_order, 1);
    assert_false(comes(&one, 1, "7.14"));
    assert_int_equal(ledger.duplicates, 1);
    assert_true(comes(&one, 3, "8.1"));
    assert_int_equal(ledger.out_of_order, 1);
    assert_false(comes(&one, 3, "nonsense"));
    assert_int_equal(ledger.bad_ids, 1);
}

static void strangers(void **state)
{
    (void)state;
    const size_t k = begin(1);
    assert_false(comes(&two, k, "7.11"));
    assert_int_equal(ledger.foreign, 1);
    assert_false(load_ledger_view_event(&one, &ledger, &people.people[0], STR(""), STR("7.12"),
                                        STR("{\"message\":\"hello\"}"), 1));
    assert_false(load_ledger_view_event(&one, &ledger, &people.people[0], STR(""), STR("7.13"),
                                        STR("ts=1 run=00000abc seq=9 "), 1));
    assert_int_equal(ledger.others, 2);
    assert_true(comes(&one, k, "7.14"));
    load_ledger_acked(&ledger, k, 201, STR("another"), 1);
    assert_int_equal(ledger.wrong_ids, 1);
}

/* What was sent before a reset is forgiven, what comes after it is not. */
static void reset(void **state)
{
    (void)state;
    uint64_t expected;
    load_ledger_acked(&ledger, begin(0), 201, STR("m0"), 1);
    load_ledger_view_reset(&one, &ledger, &people.people[0]);
    assert_int_equal(ledger.excused, 1);
    assert_int_equal(ledger.settled, 1);
    load_ledger_acked(&ledger, begin(0), 201, STR("m1"), 1);
    assert_int_equal(missing(&one, &expected), 1);
    assert_true(comes(&one, 1, "3.1"));
    assert_int_equal(missing(&one, &expected), 0);
    assert_int_equal(ledger.out_of_order, 0);
}

static void lengths(void **state)
{
    (void)state;
    struct load_hist hist = {0};
    assert_true(load_hist_ms(&hist, 0.5) == 0);
    for (int64_t us = 1; us <= 1000; us++) {
        load_hist_add(&hist, us * 1000);
    }
    load_hist_add(&hist, -5);
    load_hist_add(&hist, INT64_MAX);
    assert_int_equal(hist.count, 1002);
    const double half = load_hist_ms(&hist, 0.5);
    const double most = load_hist_ms(&hist, 0.998);
    assert_true(half >= 0.5 && half <= 0.51);
    assert_true(most >= 0.998 && most <= 1.02);
    assert_true(load_hist_ms(&hist, 0.0) == 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(file),      TEST(settled), TEST(unanswered),          TEST(order),
        TEST(strangers), TEST(reset),   cmocka_unit_test(lengths),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
