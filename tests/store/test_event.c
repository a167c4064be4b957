#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/event.h"
#include "store/event.h"
#include "store/keys.h"
#include "store/message.h"
#include "support/store.h"

static struct model_event foreign(struct store_test *t, const char *envelope)
{
    struct model_event event;
    assert_int_equal(model_event_read(str_of(envelope), &t->arena, &event), ERR_OK);
    assert_false(event.ours);
    return event;
}

static bool adopts(struct store_test *t, const char *envelope)
{
    const struct model_event event = foreign(t, envelope);
    const struct redisReply *reply;
    bool adopted;
    const struct store_cmd cmd = store_event_adopt_cmd(&t->arena, store_conn_server(t->conn),
                                                       store_conn_event_log(t->conn), &event);
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_OK);
    assert_int_equal(store_event_adopt_read(reply, &adopted), ERR_OK);
    return adopted;
}

static int setup(void **state)
{
    store_test_setup(state);
    store_test_user(*state, "Pablo");
    store_test_user(*state, "Joe");
    store_test_user(*state, "Mary");
    return 0;
}

#define MESSAGE(from, room, text)                                                                  \
    "{\"serverId\": 226863.05, \"type\": \"message\", \"data\": {\"roomId\": \"" room              \
    "\", \"message\": \"" text "\", \"from\": " from ", \"date\": 1795485893}}"
#define SHOW_ROOM(room)                                                                            \
    "{\"serverId\":\"10.0.0.1:5004\",\"type\":\"show.room\",\"data\":{\"id\":\"" room              \
    "\",\"names\":[[\"Pablo\"],[\"Mary\"]]}}"

static void a_message_is_adopted_once(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    assert_true(adopts(t, MESSAGE("2", "0", "hi")));
    assert_false(adopts(t, MESSAGE("2", "0", "hi")));
    assert_false(adopts(t, MESSAGE("\"2\"", "0", "hi"))); /* another spelling of it */
    assert_true(adopts(t, MESSAGE("2", "0", "ho")));

    for (uint64_t seq = 1; seq <= 2; seq++) {
        struct str rest = arena_str(&t->arena, str_of(redis_heard(listener)));
        struct str channel;
        struct model_event event;
        assert_true(str_split(&rest, ' ', &channel));
        assert_str_equal(channel, "SNUG");
        assert_int_equal(model_event_read(rest, &t->arena, &event), ERR_OK);
        assert_true(event.ours && event.numbered);
        assert_int_equal(event.cursor.seq, seq);
        assert_str_equal(event.target, "0");
        const struct model_event original =
            foreign(t, seq == 1 ? MESSAGE("2", "0", "hi") : MESSAGE("2", "0", "ho"));
        assert_str_equal(event.data, store_test_cstr(t, original.data));
    }
    assert_true(redis_silent(t->redis, listener));
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 3);
    redis_unlisten(listener);
}

static void its_hash_is_forgotten_in_time(void **state)
{
    struct store_test *t = *state;
    assert_true(adopts(t, MESSAGE("2", "0", "hi")));
    const char *key = store_test_cstr(t, str_of(redis_lines(t->redis, "KEYS snug:adopted:*")));
    assert_in_range(redis_int(t->redis, "TTL %s", key), STORE_TTL_ADOPTED_S - 10,
                    STORE_TTL_ADOPTED_S);
}

static void a_stranger_is_not_adopted(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "SADD snug:room:g5:members 1");
    assert_false(adopts(t, MESSAGE("99", "0", "ghost")));
    assert_false(adopts(t, MESSAGE("3", "1:2", "not in it")));
    assert_false(adopts(t, MESSAGE("1", "7", "no such room")));
    assert_false(adopts(t, SHOW_ROOM("1:99")));
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 1);
    assert_true(adopts(t, MESSAGE("1", "1:2", "in it")));
}

static void a_shown_room_is_put_into_both_lists(void **state)
{
    struct store_test *t = *state;
    assert_true(adopts(t, SHOW_ROOM("1:3")));
    assert_false(adopts(t, SHOW_ROOM("1:3")));
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:3"), 1);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:3:rooms 1:3"), 1);
    assert_non_null(strstr(redis_lines(t->redis, "XREVRANGE snug:events + - COUNT 1"), "room:1:3"));
}

/* No hub may have listened when it was shown. */
static void a_message_shows_its_room(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    assert_true(adopts(t, MESSAGE("1", "1:2", "hi")));
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:2"), 1);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:2:rooms 1:2"), 1);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"show.room\""));
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"message\""));
    assert_true(adopts(t, MESSAGE("1", "1:2", "ho")));
    assert_non_null(strstr(redis_heard(listener), "\"seq\":3"));
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

/* Hubs hold their own connections, and hear of a flush by the same word. */
static void needs_an_epoch(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "FLUSHALL");
    store_test_user(t, "Pablo");
    assert_true(adopts(t, MESSAGE("1", "0", "hi")));
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 2);
}

#define EVENT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

static struct store_event_log read_log(struct store_test *t, struct model_cursor after)
{
    const struct redisReply *reply;
    struct store_event_log log;
    assert_int_equal(store_conn_one(t->conn, store_event_log_cmd(&t->arena, after), &reply),
                     ERR_OK);
    assert_int_equal(store_event_log_read(reply, &t->arena, &log), ERR_OK);
    return log;
}

static void the_log_is_read_from_an_entry_on(void **state)
{
    struct store_test *t = *state;
    const struct model_cursor nowhere = {0, 0};
    const struct model_cursor start = read_log(t, nowhere).end;
    assert_false(read_log(t, nowhere).found);
    assert_int_equal(read_log(t, nowhere).n, 0);
    assert_int_equal(start.seq, 0);

    struct store_event_log log = read_log(t, start);
    assert_true(log.found);
    assert_int_equal(log.n, 0);

    for (unsigned i = 1; i <= STORE_EVENT_LOG_MAX + 10; i++) {
        struct model_message sent;
        const struct str text = arena_printf(&t->arena, "n%u", i);
        assert_int_equal(
            store_message_send(t->conn, &t->arena, store_test_as(t, STR("1")),
                               &(struct store_message_draft){.room = STR("0"), .text = text}, NULL,
                               &sent),
            ERR_OK);
    }
    log = read_log(t, start);
    assert_true(log.found);
    assert_int_equal(log.n, STORE_EVENT_LOG_MAX);
    assert_int_equal(log.end.seq, STORE_EVENT_LOG_MAX + 10);
    for (size_t i = 0; i < log.n; i++) {
        assert_int_equal(log.events[i].type, MODEL_EVENT_MESSAGE);
        assert_int_equal(log.events[i].cursor.epoch, start.epoch);
        assert_int_equal(log.events[i].cursor.seq, i + 1);
        assert_true(str_eq(log.events[i].target, STR("0")));
        assert_true(str_eq(log.events[i].from, STR("1")));
    }
    log = read_log(t, log.events[log.n - 1].cursor);
    assert_true(log.found);
    assert_int_equal(log.n, 10);

    redis_do(t->redis, "XTRIM snug:events MAXLEN 3");
    log = read_log(t, start);
    assert_false(log.found);
    assert_int_equal(log.n, 0);
    assert_false(read_log(t, (struct model_cursor){start.epoch, 9999}).found);
    assert_false(read_log(t, (struct model_cursor){start.epoch + 1, 0}).found);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        EVENT_TEST(a_message_is_adopted_once),
        EVENT_TEST(its_hash_is_forgotten_in_time),
        EVENT_TEST(a_stranger_is_not_adopted),
        EVENT_TEST(a_shown_room_is_put_into_both_lists),
        EVENT_TEST(a_message_shows_its_room),
        EVENT_TEST(needs_an_epoch),
        EVENT_TEST(the_log_is_read_from_an_entry_on),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
