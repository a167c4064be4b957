#include "model/room.h"

#include <string.h>
#include "support/check.h"

static struct arena arena;

#define LAST                                                                                       \
    "{\"id\":\"1795485895~00000000\",\"from\":\"2\",\"date\":1795485895,\"message\":\"Hello\","    \
    "\"roomId\":\"1:2\"}"

static const struct model_message last = {
    .id = LIT("1795485895~00000000"),
    .from = LIT("2"),
    .date = 1795485895,
    .text = LIT("Hello"),
    .room = LIT("1:2"),
};

static struct str written(const struct model_room *room)
{
    struct buf out;
    buf_init(&out, &arena, 10000);
    model_room_write(&out, room);
    return buf_str(&out);
}

static void named(void **state)
{
    (void)state;
    static const struct {
        enum model_room_kind kind;
        struct str id, name;
        bool has_last;
        const char *json;
    } rows[] = {
        {MODEL_ROOM_PUBLIC, LIT("0"), LIT("General"), false,
         "{\"id\":\"0\",\"kind\":\"public\",\"name\":\"General\"}"},
        {MODEL_ROOM_CLOSED, LIT("g7"), LIT("\"\xc3\xa9\""), false,
         "{\"id\":\"g7\",\"kind\":\"private\",\"name\":\"\\\"\\u00e9\\\"\"}"},
        {MODEL_ROOM_PUBLIC, LIT("7"), LIT("x"), true,
         "{\"id\":\"7\",\"kind\":\"public\",\"name\":\"x\",\"last\":" LAST "}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_room room = {.id = rows[i].id,
                                        .kind = rows[i].kind,
                                        .name = rows[i].name,
                                        .has_last = rows[i].has_last,
                                        .last = last};
        check_str(written(&room), rows[i].json);
    }
}

/* What it is to who asks is said where there is something to say. */
static void unread(void **state)
{
    (void)state;
    static const struct {
        uint64_t unread, mentions;
        struct str read;
        const char *end;
    } rows[] = {
        {0, 0, {NULL, 0}, "}"},
        {3, 1, {NULL, 0}, ",\"unread\":3,\"mentions\":1}"},
        {0, 0, LIT("5.000001"), ",\"read\":\"5.000001\"}"},
        {UINT64_MAX, 0, LIT("5~0f3a9c21"),
         ",\"unread\":18446744073709551615,\"read\":\"5~0f3a9c21\"}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_room room = {.id = STR("7"),
                                        .kind = MODEL_ROOM_PUBLIC,
                                        .name = STR("x"),
                                        .unread = rows[i].unread,
                                        .mentions = rows[i].mentions,
                                        .read = rows[i].read};
        check_eq(written(&room),
                 arena_printf(&arena, "{\"id\":\"7\",\"kind\":\"public\",\"name\":\"x\"%s",
                              rows[i].end));
    }
}

static void everything_there_is(void **state)
{
    (void)state;
    const struct model_room room = {.id = LIT("g7"),
                                    .kind = MODEL_ROOM_CLOSED,
                                    .is_outside = true,
                                    .name = LIT("Books"),
                                    .topic = LIT("What we read"),
                                    .owner = LIT("2"),
                                    .is_archived = true,
                                    .retain = LIT("1000"),
                                    .days = LIT("30"),
                                    .members = LIT("12"),
                                    .nonline = LIT("3")};
    check_str(written(&room),
              "{\"id\":\"g7\",\"kind\":\"private\",\"name\":\"Books\",\"topic\":\"What we read\","
              "\"owner\":\"2\",\"archived\":true,\"retain\":1000,\"retainDays\":30,\"members\":12,"
              "\"onlineCount\":3,\"member\":false}");
}

#define TEN "0123456789"

static void what_a_room_may_be_called(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        enum err name, topic; /* may it be the one, and the other? */
        const char *trimmed;
    } rows[] = {
        {LIT("Books"), ERR_OK, ERR_OK, "Books"},
        {LIT(" \t Old  books "), ERR_OK, ERR_OK, "Old  books"},
        {LIT("\xc3\xa9\xf0\x9f\x98\x80"), ERR_OK, ERR_OK, "\xc3\xa9\xf0\x9f\x98\x80"},
        {LIT("\xc2\xa0"), ERR_OK, ERR_OK, "\xc2\xa0"},
        {LIT("<b>&\"'"), ERR_OK, ERR_OK, "<b>&\"'"},
        {LIT(""), ERR_INVALID, ERR_OK, ""},
        {LIT(" \t "), ERR_INVALID, ERR_OK, ""},
        {LIT(TEN TEN TEN TEN TEN TEN "0123"), ERR_OK, ERR_OK, TEN TEN TEN TEN TEN TEN "0123"},
        {LIT(TEN TEN TEN TEN TEN TEN "01234"), ERR_INVALID, ERR_OK,
         TEN TEN TEN TEN TEN TEN "01234"},
        {LIT("a\nb"), ERR_TEXT, ERR_TEXT, NULL},
        {LIT("a\tb"), ERR_TEXT, ERR_TEXT, NULL},
        {LIT("a\0b"), ERR_TEXT, ERR_TEXT, NULL},
        {LIT("\x7f"), ERR_TEXT, ERR_TEXT, NULL},
        {LIT("\xc2\x80"), ERR_TEXT, ERR_TEXT, NULL},     /* C1 */
        {LIT("\xc2\x9f"), ERR_TEXT, ERR_TEXT, NULL},     /* C1 */
        {LIT("\xe2\x80\xa8"), ERR_TEXT, ERR_TEXT, NULL}, /* U+2028 */
        {LIT("\xe2\x80\xa9"), ERR_TEXT, ERR_TEXT, NULL}, /* U+2029 */
        {LIT("\xff"), ERR_TEXT, ERR_TEXT, NULL},
        {LIT("\xc3"), ERR_TEXT, ERR_TEXT, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str name = rows[i].text;
        struct str topic = rows[i].text;
        assert_int_equal(model_room_check_name(&name), rows[i].name);
        assert_int_equal(model_room_check_topic(&topic), rows[i].topic);
        if (rows[i].topic == ERR_OK) {
            check_str(topic, rows[i].trimmed);
        }
        if (rows[i].name == ERR_OK) {
            check_str(name, rows[i].trimmed);
        } else {
            assert_int_equal(name.len, rows[i].text.len);
        }
    }
    static char long_topic[MODEL_ROOM_TOPIC_MAX + 1];
    memset(long_topic, 'x', sizeof(long_topic));
    struct str topic = {long_topic, MODEL_ROOM_TOPIC_MAX};
    assert_int_equal(model_room_check_topic(&topic), ERR_OK);
    topic.len++;
    assert_int_equal(model_room_check_topic(&topic), ERR_INVALID);
}

static void direct(void **state)
{
    (void)state;
    static const struct {
        bool online[2], has_last;
        const char *end;
    } rows[] = {
        {{false, false}, false, "\"online\":[]}"},
        {{false, true}, true, "\"online\":[\"2\"],\"last\":" LAST "}"},
        {{true, false}, false, "\"online\":[\"1\"]}"},
        {{true, true}, false, "\"online\":[\"1\",\"2\"]}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_room room = {.id = STR("1:2"),
                                        .kind = MODEL_ROOM_DIRECT,
                                        .users = {STR("1"), STR("2")},
                                        .names = {STR("Pablo"), STR("J\"oe")},
                                        .online = {rows[i].online[0], rows[i].online[1]},
                                        .has_last = rows[i].has_last,
                                        .last = last};
        check_eq(written(&room), arena_printf(&arena,
                                              "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":["
                                              "\"Pablo\",\"J\\\"oe\"],\"users\":[\"1\",\"2\"],%s",
                                              rows[i].end));
    }
}

static void shown(void **state)
{
    (void)state;
    const struct {
        struct str names[2];
        const char *json;
    } rows[] = {
        {{STR("Pablo"), STR("Joe")}, "{\"id\":\"1:2\",\"names\":[[\"Pablo\"],[\"Joe\"]]}"},
        {{STR("\"]]}"), STR("")}, "{\"id\":\"1:2\",\"names\":[[\"\\\"]]}\"],[\"\"]]}"},
        {{STR("\xf0\x9f\x98\x80"), STR("\xff")},
         "{\"id\":\"1:2\",\"names\":[[\"\\ud83d\\ude00\"],[\"\\ufffd\"]]}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, &arena, 1000);
        model_room_write_shown(&out, STR("1:2"), rows[i].names);
        check_str(buf_str(&out), rows[i].json);
    }
}

static int reset(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(named),
                                       cmocka_unit_test(unread),
                                       cmocka_unit_test(everything_there_is),
                                       cmocka_unit_test(what_a_room_may_be_called),
                                       cmocka_unit_test(direct),
                                       cmocka_unit_test(shown)};
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/room", tests, NULL, reset);
}
