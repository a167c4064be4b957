#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/message.h"
#include "store/session.h"
#include "store/stream.h"
#include "support/store.h"

#define TTL 90000
#define SHA STR("aaaa")

static enum err open_stream(struct store_test *t, struct store_stream *out)
{
    const struct redisReply *reply;
    const struct store_asker asker = {.key = SHA, .ttl_s = TTL};
    const struct store_cmd cmd = store_stream_open_cmd(&t->arena, &asker);
    assert_int_equal(store_conn_run(t->conn, &cmd, 1, &reply), ERR_OK);
    return store_stream_open_read(reply, &t->arena, out);
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    assert_int_equal(store_session_create(t->conn, &t->arena, SHA, STR("1"), STR(""), STR(""), TTL),
                     ERR_OK);
    return 0;
}

static bool has(const struct str *ids, size_t n, const char *id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(ids[i], str_of(id))) {
            return true;
        }
    }
    return false;
}

static void answers_everything_of_one_moment(void **state)
{
    struct store_test *t = *state;
    struct store_stream stream;
    struct model_message m;
    assert_int_equal(
        store_message_send(t->conn, &t->arena, store_test_as(t, STR("2")),
                           &(struct store_message_draft){.room = STR("1:2"), .text = STR("hi")},
                           NULL, &m),
        ERR_OK);
    redis_do(t->redis, "SADD user:1:rooms 7 0:name 2:3 g9");
    redis_do(t->redis, "SADD snug:user:1:rooms g5");
    redis_do(t->redis, "SADD snug:room:g5:members 1");
    redis_do(t->redis, "SADD online_users 1 2 undefined");
    assert_int_equal(open_stream(t, &stream), ERR_OK);
    assert_str_equal(stream.user.id, "1");
    assert_str_equal(stream.user.username, "Pablo");
    assert_int_equal(stream.end.seq, 2);
    assert_string_equal(redis_text(t->redis, "GET snug:epoch"),
                        arena_printf(&t->arena, "%llu", (unsigned long long)stream.end.epoch).ptr);
    assert_int_equal(stream.nrooms, 4);
    assert_true(has(stream.rooms, stream.nrooms, "0"));
    assert_true(has(stream.rooms, stream.nrooms, "1:2"));
    assert_true(has(stream.rooms, stream.nrooms, "7"));
    assert_true(has(stream.rooms, stream.nrooms, "g5"));
    assert_int_equal(stream.nonline, 2);
    assert_true(has(stream.online, stream.nonline, "1"));
    assert_true(has(stream.online, stream.nonline, "2"));
}

static void counts_a_crowd(void **state)
{
    struct store_test *t = *state;
    struct store_stream stream;
    redis_do(t->redis, "EVAL %s 0", "for i = 1, 200 do redis.call('SADD', 'online_users', i) end");
    assert_int_equal(open_stream(t, &stream), ERR_OK);
    assert_int_equal(stream.nonline, 200);
    redis_do(t->redis, "SADD online_users 201");
    assert_int_equal(open_stream(t, &stream), ERR_OK);
    assert_int_equal(stream.nonline, 0);
    assert_int_equal(stream.online_count, 201);
}

static void needs_a_session(void **state)
{
    struct store_test *t = *state;
    struct store_stream stream;
    redis_do(t->redis, "EXPIRE snug:session:aaaa %d", TTL - 3700);
    assert_int_equal(open_stream(t, &stream), ERR_OK);
    assert_in_range(redis_int(t->redis, "TTL snug:session:aaaa"), TTL - 10, TTL);
    assert_int_equal(store_session_end(t->conn, &t->arena, SHA), ERR_OK);
    assert_int_equal(open_stream(t, &stream), ERR_UNAUTHENTICATED);
}

#define STREAM_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STREAM_TEST(answers_everything_of_one_moment),
        STREAM_TEST(counts_a_crowd),
        STREAM_TEST(needs_a_session),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
