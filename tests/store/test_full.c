#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/change.h"
#include "store/message.h"
#include "store/presence.h"
#include "store/room.h"
#include "store/session.h"
#include "store/stream.h"
#include "store/user.h"
#include "support/store.h"

/* Redis has no memory left: what stores more is refused as a whole, what frees or only looks goes
 * on. */

#define TTL 90000
#define SHA STR("aaaa")

static struct store_asker pablo(void)
{
    return (struct store_asker){.key = SHA, .ttl_s = TTL};
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    assert_int_equal(store_session_create(t->conn, &t->arena, SHA, STR("1"), STR(""), STR(""), TTL),
                     ERR_OK);
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    return 0;
}

static int teardown(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "CONFIG SET maxmemory 0");
    return store_test_teardown(state);
}

static void stores_nothing(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    struct store_asker asker = pablo();
    struct model_message m;
    struct model_room room;
    struct str id;
    bool created;
    assert_int_equal(
        store_message_send(t->conn, &t->arena, &asker,
                           &(struct store_message_draft){.room = STR("1:2"), .text = STR("hi")},
                           NULL, &m),
        ERR_STORAGE_FULL);
    assert_int_equal(store_user_register(t->conn, &t->arena, STR("Mary"), STR("x"), STR_NONE, &id),
                     ERR_STORAGE_FULL);
    assert_int_equal(store_room_open(t->conn, &t->arena, &asker, STR("2"), &room, &created),
                     ERR_STORAGE_FULL);
    assert_int_equal(
        store_session_create(t->conn, &t->arena, STR("bb"), STR("1"), STR(""), STR(""), TTL),
        ERR_STORAGE_FULL);
    assert_int_equal(redis_int(t->redis, "EXISTS room:1:2 user:3 snug:session:bb snug:room:1:2"),
                     0);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:2"), 0);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void goes_on_reading_and_leaving(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = pablo();
    struct model_room *rooms;
    struct store_message_page page;
    const struct store_message_query query = {.room = STR("0"), .limit = 10};
    size_t count;
    struct str cursor;
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
    redis_do(t->redis, "EXPIRE snug:session:aaaa 100");
    assert_int_equal(store_message_page(t->conn, &t->arena, &asker, &query, &page), ERR_OK);
    assert_true(redis_int(t->redis, "TTL snug:session:aaaa") > 100);
    assert_int_equal(store_room_list(t->conn, &t->arena, &asker, &rooms, &count, &cursor), ERR_OK);
    assert_int_equal(store_message_page(t->conn, &t->arena, &asker, &query, &page), ERR_OK);
    assert_int_equal(store_session_end(t->conn, &t->arena, SHA), ERR_OK);
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_UNAUTHENTICATED);
}

/* What takes away is done: a message is deleted with its reactions. */
static void deletes_a_message(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = pablo();
    struct store_message_page page;
    struct model_message m;
    const struct store_message_query query = {.room = STR("0"), .limit = 10};
    const struct str like = STR("\xf0\x9f\x91\x8d");
    redis_do(t->redis, "CONFIG SET maxmemory 0");
    const struct store_message_draft draft = {.room = STR("0"), .text = STR("hi")};
    assert_int_equal(store_message_send(t->conn, &t->arena, &asker, &draft, NULL, &m), ERR_OK);
    const struct str id = m.id;
    assert_int_equal(
        store_change_react(t->conn, &t->arena, &asker, STR("0"), id, like, true, NULL, &m), ERR_OK);
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    assert_int_equal(
        store_change_edit(t->conn, &t->arena, &asker, STR("0"), id, STR("ho"), STR_NONE, NULL, &m),
        ERR_STORAGE_FULL);
    assert_int_equal(store_change_delete(t->conn, &t->arena, &asker, STR("0"), id), ERR_OK);
    assert_int_equal(store_message_page(t->conn, &t->arena, &asker, &query, &page), ERR_OK);
    assert_true(page.messages[page.count - 1].deleted);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:0:reactions:%s", store_test_cstr(t, id)),
                     0);
}

static void streams_open_and_close(void **state)
{
    struct store_test *t = *state;
    const struct store_asker asker = pablo();
    const struct store_cmd cmds[] = {
        store_stream_open_cmd(&t->arena, &asker),
        store_presence_join_cmd(&t->arena, STR("snug:x"), STR("a"), STR("1")),
        store_presence_leave_cmd(&t->arena, STR("snug:x"), STR("a"), STR("1")),
        store_presence_beat_cmd(&t->arena, STR("snug:x"), STR("a"), true),
        store_presence_end_cmd(&t->arena, STR("snug:x"), STR("a")),
    };
    const struct redisReply *replies[ARRAY_LEN(cmds)];
    struct store_stream stream;
    struct store_presence_beat beat;
    bool announced;
    assert_int_equal(store_conn_run(t->conn, cmds, ARRAY_LEN(cmds), replies), ERR_OK);
    assert_int_equal(store_stream_open_read(replies[0], &t->arena, &stream), ERR_OK);
    assert_int_equal(store_presence_read(replies[1], &announced), ERR_OK);
    assert_true(announced);
    assert_int_equal(store_presence_read(replies[2], &announced), ERR_OK);
    assert_true(announced);
    assert_int_equal(store_presence_beat_read(replies[3], &beat), ERR_OK);
    assert_int_equal(store_presence_beat_read(replies[4], &beat), ERR_OK);
}

/* A new connection says its greeting, even to another server. */
static void greets(void **state)
{
    struct store_test *t = *state;
    struct store_asker asker = pablo();
    redis_do(t->redis, "CONFIG SET maxmemory 0");
    redis_do(t->redis, "SET snug:run another");
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    store_conn_destroy(t->conn);
    t->conn = store_test_connect(t);
    assert_int_equal(store_session_find(t->conn, &t->arena, &asker), ERR_OK);
}

#define FULL_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        FULL_TEST(stores_nothing),
        FULL_TEST(goes_on_reading_and_leaving),
        FULL_TEST(deletes_a_message),
        FULL_TEST(streams_open_and_close),
        FULL_TEST(greets),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
