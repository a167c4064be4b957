#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <stdio.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/address.h"
#include "store/limit.h"
#include "store/message.h"
#include "support/store.h"

/* Throttles inside Redis: what is counted, for whom, and how long. */

static struct str from(struct store_test *t, const char *address)
{
    return model_address_networks(&t->arena, str_of(address));
}

static enum err take(struct store_test *t, const char *address, struct store_limit *limit)
{
    return store_limit_take(t->conn, &t->arena, from(t, address), limit);
}

static void so_many_and_no_more(void **state)
{
    struct store_test *t = *state;
    struct store_limit limit = {.name = "register", .most = 3, .window_s = 3600};
    for (uint64_t left = 3; left > 0; left--) {
        assert_int_equal(take(t, "192.0.2.7", &limit), ERR_OK);
        assert_int_equal(limit.left, left - 1);
        assert_int_equal(limit.wait_s, 0);
    }
    assert_int_equal(take(t, "192.0.2.7", &limit), ERR_RATE_LIMITED);
    assert_int_equal(limit.left, 0);
    assert_in_range(limit.wait_s, 1190, 1200);
    assert_in_range(limit.reset_s, 3590, 3600);
    assert_int_equal(take(t, "192.0.2.8", &limit), ERR_OK);
}

/* Of IPv6 a /64 is one, and IPv4 is IPv4 in whatever notation. */
static void who_is_one(void **state)
{
    static const struct {
        const char *first, *second;
        enum err err;
    } rows[] = {
        {"2001:db8::1", "2001:db8::ffff:0:0:2", ERR_RATE_LIMITED},
        {"2001:db8:0:1::1", "2001:db8:0:2::1", ERR_OK},
        {"192.0.2.7", "::ffff:192.0.2.7", ERR_RATE_LIMITED},
        {"198.51.100.7", "198.51.100.8", ERR_OK},
        {"", "/run/web.sock", ERR_RATE_LIMITED},
    };
    struct store_test *t = *state;
    struct store_limit limit = {.name = "register", .most = 1, .window_s = 3600};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(take(t, rows[i].first, &limit), ERR_OK);
        assert_int_equal(take(t, rows[i].second, &limit), rows[i].err);
    }
}

/* It comes back by and by, one at a time, and then the key is gone. */
static void it_comes_back(void **state)
{
    struct store_test *t = *state;
    struct store_limit limit = {.name = "register", .most = 4, .window_s = 2};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(take(t, "192.0.2.7", &limit), ERR_OK);
    }
    assert_int_equal(take(t, "192.0.2.7", &limit), ERR_RATE_LIMITED);
    assert_int_equal(limit.wait_s, 1);
    int waited_ms = 0;
    while (take(t, "192.0.2.7", &limit) != ERR_OK && waited_ms < 5000) {
        usleep(10000);
        waited_ms += 10;
    }
    assert_true(waited_ms < 5000);
    assert_true(limit.left < 2);
    while (redis_int(t->redis, "EXISTS snug:limit:register:192.0.2.7") == 1 && waited_ms < 10000) {
        usleep(10000);
        waited_ms += 10;
    }
    assert_true(waited_ms < 10000);
}

/* Redis keeps a number for as long as it counts; who is refused adds nothing to it. */
static void what_is_kept(void **state)
{
    struct store_test *t = *state;
    struct store_limit limit = {.name = "register", .most = 2, .window_s = 3600};
    assert_int_equal(take(t, "192.0.2.7", &limit), ERR_OK);
    assert_in_range(redis_int(t->redis, "PTTL snug:limit:register:192.0.2.7"), 1790000, 1800000);
    assert_int_equal(take(t, "192.0.2.7", &limit), ERR_OK);
    char before[32];
    snprintf(before, sizeof(before), "%s",
             redis_text(t->redis, "GET snug:limit:register:192.0.2.7"));
    for (int i = 0; i < 50; i++) {
        assert_int_equal(take(t, "192.0.2.7", &limit), ERR_RATE_LIMITED);
    }
    assert_string_equal(redis_text(t->redis, "GET snug:limit:register:192.0.2.7"), before);
    assert_in_range(redis_int(t->redis, "PTTL snug:limit:register:192.0.2.7"), 3500000, 3600000);
}

static void no_limit_is_no_key(void **state)
{
    struct store_test *t = *state;
    struct store_limit limit = {.name = "register", .most = 0, .window_s = 3600};
    for (int i = 0; i < 50; i++) {
        assert_int_equal(take(t, "192.0.2.7", &limit), ERR_OK);
    }
    assert_int_equal(redis_int(t->redis, "EXISTS snug:limit:register:192.0.2.7"), 0);
}

/* Any number may be set, also one whose steps are no whole microseconds. */
static void odd_numbers_count_exactly(void **state)
{
    static const uint64_t numbers[] = {1, 7, 13, 97};
    struct store_test *t = *state;
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        struct store_limit limit = {.name = "register", .most = numbers[i], .window_s = 36000};
        redis_do(t->redis, "DEL snug:limit:register:192.0.2.7");
        for (uint64_t n = 0; n < numbers[i]; n++) {
            assert_int_equal(take(t, "192.0.2.7", &limit), ERR_OK);
        }
        assert_int_equal(take(t, "192.0.2.7", &limit), ERR_RATE_LIMITED);
    }
}

static enum err say(struct store_test *t, struct str user, const char *room, const char *text,
                    const char *nonce, struct store_limit *limit)
{
    struct model_message m;
    return store_message_send(t->conn, &t->arena, store_test_as(t, user),
                              &(struct store_message_draft){.room = str_of(room),
                                                            .text = str_of(text),
                                                            .nonce = str_of(nonce)},
                              limit, &m);
}

/* A message counts for its sender, in the script that stores it; one that is told again, or refused
 * for another reason, does not. */
static void messages_count_by_user(void **state)
{
    struct store_test *t = *state;
    const struct str pablo = store_test_user(t, "Pablo");
    const struct str mary = store_test_user(t, "Mary");
    struct store_limit limit = {.name = "send", .most = 2, .window_s = 3600};
    assert_int_equal(say(t, pablo, "0", "one", "n1", &limit), ERR_OK);
    assert_int_equal(limit.left, 1);
    for (int i = 0; i < 5; i++) {
        assert_int_equal(say(t, pablo, "0", "one", "n1", &limit), ERR_OK);
        assert_int_equal(say(t, pablo, "0", "other", "n1", &limit), ERR_NONCE_REUSED);
        assert_int_equal(say(t, pablo, "77", "one", NULL, &limit), ERR_NOT_FOUND);
    }
    assert_int_equal(say(t, pablo, "0", "two", NULL, &limit), ERR_OK);
    assert_int_equal(limit.left, 0);
    assert_int_equal(say(t, pablo, "0", "three", "n3", &limit), ERR_RATE_LIMITED);
    assert_in_range(limit.wait_s, 1790, 1800);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 2);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:sent:1:n3"), 0);
    assert_int_equal(say(t, pablo, "0", "one", "n1", &limit), ERR_OK);
    assert_int_equal(say(t, mary, "0", "hers", NULL, &limit), ERR_OK);
    assert_int_equal(say(t, pablo, "0", "four", NULL, NULL), ERR_OK);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(so_many_and_no_more),    STORE_TEST(who_is_one),
        STORE_TEST(it_comes_back),          STORE_TEST(what_is_kept),
        STORE_TEST(no_limit_is_no_key),     STORE_TEST(odd_numbers_count_exactly),
        STORE_TEST(messages_count_by_user),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
