#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "model/event.h"
#include "model/room.h"
#include "store/keys.h"
#include "store/message.h"
#include "support/store.h"

/* Sending. Pages are in test_page.c. */

#define PABLO STR("1")
#define JOE   STR("2")

static enum err send_nonce(struct store_test *t, struct str user, struct str room, const char *text,
                           struct str nonce, struct model_message *out)
{
    return store_message_send(
        t->conn, &t->arena, store_test_as(t, user),
        &(struct store_message_draft){.room = room, .text = str_of(text), .nonce = nonce}, NULL,
        out);
}

static struct model_message sent(struct store_test *t, struct str user, struct str room,
                                 const char *text)
{
    struct model_message m;
    assert_int_equal(send_nonce(t, user, room, text, STR_NONE, &m), ERR_OK);
    return m;
}

static int setup(void **state)
{
    store_test_setup(state);
    struct store_test *t = *state;
    store_test_user(t, "Pablo");
    store_test_user(t, "Joe");
    store_test_user(t, "Mary");
    return 0;
}

static void stores_the_message_that_it_answers(void **state)
{
    struct store_test *t = *state;
    const struct model_message m = sent(t, PABLO, STR("0"), "Zo\xc3\xab \"says\" <b>hi</b>\n");
    assert_str_equal(m.from, "1");
    assert_str_equal(m.room, "0");
    assert_str_equal(m.text, "Zo\xc3\xab \"says\" <b>hi</b>\n");
    assert_false(str_is_set(m.nonce));

    const struct str expected =
        arena_printf(&t->arena,
                     "{\"id\":\"%.*s\",\"from\":\"1\",\"date\":%lld,"
                     "\"message\":\"Zo\\u00eb \\\"says\\\" <b>hi</b>\\n\",\"roomId\":\"0\"}",
                     STR_FMT(m.id), (long long)m.date);
    assert_string_equal(redis_lines(t->redis, "ZRANGE room:0 0 -1"), expected.ptr);
    assert_str_equal(m.json, expected.ptr);
    assert_string_equal(redis_text(t->redis, "HGET snug:room:0 last"), store_test_cstr(t, m.id));
    assert_int_equal(redis_int(t->redis, "ZCOUNT room:0 %s %s", store_test_cstr(t, m.id),
                               store_test_cstr(t, m.id)),
                     1);
}

static void ids_ascend(void **state)
{
    struct store_test *t = *state;
    struct str before = STR("0");
    for (int i = 0; i < 1000; i++) {
        const struct model_message m = sent(t, PABLO, STR("0"), "same text");
        assert_true(str_cmp(before, m.id) < 0);
        before = m.id;
    }
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1000);
}

static void ids_ascend_when_the_clock_goes_back(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "HSET snug:room:0 last 4000000000.999999");
    assert_str_equal(sent(t, PABLO, STR("0"), "a").id, "4000000001.000000");
    assert_str_equal(sent(t, PABLO, STR("0"), "b").id, "4000000001.000001");
    assert_int_equal(sent(t, PABLO, STR("0"), "c").date, 4000000001);

    redis_do(t->redis, "HSET snug:room:0 last nonsense");
    assert_true(str_cmp(sent(t, PABLO, STR("0"), "d").id, STR("4000000000")) < 0);
}

static void foreign_scores_do_not_move_the_clock(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "ZADD room:0 9000000000 foreign");
    assert_true(str_cmp(sent(t, PABLO, STR("0"), "a").id, STR("4000000000")) < 0);
}

static void a_nonce_stores_once(void **state)
{
    struct store_test *t = *state;
    struct model_message first;
    struct model_message second;
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "hi", STR("n-1"), &first), ERR_OK);
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "hi", STR("n-1"), &second), ERR_OK);
    assert_str_equal(second.id, store_test_cstr(t, first.id));
    assert_str_equal(second.nonce, "n-1");
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1);
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 2);

    const int64_t ttl = redis_int(t->redis, "TTL snug:sent:1:n-1");
    assert_true(ttl > STORE_TTL_SENT_S - 10 && ttl <= STORE_TTL_SENT_S);
}

static void a_nonce_is_for_one_message(void **state)
{
    struct store_test *t = *state;
    struct model_message m;
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "hi", STR("n"), &m), ERR_OK);
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "ho", STR("n"), &m), ERR_NONCE_REUSED);
    assert_int_equal(send_nonce(t, PABLO, STR("1:2"), "hi", STR("n"), &m), ERR_NONCE_REUSED);
    /* hi is how oh, hi ends */
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "oh, hi", STR("m"), &m), ERR_OK);
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "hi", STR("m"), &m), ERR_NONCE_REUSED);
    assert_int_equal(send_nonce(t, JOE, STR("0"), "hi", STR("n"), &m), ERR_OK);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 3);
}

static void only_members_send(void **state)
{
    struct store_test *t = *state;
    static const char *const rooms[] = {"1:3", "2:1", "2:99", "7", "g7", "0:name", "", "x"};
    struct model_message m;
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        assert_int_equal(send_nonce(t, JOE, str_of(rooms[i]), "hi", STR_NONE, &m), ERR_NOT_FOUND);
    }
    assert_int_equal(send_nonce(t, STR("99"), STR("0"), "hi", STR_NONE, &m), ERR_UNAUTHENTICATED);
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 1);
    assert_int_equal(redis_int(t->redis, "EXISTS room:1:3 room:2:1 room:2:99 room:7 room:0"), 0);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:2:rooms 2:99"), 0);
}

/* What the listener hears is an event of ours with this number. */
static struct model_event heard(struct store_test *t, struct redisContext *listener,
                                const char *channel, uint64_t seq)
{
    const struct str line = arena_str(&t->arena, str_of(redis_heard(listener)));
    struct str rest = line;
    struct str word;
    assert_true(str_split(&rest, ' ', &word));
    assert_str_equal(word, channel);
    struct model_event event;
    assert_int_equal(model_event_read(rest, &t->arena, &event), ERR_OK);
    assert_true(event.ours);
    assert_true(event.numbered);
    assert_int_equal(event.cursor.seq, seq);
    return event;
}

static void publishes_what_it_stored(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    const struct model_message m = sent(t, PABLO, STR("0"), "hi");

    const char *epoch = store_test_cstr(t, str_of(redis_text(t->redis, "GET snug:epoch")));
    const struct str expected =
        arena_printf(&t->arena,
                     "MESSAGES {\"serverId\":\"snug:test\",\"type\":\"message\",\"data\":%.*s,"
                     "\"epoch\":\"%s\",\"seq\":1,\"to\":\"room:0\"}",
                     STR_FMT(m.json), epoch);
    assert_string_equal(redis_heard(listener), expected.ptr);

    const struct str entry =
        arena_printf(&t->arena, "%s-1\ntype\nmessage\ndata\n%.*s\nto\nroom:0\nserver\nsnug:test",
                     epoch, STR_FMT(m.json));
    assert_string_equal(redis_lines(t->redis, "XREVRANGE snug:events + - COUNT 1"), entry.ptr);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void a_direct_room_appears_with_its_first_message(void **state)
{
    struct store_test *t = *state;
    /* A name of the demo family, with all that JSON does not like. */
    const struct str name =
        STR("Zo\xc3\xab \xf0\x9f\x98\x80\"\\\n\x7f\x01\xff\xc0\x80\xed\xa0\x80\xe2\x82");
    redis_do(t->redis, "HSET user:2 username %b", name.ptr, name.len);
    struct redisContext *listener = redis_listen(t->redis);
    sent(t, PABLO, STR("1:2"), "hi");

    const struct model_event room = heard(t, listener, "MESSAGES", 1);
    assert_int_equal(room.type, MODEL_EVENT_SHOW_ROOM);
    assert_int_equal(room.scope, MODEL_EVENT_TO_ROOM);
    assert_str_equal(room.target, "1:2");
    struct buf data;
    buf_init(&data, &t->arena, 1000);
    model_room_write_shown(&data, STR("1:2"), (const struct str[]){STR("Pablo"), name});
    const char *entry = redis_lines(t->redis, "XREVRANGE snug:events + - COUNT 2");
    assert_non_null(strstr(entry, store_test_cstr(t, buf_str(&data))));

    const struct model_event message = heard(t, listener, "MESSAGES", 2);
    assert_int_equal(message.type, MODEL_EVENT_MESSAGE);
    assert_str_equal(message.target, "1:2");
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:2"), 1);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:2:rooms 1:2"), 1);

    sent(t, JOE, STR("1:2"), "ho");
    assert_int_equal(heard(t, listener, "MESSAGES", 3).type, MODEL_EVENT_MESSAGE);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void a_closed_room_is_not_for_the_family(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "SADD snug:room:g7:members 1");
    redis_do(t->redis, "SADD snug:user:1:rooms g7");
    struct redisContext *listener = redis_listen(t->redis);
    sent(t, PABLO, STR("g7"), "secret");

    assert_str_equal(heard(t, listener, "SNUG", 1).target, "g7");
    assert_true(redis_silent(t->redis, listener));
    assert_int_equal(redis_int(t->redis, "ZCARD snug:room:g7:messages"), 1);
    assert_int_equal(redis_int(t->redis, "EXISTS room:g7"), 0);
    redis_unlisten(listener);
}

static void a_public_room_takes_its_members(void **state)
{
    struct store_test *t = *state;
    struct model_message m;
    redis_do(t->redis, "SADD user:1:rooms 7");
    /* What is left in a set of a room that is gone. */
    assert_int_equal(send_nonce(t, PABLO, STR("7"), "hi", STR_NONE, &m), ERR_NOT_FOUND);
    redis_do(t->redis, "SET room:7:name Books");
    sent(t, PABLO, STR("7"), "hi");
    assert_int_equal(redis_int(t->redis, "ZCARD room:7"), 1);
}

static void numbers_have_no_holes(void **state)
{
    struct store_test *t = *state;
    struct model_message m;
    for (int i = 0; i < 20; i++) {
        sent(t, PABLO, STR("0"), "hi");
        assert_int_equal(send_nonce(t, JOE, STR("1:3"), "no", STR_NONE, &m), ERR_NOT_FOUND);
    }
    sent(t, PABLO, STR("1:2"), "hi");
    const char *epoch = store_test_cstr(t, str_of(redis_text(t->redis, "GET snug:epoch")));
    for (int i = 0; i <= 22; i++) {
        const char *entry =
            redis_lines(t->redis, "XRANGE snug:events %s-%d %s-%d", epoch, i, epoch, i);
        assert_true(entry[0] != '\0');
    }
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 23);
}

static void the_log_is_trimmed(void **state)
{
    struct store_test *t = *state;
    for (int i = 0; i < 2000; i++) {
        sent(t, PABLO, STR("0"), "hi");
    }
    assert_in_range(redis_int(t->redis, "XLEN snug:events"), 1000, 1200);
}

/* Redis' own refusals, and what a broken key does. */
static void a_wrong_type_is_an_error_of_ours(void **state)
{
    struct store_test *t = *state;
    struct model_message m;
    redis_do(t->redis, "SET room:0 text");
    assert_int_equal(send_nonce(t, PABLO, STR("0"), "hi", STR_NONE, &m), ERR_INTERNAL);
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 1);
}

#define SEND_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        SEND_TEST(stores_the_message_that_it_answers),
        SEND_TEST(ids_ascend),
        SEND_TEST(ids_ascend_when_the_clock_goes_back),
        SEND_TEST(foreign_scores_do_not_move_the_clock),
        SEND_TEST(a_nonce_stores_once),
        SEND_TEST(a_nonce_is_for_one_message),
        SEND_TEST(only_members_send),
        SEND_TEST(publishes_what_it_stored),
        SEND_TEST(a_direct_room_appears_with_its_first_message),
        SEND_TEST(a_closed_room_is_not_for_the_family),
        SEND_TEST(a_public_room_takes_its_members),
        SEND_TEST(numbers_have_no_holes),
        SEND_TEST(the_log_is_trimmed),
        SEND_TEST(a_wrong_type_is_an_error_of_ours),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
