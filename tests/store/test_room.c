#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/id.h"
#include "store/message.h"
#include "store/room.h"
#include "support/store.h"

struct list {
    struct model_room *rooms;
    size_t count;
    struct str cursor;
};

static struct list list(struct store_test *t, const char *user)
{
    struct list l;
    assert_int_equal(store_room_list(t->conn, &t->arena, store_test_as(t, str_of(user)), &l.rooms,
                                     &l.count, &l.cursor),
                     ERR_OK);
    return l;
}

static void assert_ids(struct store_test *t, const struct list *l, const char *expected)
{
    struct buf ids;
    buf_init(&ids, &t->arena, 1000);
    for (size_t i = 0; i < l->count; i++) {
        buf_add_str(&ids, l->rooms[i].id);
        buf_add_byte(&ids, ' ');
    }
    assert_str_equal(buf_str(&ids), expected);
}

static void lists_the_family_rooms(void **state)
{
    struct store_test *t = *state;
    redis_load(t->redis, "tests/support/family-keys.txt");
    const struct list l = list(t, "1");
    assert_ids(t, &l, "0 1:5 1:2 1:4 1:3 ");

    const struct model_room *general = &l.rooms[0];
    assert_int_equal(general->kind, MODEL_ROOM_PUBLIC);
    assert_str_equal(general->name, "General");
    assert_true(general->has_last);
    assert_str_equal(general->last.text,
                     "Hello from the Node server: <b>bold</b> & it's \"quoted\" "
                     "\xc3\xa9 \xf0\x9f\x98\x80");
    const struct model_room *direct = &l.rooms[2];
    assert_int_equal(direct->kind, MODEL_ROOM_DIRECT);
    assert_false(str_is_set(direct->name));
    assert_str_equal(direct->users[0], "1");
    assert_str_equal(direct->users[1], "2");
    assert_str_equal(direct->names[0], "Pablo");
    assert_str_equal(direct->names[1], "Joe");
    assert_true(direct->online[0]);
    assert_true(direct->online[1]);
    assert_false(l.rooms[3].online[1]);
    assert_str_equal(direct->last.text, "private from Joe to Pablo");
}

static void carries_the_cursor_of_the_moment(void **state)
{
    struct store_test *t = *state;
    struct model_message m;
    struct model_cursor cursor;
    store_test_user(t, "Pablo");
    assert_true(model_id_cursor(list(t, "1").cursor, &cursor));
    assert_int_equal(cursor.seq, 0);
    assert_int_equal(
        store_message_send(t->conn, &t->arena, store_test_as(t, STR("1")),
                           &(struct store_message_draft){.room = STR("0"), .text = STR("hi")}, NULL,
                           &m),
        ERR_OK);
    const struct list l = list(t, "1");
    assert_true(model_id_cursor(l.cursor, &cursor));
    assert_int_equal(cursor.seq, 1);
    assert_str_equal(l.rooms[0].last.id, store_test_cstr(t, m.id));
}

/* A shared set holds what others put there. */
static void leaves_out_what_is_no_room(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    store_test_user(t, "Mary");
    redis_do(t->redis, "SADD user:1:rooms 0:name x 1:99 2:3 2:1 7 8 9 g5 1:2");
    redis_do(t->redis, "SET room:8:name Eight");
    redis_do(t->redis, "ZADD room:9 1795485000 nonsense");
    redis_do(t->redis, "ZADD room:2:3 1795485000 secret");
    const struct list l = list(t, "1");
    assert_ids(t, &l, "0 9 1:2 8 ");
    assert_str_equal(l.rooms[1].name, "9");
    assert_false(l.rooms[1].has_last);
    assert_str_equal(l.rooms[3].name, "Eight");
}

static void lists_closed_rooms(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    redis_do(t->redis, "SADD snug:user:1:rooms g5 g6 7");
    redis_do(t->redis, "SADD snug:room:g5:members 1");
    redis_do(t->redis, "SADD snug:room:g6:members 1");
    redis_do(t->redis, "HSET snug:room:g6 name Snug");
    redis_do(t->redis, "SADD snug:user:1:rooms g8"); /* what is left of a room that is gone */
    redis_do(t->redis, "ZADD snug:room:g5:messages 1 %s",
             "{\"from\":\"1\",\"date\":1,\"message\":\"hi\",\"roomId\":\"g5\"}");
    const struct list l = list(t, "1");
    assert_ids(t, &l, "0 g5 g6 ");
    assert_int_equal(l.rooms[1].kind, MODEL_ROOM_CLOSED);
    assert_true(l.rooms[1].has_last);
    assert_str_equal(l.rooms[2].name, "Snug");
}

static void general_is_there_without_a_name(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    const struct list l = list(t, "1");
    assert_ids(t, &l, "0 ");
    assert_str_equal(l.rooms[0].name, "General");
}

static void opens_a_direct_room(void **state)
{
    struct store_test *t = *state;
    struct model_room room;
    bool created;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    struct redisContext *listener = redis_listen(t->redis);
    assert_int_equal(store_room_open(t->conn, &t->arena, store_test_as(t, STR("2")), STR("paBLO"),
                                     &room, &created),
                     ERR_OK);
    assert_true(created);
    assert_str_equal(room.id, "1:2");
    assert_str_equal(room.names[0], "Pablo");
    assert_str_equal(room.names[1], "Joe");
    const struct str expected =
        arena_printf(&t->arena,
                     "SNUG {\"serverId\":\"snug:test\",\"type\":\"show.room\",\"data\":"
                     "{\"id\":\"1:2\",\"names\":[[\"Pablo\"],[\"Joe\"]]},\"epoch\":\"%s\",\"seq\":"
                     "1,\"to\":\"user:2\"}",
                     redis_text(t->redis, "GET snug:epoch"));
    assert_string_equal(redis_heard(listener), expected.ptr);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:2:rooms 1:2"), 1);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:2"), 0);

    assert_int_equal(
        store_room_open(t->conn, &t->arena, store_test_as(t, STR("2")), STR("1"), &room, &created),
        ERR_OK);
    assert_false(created);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void room_ids_are_in_numeric_order(void **state)
{
    struct store_test *t = *state;
    struct model_room room;
    bool created;
    redis_do(t->redis, "HSET user:9 username Nine");
    redis_do(t->redis, "HSET user:10 username Ten");
    assert_int_equal(
        store_room_open(t->conn, &t->arena, store_test_as(t, STR("10")), STR("9"), &room, &created),
        ERR_OK);
    assert_str_equal(room.id, "9:10");
}

static void opens_with_nobody_else(void **state)
{
    struct store_test *t = *state;
    struct model_room room;
    bool created;
    store_test_user(t, "Pablo");
    assert_int_equal(
        store_room_open(t->conn, &t->arena, store_test_as(t, STR("1")), STR("1"), &room, &created),
        ERR_INVALID);
    assert_int_equal(store_room_open(t->conn, &t->arena, store_test_as(t, STR("1")), STR("pablo"),
                                     &room, &created),
                     ERR_INVALID);
    assert_int_equal(
        store_room_open(t->conn, &t->arena, store_test_as(t, STR("1")), STR("2"), &room, &created),
        ERR_NOT_FOUND);
    assert_int_equal(
        store_room_open(t->conn, &t->arena, store_test_as(t, STR("1")), STR(""), &room, &created),
        ERR_NOT_FOUND);
    assert_int_equal(
        store_room_open(t->conn, &t->arena, store_test_as(t, STR("9")), STR("1"), &room, &created),
        ERR_UNAUTHENTICATED);
    /* The family lets a name be a number. */
    redis_do(t->redis, "HSET user:7 username 123");
    redis_do(t->redis, "SET username:123 user:7");
    assert_int_equal(store_room_open(t->conn, &t->arena, store_test_as(t, STR("1")), STR("123"),
                                     &room, &created),
                     ERR_OK);
    assert_str_equal(room.id, "1:7");
}

static void lists_a_thousand(void **state)
{
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    redis_do(t->redis, "EVAL %s 0",
             "for i = 2, 1001 do redis.call('HSET', 'user:' .. i, 'username', 'u' .. i) "
             "redis.call('SADD', 'user:1:rooms', '1:' .. i) "
             "redis.call('ZADD', 'room:1:' .. i, i, "
             "'{\"from\":\"1\",\"date\":1,\"message\":\"hi\"}') end");
    const struct list l = list(t, "1");
    assert_int_equal(l.count, 1001);
    assert_str_equal(l.rooms[1].id, "1:1001");
    assert_str_equal(l.rooms[1000].id, "1:2");
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(lists_the_family_rooms),
        STORE_TEST(carries_the_cursor_of_the_moment),
        STORE_TEST(leaves_out_what_is_no_room),
        STORE_TEST(lists_closed_rooms),
        STORE_TEST(general_is_there_without_a_name),
        STORE_TEST(opens_a_direct_room),
        STORE_TEST(room_ids_are_in_numeric_order),
        STORE_TEST(opens_with_nobody_else),
        STORE_TEST(lists_a_thousand),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
