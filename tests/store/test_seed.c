#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/message.h"
#include "store/room.h"
#include "store/seed.h"
#include "store/user.h"
#include "support/store.h"

static const struct str hashes[STORE_SEED_USERS] = {
    {"hash 1", 6}, {"hash 2", 6}, {"hash 3", 6}, {"hash 4", 6}};

static void seed(struct store_test *t)
{
    bool written = false;
    assert_int_equal(store_seed_write(t->conn, &t->arena, hashes, &written), ERR_OK);
    assert_true(written);
}

static void is_wanted_once(void **state)
{
    struct store_test *t = *state;
    bool yes = false;
    assert_int_equal(store_seed_wanted(t->conn, &t->arena, &yes), ERR_OK);
    assert_true(yes);
    seed(t);
    assert_int_equal(store_seed_wanted(t->conn, &t->arena, &yes), ERR_OK);
    assert_false(yes);
    assert_int_equal(store_seed_write(t->conn, &t->arena, hashes, &yes), ERR_OK);
    assert_false(yes);
}

static void never_by_surprise(void **state)
{
    struct store_test *t = *state;
    bool written = true;
    redis_do(t->redis, "SET total_users 0");
    assert_int_equal(store_seed_write(t->conn, &t->arena, hashes, &written), ERR_OK);
    assert_false(written);
    assert_int_equal(redis_int(t->redis, "EXISTS user:1 room:0"), 0);
}

static void writes_the_articles_data(void **state)
{
    static const char *const names[] = {"Pablo", "Joe", "Mary", "Alex"};
    struct store_test *t = *state;
    seed(t);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "4");
    assert_string_equal(redis_text(t->redis, "GET room:0:name"), "General");
    for (int i = 0; i < 4; i++) {
        assert_string_equal(redis_lines(t->redis, "HMGET user:%d username password", i + 1),
                            arena_printf(&t->arena, "%s\nhash %d", names[i], i + 1).ptr);
        assert_string_equal(redis_text(t->redis, "GET username:%s", names[i]),
                            arena_printf(&t->arena, "user:%d", i + 1).ptr);
        assert_int_equal(redis_int(t->redis, "SCARD user:%d:rooms", i + 1), 4);
    }
    struct str id;
    assert_int_equal(store_user_register(t->conn, &t->arena, STR("pablo"), STR("x"), STR_NONE, &id),
                     ERR_NAME_TAKEN);
}

static void says_a_few_words(void **state)
{
    static const char *const meeting[] = {"Hello!", "Hi, How are you? What about our next meeting?",
                                          "Yeah everything is fine",
                                          "Next meeting tomorrow 10.00AM", "Wow that's great"};
    struct store_test *t = *state;
    struct store_message_query query = {.room = STR("0"), .limit = 50};
    struct store_message_page page;
    seed(t);
    const int64_t now = strtoll(redis_lines(t->redis, "TIME"), NULL, 10);
    assert_int_equal(
        store_message_page(t->conn, &t->arena, store_test_as(t, STR("1")), &query, &page), ERR_OK);
    assert_int_equal(page.count, 5);
    for (int i = 0; i < 5; i++) {
        assert_str_equal(page.messages[i].text, meeting[i]);
        assert_in_range(now - page.messages[i].date, 1000 - i * 200, 1000 - i * 200 + 5);
        assert_true(str_is_set(page.messages[i].json)); /* our own form */
    }
    query.room = STR("1:3");
    assert_int_equal(
        store_message_page(t->conn, &t->arena, store_test_as(t, STR("1")), &query, &page), ERR_OK);
    assert_int_equal(page.count, 2);
    assert_false(str_eq(page.messages[0].from, page.messages[1].from));
    for (int i = 0; i < 2; i++) {
        assert_in_range(now - page.messages[i].date, 0, 227);
        assert_true(str_eq(page.messages[i].text, STR("Hello")) ||
                    str_eq(page.messages[i].text, STR("Hi")) ||
                    str_eq(page.messages[i].text, STR("Yo")) ||
                    str_eq(page.messages[i].text, STR("Hola")));
    }
}

/* Servers that start at one time on an empty Redis. */
static void twice_at_once_seeds_once(void **state)
{
    enum { SEEDERS = 4 };
    struct store_test *t = *state;
    pid_t pids[SEEDERS];
    for (int i = 0; i < SEEDERS; i++) {
        pids[i] = fork();
        assert_true(pids[i] >= 0);
        if (pids[i] == 0) {
            struct store_conn *conn = store_test_connect(t);
            bool written;
            const enum err err = store_seed_write(conn, &t->arena, hashes, &written);
            _exit(err != ERR_OK ? 2 : written ? 1 : 0);
        }
    }
    int written = 0;
    for (int i = 0; i < SEEDERS; i++) {
        int status;
        assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
        assert_true(WIFEXITED(status) && WEXITSTATUS(status) < 2);
        written += WEXITSTATUS(status);
    }
    assert_int_equal(written, 1);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 5);
    assert_int_equal(redis_int(t->redis, "ZCARD room:3:4"), 2);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(is_wanted_once),           STORE_TEST(never_by_surprise),
        STORE_TEST(writes_the_articles_data), STORE_TEST(says_a_few_words),
        STORE_TEST(twice_at_once_seeds_once),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
