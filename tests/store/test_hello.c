#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <stdio.h>
#include <stdlib.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/id.h"
#include "store/message.h"
#include "store/room.h"
#include "support/store.h"

/* The epoch of the log: no number is ever given twice. */

static void say(struct store_test *t)
{
    struct model_message m;
    assert_int_equal(
        store_message_send(t->conn, &t->arena, store_test_as(t, STR("1")),
                           &(struct store_message_draft){.room = STR("0"), .text = STR("hi")}, NULL,
                           &m),
        ERR_OK);
}

static struct model_cursor newest(struct store_test *t)
{
    struct model_cursor cursor;
    const struct str lines = str_of(redis_lines(t->redis, "XREVRANGE snug:events + - COUNT 1"));
    struct str rest = lines;
    struct str id;
    assert_true(str_split(&rest, '\n', &id));
    assert_true(model_id_cursor(id, &cursor));
    return cursor;
}

static int setup(void **state)
{
    store_test_setup(state);
    store_test_user(*state, "Pablo");
    return 0;
}

static void begins_with_entry_zero(void **state)
{
    struct store_test *t = *state;
    const struct model_cursor first = newest(t);
    assert_int_equal(first.seq, 0);
    assert_string_equal(redis_text(t->redis, "GET snug:epoch"),
                        arena_printf(&t->arena, "%llu", (unsigned long long)first.epoch).ptr);
    const char *run = redis_text(t->redis, "GET snug:run");
    assert_int_equal(strlen(run), 40);
    say(t);
    assert_int_equal(newest(t).seq, 1);
}

static void another_connection_goes_on(void **state)
{
    struct store_test *t = *state;
    say(t);
    const uint64_t epoch = newest(t).epoch;
    store_conn_destroy(t->conn);
    t->conn = store_test_connect(t);
    say(t);
    assert_int_equal(newest(t).epoch, epoch);
    assert_int_equal(newest(t).seq, 2);
}

/* A server that was killed may have lost numbers that it gave: it gets a new epoch. */
static void a_restart_is_a_new_epoch(void **state)
{
    struct store_test *t = *state;
    say(t);
    redis_do(t->redis, "SAVE");
    say(t);
    const struct model_cursor lost = newest(t);
    redis_kill(t->redis);
    redis_again(t->redis);
    assert_int_equal(newest(t).seq, lost.seq - 1);
    say(t);
    assert_true(newest(t).epoch > lost.epoch);
    assert_int_equal(newest(t).seq, 1);
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 4);
}

static void a_clock_that_went_back_does_not_matter(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "SET snug:epoch 9000000000000");
    redis_do(t->redis, "SET snug:run another");
    store_conn_destroy(t->conn);
    t->conn = store_test_connect(t);
    say(t);
    assert_int_equal(newest(t).epoch, 9000000000001);

    redis_do(t->redis, "XADD snug:events 9100000000000-5 a b");
    redis_do(t->redis, "DEL snug:epoch");
    say(t);
    assert_int_equal(newest(t).epoch, 9100000000001);
}

/* Flushed under an open connection: the scripts notice, and the connection begins anew. */
static void a_flush_is_a_new_epoch(void **state)
{
    struct store_test *t = *state;
    say(t);
    redis_do(t->redis, "FLUSHALL");
    redis_do(t->redis, "HSET user:1 username Pablo");
    say(t);
    assert_int_equal(newest(t).seq, 1);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1);

    redis_do(t->redis, "FLUSHALL");
    struct model_room *rooms;
    size_t count;
    struct str cursor;
    assert_int_equal(
        store_room_list(t->conn, &t->arena, store_test_as(t, STR("1")), &rooms, &count, &cursor),
        ERR_UNAUTHENTICATED);
    assert_int_equal(newest(t).seq, 0);
}

static void a_forgotten_script_is_sent_again(void **state)
{
    struct store_test *t = *state;
    say(t);
    redis_do(t->redis, "SCRIPT FLUSH");
    say(t);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 2);
    redis_do(t->redis, "SCRIPT FLUSH");
    redis_do(t->redis, "DEL snug:epoch");
    say(t);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 3);
}

#define HELLO_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HELLO_TEST(begins_with_entry_zero),   HELLO_TEST(another_connection_goes_on),
        HELLO_TEST(a_restart_is_a_new_epoch), HELLO_TEST(a_clock_that_went_back_does_not_matter),
        HELLO_TEST(a_flush_is_a_new_epoch),   HELLO_TEST(a_forgotten_script_is_sent_again),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
