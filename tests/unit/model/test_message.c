#include "model/message.h"

#include "model/event.h"
#include "model/id.h"
#include "support/check.h"

static struct arena arena;

static void text_limits(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        enum err err;
    } rows[] = {
        {LIT("Hello"), ERR_OK},
        {LIT(" "), ERR_OK},
        {LIT("a\tb\nc"), ERR_OK},
        {LIT("\xc2\xa0\xc3\xa9\xe2\x80\xa8\xf0\x9f\x98\x80"), ERR_OK},
        {LIT("\xc3\x82\xc2\xa2"), ERR_OK},
        {LIT(""), ERR_INVALID},
        {{NULL, 0}, ERR_INVALID},
        {LIT("a\0b"), ERR_TEXT},
        {LIT("a\rb"), ERR_TEXT},
        {LIT("\x01"), ERR_TEXT},
        {LIT("\x1f"), ERR_TEXT},
        {LIT("\x7f"), ERR_TEXT},
        {LIT("x\xc2\x80"), ERR_TEXT},
        {LIT("\xc2\x85"), ERR_TEXT},
        {LIT("\xc2\x9f"), ERR_TEXT},
        {LIT("\xff"), ERR_TEXT},
        {LIT("\xc2"), ERR_TEXT},
        {LIT("\xed\xa0\x80"), ERR_TEXT},
        {LIT("\xc0\x80"), ERR_TEXT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_message_check_text(rows[i].text) == rows[i].err, rows[i].text);
    }
    char longest[MODEL_MESSAGE_TEXT_MAX + 1];
    memset(longest, 'a', sizeof longest);
    assert_int_equal(model_message_check_text((struct str){longest, sizeof longest - 1}), ERR_OK);
    assert_int_equal(model_message_check_text((struct str){longest, sizeof longest}),
                     ERR_TOO_LARGE);
    memset(longest, '\0', sizeof longest);
    assert_int_equal(model_message_check_text((struct str){longest, sizeof longest}),
                     ERR_TOO_LARGE);
}

static void nonces(void **state)
{
    (void)state;
    static const struct {
        struct str nonce;
        bool good;
    } rows[] = {
        {LIT("a"), true},
        {LIT("deploy-42_Z"), true},
        {LIT("0123456789012345678901234567890123456789012345678901234567890123"), true},
        {LIT("01234567890123456789012345678901234567890123456789012345678901234"), false},
        {LIT(""), false},
        {{NULL, 0}, false},
        {LIT("a b"), false},
        {LIT("a.b"), false},
        {LIT("a\n"), false},
        {LIT("a\0"), false},
        {LIT("\xc3\xa9"), false},
        {LIT("\""), false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_message_is_nonce(rows[i].nonce) == rows[i].good, rows[i].nonce);
    }
}

/* What the send script does: id, sender and date in front of a tail, and a brace behind it. */
static struct str stored(const char *id, struct str tail)
{
    return arena_printf(&arena, "{\"id\":\"%s\",\"from\":\"1\",\"date\":1795485263%.*s}", id,
                        STR_FMT(tail));
}

#define ID "1795485263.175001"

static void tails(void **state)
{
    (void)state;
    const struct str room = STR("1:2");
    check_str(model_message_tail(&arena, STR("Hello"), room, STR_NONE),
              ",\"message\":\"Hello\",\"roomId\":\"1:2\"");
    check_str(model_message_tail(&arena, STR("\"\\\n\xc3\xa9\xf0\x9f\x98\x80"), room, STR("n-1")),
              ",\"message\":\"\\\"\\\\\\n\\u00e9\\ud83d\\ude00\",\"roomId\":\"1:2\","
              "\"nonce\":\"n-1\"");

    /* The worst that may be sent still fits one event. */
    char worst[MODEL_MESSAGE_TEXT_MAX];
    for (size_t i = 0; i < sizeof worst; i += 2) {
        worst[i] = '\xc3';
        worst[i + 1] = '\xa9';
    }
    const struct str text = {worst, sizeof worst};
    struct str nonce = {worst, MODEL_MESSAGE_NONCE_MAX};
    const struct str tail = model_message_tail(&arena, text, room, nonce);
    assert_true(tail.len < MODEL_EVENT_DATA_MAX - 200);
}

/* What snug stored is recognised, comes out as it is, and reads as it was written. */
static void own_members(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *nonce;
    } rows[] = {
        {LIT("Hello"), NULL},
        {LIT("Hello"), "n"},
        {LIT("n"), "0123456789012345678901234567890123456789012345678901234567890123"},
        {LIT("\",\"roomId\":\"0\"}"), NULL},
        {LIT("\\"), "x"},
        {LIT("\\\""), NULL},
        {LIT("tab\tnewline\n"), NULL},
        {LIT("&lt;b&gt; &amp;amp; stays as it was typed"), NULL},
        {LIT("\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80 \xe2\x80\xa8"), NULL},
        {LIT("\xef\xbf\xbd"), "y"},
        {LIT("{}[]:,'/"), NULL},
    };
    static const char *const scores[] = {ID, "1795485263.1750009", "1795485263.1750010",
                                         "1.795485263175001e9"};
    for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(scores); i++) {
        const size_t row = i / ARRAY_LEN(scores);
        const struct str member = stored(
            ID, model_message_tail(&arena, rows[row].text, STR("1:2"), str_of(rows[row].nonce)));
        struct model_message m;
        assert_int_equal(model_message_read(member, str_of(scores[i % ARRAY_LEN(scores)]),
                                            STR("1:2"), &arena, &m),
                         ERR_OK);
        assert_ptr_equal(m.json.ptr, member.ptr);
        assert_int_equal(m.json.len, member.len);
        check_str(m.id, ID);
        check_str(m.from, "1");
        assert_int_equal(m.date, 1795485263);
        check_eq(m.text, rows[row].text);
        check_str(m.room, "1:2");
        check_str(m.nonce, rows[row].nonce);
        struct buf out;
        buf_init(&out, &arena, MODEL_EVENT_DATA_MAX);
        model_message_write(&out, &m);
        check_eq(buf_str(&out), member);
        /* And it is the same when it is written anew. */
        m.json = STR_NONE;
        buf_clear(&out);
        model_message_write(&out, &m);
        check_eq(buf_str(&out), member);
    }
}

#define QUOTE "{\"id\":\"1795485263.000001\",\"from\":\"2\",\"message\":\"\\u00e9 \\\"x\\\"\"}"

#define LIKE "\"\\ud83d\\udc4d\""

/* What a message may have besides: it is told, and goes out as it is. */
static void what_some_messages_have(void **state)
{
    (void)state;
    static const struct {
        const char *more, *nonce, *quote, *mentions;
    } rows[] = {
        {",\"replyTo\":" QUOTE, NULL, QUOTE, NULL},
        {",\"mentions\":[\"2\"]", NULL, NULL, "[\"2\"]"},
        {",\"nonce\":\"n\",\"replyTo\":" QUOTE ",\"mentions\":[\"2\",\"room\"]", "n", QUOTE,
         "[\"2\",\"room\"]"},
        {",\"rev\":1,\"edited\":1795485264", NULL, NULL, NULL},
        {",\"reactions\":{" LIKE ":1}", NULL, NULL, NULL},
        {",\"deleted\":true", NULL, NULL, NULL},
        {",\"nonce\":\"n\",\"replyTo\":" QUOTE
         ",\"mentions\":[\"2\"],\"rev\":12,\"edited\":1795485264,"
         "\"reactions\":{" LIKE ":2,\"7\\ufe0f\\u20e3\":10},\"deleted\":true",
         "n", QUOTE, "[\"2\"]"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_message m;
        struct buf out;
        const struct str member = stored(
            ID, arena_printf(&arena, ",\"message\":\"Hi\",\"roomId\":\"0\"%s", rows[i].more));
        assert_int_equal(model_message_read(member, STR(ID), STR("0"), &arena, &m), ERR_OK);
        check_eq(m.json, member);
        check_str(m.nonce, rows[i].nonce);
        check_str(m.quote, rows[i].quote);
        check_str(m.mentions, rows[i].mentions);
        m.json = STR_NONE;
        buf_init(&out, &arena, MODEL_EVENT_DATA_MAX);
        model_message_write(&out, &m);
        check_eq(buf_str(&out), member);
    }
}

static void what_became_of_a_message(void **state)
{
    (void)state;
    struct model_message m;
    const struct str member =
        stored(ID, STR(",\"message\":\"\",\"roomId\":\"0\",\"rev\":3,\"edited\":1795485264,"
                       "\"reactions\":{" LIKE ":2},\"deleted\":true"));
    assert_int_equal(model_message_read(member, STR(ID), STR("0"), &arena, &m), ERR_OK);
    assert_int_equal(m.rev, 3);
    assert_int_equal(m.edited, 1795485264);
    check_str(m.reactions, "{" LIKE ":2}");
    assert_true(m.deleted);
    check_str(m.text, "");
}

/* What is not written as our script writes it does not go out as it is. */
static void what_no_message_has(void **state)
{
    (void)state;
    static const char *const rows[] = {
        ",\"replyTo\":\"" ID "\"",
        ",\"replyTo\":{\"id\":\"x\",\"from\":\"2\",\"message\":\"\"}",
        (",\"replyTo\":" QUOTE ",\"nonce\":\"n\""),
        ",\"mentions\":[]",
        (",\"mentions\":[\"2\"],\"replyTo\":" QUOTE),
        ",\"mentions\":[\"2\"],\"more\":1",
        ",\"rev\":1",
        ",\"rev\":0,\"edited\":1795485264",
        ",\"rev\":01,\"edited\":1795485264",
        ",\"rev\":1,\"edited\":\"1795485264\"",
        ",\"edited\":1795485264,\"rev\":1",
        ",\"rev\":1,\"edited\":1795485264,\"nonce\":\"n\"",
        ",\"reactions\":{}",
        ",\"reactions\":{" LIKE "}",
        ",\"reactions\":{" LIKE ":}",
        ",\"reactions\":{" LIKE ":1,}",
        ",\"reactions\":{" LIKE ":1," LIKE "}",
        ",\"reactions\":{" LIKE ":-1}",
        ",\"reactions\":[" LIKE ":1]",
        ",\"reactions\":{" LIKE ":1},\"rev\":1,\"edited\":1795485264",
        ",\"deleted\":false",
        ",\"deleted\":true,\"reactions\":{" LIKE ":1}",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_message m;
        const struct str member =
            stored(ID, arena_printf(&arena, ",\"message\":\"Hi\",\"roomId\":\"0\"%s", rows[i]));
        const enum err err = model_message_read(member, STR(ID), STR("0"), &arena, &m);
        check_row(err == ERR_OK ? !str_is_set(m.json) : err == ERR_PROTOCOL, member);
    }
}

#define DATE ",\"date\":1795485263,"
#define REST "\"message\":\"Hi\",\"roomId\":\"0\"}"

/* Ours, but not as our script writes it: read with care, and written as ours are. */
static void own_but_odd(void **state)
{
    (void)state;
    static const struct {
        struct str member;
        const char *written;
    } rows[] = {
        {LIT("{\"id\": \"" ID "\", \"from\": \"1\", \"date\": 1795485263, \"message\": \"Hi\"}"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":1" DATE REST),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":\"x\"" DATE REST),
         "{\"id\":\"" ID "\",\"from\":\"0\"" DATE REST},
        {LIT("{\"from\":\"1\"" DATE "\"id\":\"" ID "\"," REST),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\"" DATE "\"message\":\"Hi\",\"roomId\":\"1:2\"}"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\"" DATE
             "\"message\":\"Hi\",\"roomId\":\"0\",\"nonce\":\"n\",\"extra\":1}"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE
         "\"message\":\"Hi\",\"roomId\":\"0\",\"nonce\":\"n\"}"},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\"" DATE
             "\"message\":\"Hi\",\"roomId\":\"0\",\"nonce\":\"a b\"}"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\",\"date\":1795485263.9," REST),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\",\"date\":-1," REST),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\"" DATE
             "\"message\":\"&lt;\xc3\xa9\xff\",\"roomId\":\"0\"}"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE
         "\"message\":\"&lt;\\u00e9\\ufffd\",\"roomId\":\"0\"}"},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\"" DATE
             "\"message\":\"\\ud83d\x7f\",\"roomId\":\"0\"}"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE
         "\"message\":\"\\ufffd\\u007f\",\"roomId\":\"0\"}"},
        {LIT("{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST "\n"),
         "{\"id\":\"" ID "\",\"from\":\"1\"" DATE REST},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_message m;
        check_row(model_message_read(rows[i].member, STR(ID), STR("0"), &arena, &m) == ERR_OK,
                  rows[i].member);
        check_row(!str_is_set(m.json), rows[i].member);
        struct buf out;
        buf_init(&out, &arena, MODEL_EVENT_DATA_MAX);
        model_message_write(&out, &m);
        check_str(buf_str(&out), rows[i].written);
    }
}

/* An id that is not the score's text does not make a message ours. */
static void not_own(void **state)
{
    (void)state;
    static const struct {
        const char *id, *score;
    } rows[] = {
        {"1795485263.175001", "1795485263.1750021"},
        {"1795485263.175001", "1795485263"},
        {"1795485263", "1795485263"},
        {"1795485263.0", "1795485263"},
        {"01795485263.175001", "1795485263.1750009"},
        {"1.795485263175001e9", "1795485263.1750009"},
        {"1795485263~00000000", "1795485263"},
        {"", "1795485263"},
        {"\\u0031795485263.175001x", "1795485263.1750009"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str member = stored(rows[i].id, STR(",\"message\":\"&lt;\",\"roomId\":\"0\""));
        struct model_message m;
        struct model_place place;
        assert_int_equal(model_message_read(member, str_of(rows[i].score), STR("0"), &arena, &m),
                         ERR_OK);
        check_str(m.text, "<");
        check_row(!str_is_set(m.json), member);
        check_row(model_id_place(m.id, &place) && place.score.len < m.id.len, member);
        check_str(place.score, rows[i].score);
    }
}

static void unreadable(void **state)
{
    (void)state;
    static const struct {
        struct str member;
        const char *score;
    } rows[] = {
        {LIT(""), "1"},
        {{NULL, 0}, "1"},
        {LIT("\0"), "1"},
        {LIT("null"), "1"},
        {LIT("1"), "1"},
        {LIT("\"text\""), "1"},
        {LIT("[]"), "1"},
        {LIT("[{\"message\":\"x\"}]"), "1"},
        {LIT("{}"), "1"},
        {LIT("{\"message\":1}"), "1"},
        {LIT("{\"message\":null}"), "1"},
        {LIT("{\"message\":[\"x\"]}"), "1"},
        {LIT("{\"text\":\"x\"}"), "1"},
        {LIT("{\"message\":\"x\"} {}"), "1"},
        {LIT("{\"message\":\"x\""), "1"},
        {LIT("{\"message\":\"x"), "1"},
        {LIT("{'message':'x'}"), "1"},
        {LIT("{\"message\":\"x\",\"date\":NaN}"), "1"},
        {LIT("{\"message\":\"x\",\"date\":1e999}"), "1"},
        {LIT("{\"message\":\"x\",\"\\u0000\":1}\0"), "1"},
        {LIT("{\"message\":\"x\"}"), ""},
        {LIT("{\"message\":\"x\"}"), NULL},
        {LIT("{\"message\":\"x\"}"), "nan"},
        {LIT("{\"message\":\"x\"}"), "score"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_message m = {.date = 42};
        check_row(model_message_read(rows[i].member, str_of(rows[i].score), STR("0"), &arena, &m) ==
                      ERR_PROTOCOL,
                  rows[i].member);
        check_row(m.date == 42 && !str_is_set(m.text), rows[i].member);
    }
}

/* Text of any length is cut between characters, and no shorter than an event can carry. */
static void too_long(void **state)
{
    (void)state;
    static const char *const units[] = {
        "a",       "\\\"", "\\\\", "\xc3\xa9", "\xe2\x82\xac", "\xf0\x9f\x98\x80",
        "\\u0001", "&lt;", "\xff", "\x7f",
    };
    for (size_t i = 0; i < ARRAY_LEN(units); i++) {
        struct buf member;
        buf_init(&member, &arena, 1 << 20);
        buf_add_cstr(&member, "{\"from\":999999999999999,\"date\":5,\"message\":\"");
        for (size_t j = 0; j < 70000; j++) {
            buf_add_cstr(&member, units[i]);
        }
        buf_add_cstr(&member, "\"}");
        struct model_message m;
        assert_int_equal(model_message_read(buf_str(&member), STR("5"),
                                            STR("999999999999998:999999999999999"), &arena, &m),
                         ERR_OK);
        struct buf out;
        buf_init(&out, &arena, MODEL_EVENT_DATA_MAX);
        model_message_write(&out, &m);
        assert_int_equal(buf_err(&out), ERR_OK);
        assert_true(out.len > MODEL_EVENT_DATA_MAX - 300);
        assert_true(str_is_utf8(m.text));
    }
    /* What looks like ours and is too long is read like any other. */
    struct buf text;
    buf_init(&text, &arena, 1 << 20);
    for (size_t j = 0; j < MODEL_EVENT_DATA_MAX; j++) {
        buf_add_byte(&text, 'a');
    }
    struct model_message m;
    const struct str member =
        stored(ID, model_message_tail(&arena, buf_str(&text), STR("0"), STR_NONE));
    assert_int_equal(model_message_read(member, STR(ID), STR("0"), &arena, &m), ERR_OK);
    check_str(m.id, ID);
    assert_false(str_is_set(m.json));
    assert_true(m.text.len < MODEL_EVENT_DATA_MAX);
}

static int reset(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_limits),
        cmocka_unit_test(nonces),
        cmocka_unit_test(tails),
        cmocka_unit_test(what_some_messages_have),
        cmocka_unit_test(what_became_of_a_message),
        cmocka_unit_test(what_no_message_has),
        cmocka_unit_test(own_members),
        cmocka_unit_test(own_but_odd),
        cmocka_unit_test(not_own),
        cmocka_unit_test(unreadable),
        cmocka_unit_test(too_long),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/message", tests, NULL, reset);
}
