#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/keys.h"
#include "store/session.h"
#include "support/store.h"

#define TTL 90000
#define SHA STR("aaaa")

static void begin(struct store_test *t, struct str sha256, struct str user)
{
    assert_int_equal(
        store_session_create(t->conn, &t->arena, sha256, user, STR("127.0.0.1"), STR("curl"), TTL),
        ERR_OK);
}

static void is_found_and_ended(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = {.key = SHA, .ttl_s = TTL};
    store_test_user(t, "Pablo");
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_UNAUTHENTICATED);
    begin(t, SHA, STR("1"));
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
    assert_str_equal(asker.user.id, "1");
    assert_str_equal(asker.user.username, "Pablo");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:user:1:sessions"), "aaaa");
    assert_string_equal(redis_lines(t->redis, "HMGET snug:session:aaaa user ip agent"),
                        "1\n127.0.0.1\ncurl");
    assert_int_equal(store_session_end(t->conn, &t->arena, SHA), ERR_OK);
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_UNAUTHENTICATED);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:session:aaaa snug:user:1:sessions"), 0);
    assert_int_equal(store_session_end(t->conn, &t->arena, SHA), ERR_OK);
}

static void cuts_what_the_client_says(void **state)
{
    struct store_test *t = *state;
    static char longs[1000];
    memset(longs, 'x', sizeof(longs));
    const struct str text = {longs, sizeof(longs)};
    store_test_user(t, "Pablo");
    assert_int_equal(store_session_create(t->conn, &t->arena, SHA, STR("1"), text, text, TTL),
                     ERR_OK);
    assert_int_equal(redis_int(t->redis, "HSTRLEN snug:session:aaaa ip"), 64);
    assert_int_equal(redis_int(t->redis, "HSTRLEN snug:session:aaaa agent"), 200);
    assert_int_equal(
        store_session_create(t->conn, &t->arena, STR("bbbb"), STR("1"), STR_NONE, STR_NONE, TTL),
        ERR_OK);
}

static void needs_its_user(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = {.key = SHA, .ttl_s = TTL};
    assert_int_equal(store_session_create(t->conn, &t->arena, SHA, STR("1"), STR(""), STR(""), TTL),
                     ERR_NOT_FOUND);
    store_test_user(t, "Pablo");
    begin(t, SHA, STR("1"));
    redis_do(t->redis, "DEL user:1");
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_UNAUTHENTICATED);
}

static void lives_on_while_it_is_used(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = {.key = SHA, .ttl_s = TTL};
    store_test_user(t, "Pablo");
    begin(t, SHA, STR("1"));
    assert_in_range(redis_int(t->redis, "TTL snug:session:aaaa"), TTL - 10, TTL);

    redis_do(t->redis, "HSET snug:session:aaaa seen 1");
    redis_do(t->redis, "EXPIRE snug:session:aaaa %d", TTL - 3000);
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET snug:session:aaaa seen"), "1");

    redis_do(t->redis, "EXPIRE snug:session:aaaa %d", TTL - 3700);
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
    assert_in_range(redis_int(t->redis, "TTL snug:session:aaaa"), TTL - 10, TTL);
    assert_string_not_equal(redis_text(t->redis, "HGET snug:session:aaaa seen"), "1");
}

static void lives_half_a_year_at_most(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = {.key = SHA, .ttl_s = TTL};
    store_test_user(t, "Pablo");
    begin(t, SHA, STR("1"));
    const int64_t now = atoll(redis_text(t->redis, "HGET snug:session:aaaa created"));
    const int64_t left = 20000;
    redis_do(t->redis, "HSET snug:session:aaaa created %lld seen 1",
             (long long)(now - STORE_TTL_SESSION_S + left));
    redis_do(t->redis, "EXPIRE snug:session:aaaa %d", 10000);
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
    assert_in_range(redis_int(t->redis, "TTL snug:session:aaaa"), left - 10, left);
    /* Within an hour nothing is written again. */
    redis_do(t->redis, "HSET snug:session:aaaa seen 1");
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET snug:session:aaaa seen"), "1");
}

static void there_are_so_many_of_a_user(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    for (int i = 0; i < STORE_SESSION_MAX; i++) {
        begin(t, arena_printf(&t->arena, "sha%d", i), STR("1"));
        redis_do(t->redis, "HSET snug:session:sha%d seen %d", i, i == 42 ? 1 : 1000 + i);
    }
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(redis_int(t->redis, "SCARD snug:user:1:sessions"), STORE_SESSION_MAX);
    begin(t, SHA, STR("1"));
    assert_int_equal(redis_int(t->redis, "SCARD snug:user:1:sessions"), STORE_SESSION_MAX);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:session:sha42"), 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:session:aaaa"), 1);
    assert_non_null(strstr(redis_heard(listener), "\"to\":\"session:sha42\""));
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void tells_the_hubs_of_its_end(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    begin(t, SHA, STR("1"));
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(store_session_end(t->conn, &t->arena, SHA), ERR_OK);
    const struct str expected = arena_printf(
        &t->arena,
        "SNUG "
        "{\"serverId\":\"snug:test\",\"type\":\"session.ended\",\"data\":{\"session\":\"aaaa\"},"
        "\"epoch\":\"%s\",\"seq\":1,\"to\":\"session:aaaa\"}",
        redis_text(t->redis, "GET snug:epoch"));
    assert_string_equal(redis_heard(listener), expected.ptr);
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 2);
    assert_int_equal(store_session_end(t->conn, &t->arena, SHA), ERR_OK);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void the_dead_do_not_pile_up(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    for (int i = 0; i < 100; i++) {
        begin(t, arena_printf(&t->arena, "sha%d", i), STR("1"));
        redis_do(t->redis, "DEL snug:session:sha%d", i);
    }
    begin(t, SHA, STR("1"));
    assert_in_range(redis_int(t->redis, "SCARD snug:user:1:sessions"), 1, 3);
    assert_int_equal(redis_int(t->redis, "SISMEMBER snug:user:1:sessions aaaa"), 1);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(is_found_and_ended),
        STORE_TEST(cuts_what_the_client_says),
        STORE_TEST(needs_its_user),
        STORE_TEST(lives_on_while_it_is_used),
        STORE_TEST(lives_half_a_year_at_most),
        STORE_TEST(there_are_so_many_of_a_user),
        STORE_TEST(tells_the_hubs_of_its_end),
        STORE_TEST(the_dead_do_not_pile_up),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
