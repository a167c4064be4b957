#include "model/message.h"

#include "model/id.h"
#include "support/check.h"

/* What the demo family stores and publishes. */

static struct arena arena;

/* Members of a real server that the Python and the Node demo wrote, and of Java and .NET. */
static const struct {
    struct str member;
    const char *score, *room, *from;
    int64_t date;
    const char *text;
} family_rows[] = {
    {LIT("{\"from\": 1, \"date\": 1795484886.8217764, \"message\": \"Hello!\", "
         "\"roomId\": \"0\"}"),
     "1795484886", "0", "1", 1795484886, "Hello!"},
    {LIT("{\"roomId\": \"0\", \"message\": \"Hello from the Python server: "
         "&lt;b&gt;bold&lt;/b&gt; &amp; it&#39;s &quot;quoted&quot; \\u00e9 \\ud83d\\ude00\", "
         "\"from\": \"1\", \"date\": 1795485892}"),
     "1795485892", "0", "1", 1795485892,
     "Hello from the Python server: <b>bold</b> & it's \"quoted\" \xc3\xa9 \xf0\x9f\x98\x80"},
    {LIT("{\"roomId\":\"0\",\"message\":\"Hello from the Node server: &ltb&gtbold&lt/b&gt & "
         "it's \\\"quoted\\\" \xc3\xa9 \xf0\x9f\x98\x80\",\"from\":\"2\",\"date\":1795485894}"),
     "1795485894", "0", "2", 1795485894,
     "Hello from the Node server: <b>bold</b> & it's \"quoted\" \xc3\xa9 \xf0\x9f\x98\x80"},
    {LIT("{\"from\": 2, \"date\": 1795485764.2830355, \"message\": \"Hello\", "
         "\"roomId\": \"1:2\"}"),
     "1795485764", "1:2", "2", 1795485764, "Hello"},
    {LIT("{\"from\":2,\"date\":1795485764.2830355,\"message\":\"Hello\",\"roomId\":\"1:2\"}"),
     "1795485764.2830355", "1:2", "2", 1795485764, "Hello"},
    {LIT("{\"roomId\":\"1:5\",\"message\":\"first message from Nina to Pablo\",\"from\":5,"
         "\"date\":1795485896}"),
     "1795485896", "1:5", "5", 1795485896, "first message from Nina to Pablo"},
    {LIT("{\"from\":\"1\",\"date\":1,\"message\":\"..\",\"roomId\":\"0\"}"), "1", "0", "1", 1,
     ".."},
    {LIT("{\"From\":\"1\",\"Date\":1795485264,\"Message\":\"..\",\"RoomId\":\"0\"}"), "1795485264",
     "0", "1", 1795485264, ".."},
    {LIT("{\"roomId\": \"0\", \"message\": \"x\", \"from\": \"1\", \"date\": \"1795485892\"}"),
     "1795485892", "0", "1", 1795485892, "x"},
    {LIT("{\"roomId\":\"0\",\"message\":\"x\",\"from\":\"1\",\"date\":\"1795485892.75\","
         "\"xtra\":{\"a\":[1,2,null]}}"),
     "1795485892.75", "0", "1", 1795485892, "x"},
    {LIT("{\"message\":\"no more than this\"}"), "1795485892", "0", "0", 1795485892,
     "no more than this"},
    {LIT("{\"message\":\"\",\"from\":null,\"date\":null}"), "3.75", "0", "0", 3, ""},
    {LIT("{\"message\":\"room of another\",\"roomId\":\"2:3\",\"from\":1.0,\"date\":5}"), "5", "0",
     "1", 5, "room of another"},
    {LIT("{\"message\":\"a\\u0000b\\u2028\",\"from\":\"01\",\"date\":5}"), "5", "0", "0", 5, NULL},
    {LIT("{\"message\":\"a\xff\\udc00\",\"from\":1e15,\"date\":5}"), "5", "0", "0", 5,
     "a\xef\xbf\xbd\xef\xbf\xbd"},
};

static void family_members(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(family_rows); i++) {
        struct model_message m;
        struct model_place place;
        check_row(model_message_read(family_rows[i].member, str_of(family_rows[i].score),
                                     str_of(family_rows[i].room), &arena, &m) == ERR_OK,
                  family_rows[i].member);
        check_row(model_id_place(m.id, &place), m.id);
        check_str(place.score, family_rows[i].score);
        check_row(place.score.len + 9 == m.id.len, m.id);
        check_str(m.from, family_rows[i].from);
        check_row(m.date == family_rows[i].date, family_rows[i].member);
        check_eq(m.text, family_rows[i].text == NULL ? STR("a\0b\xe2\x80\xa8")
                                                     : str_of(family_rows[i].text));
        check_str(m.room, family_rows[i].room);
        check_row(!str_is_set(m.nonce) && !str_is_set(m.json), family_rows[i].member);
    }
}

static void entities(void **state)
{
    (void)state;
    static const struct {
        struct str stored;
        const char *text;
    } rows[] = {
        {LIT("&amp;&quot;&#39;&lt;&gt;"), "&\"'<>"},
        {LIT("&lt&gt"), "<>"},
        {LIT("&ltb&gt;"), "<b>"},
        {LIT("&amp;lt;"), "&lt;"},
        {LIT("&amp;amp;"), "&amp;"},
        {LIT("&amp"), "&amp"},
        {LIT("&quot &#39 &#x27; &apos; &LT; &nbsp;"), "&quot &#39 &#x27; &apos; &LT; &nbsp;"},
        {LIT("&"), "&"},
        {LIT("&&lt;"), "&<"},
        {LIT("a &l"), "a &l"},
        {LIT("\xc3\xa9&lt;\xc3\xa9"), "\xc3\xa9<\xc3\xa9"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str member =
            arena_printf(&arena, "{\"message\":\"%.*s\"}", STR_FMT(rows[i].stored));
        struct model_message m;
        assert_int_equal(model_message_read(member, STR("5"), STR("0"), &arena, &m), ERR_OK);
        check_str(m.text, rows[i].text);
    }
}

static void dates(void **state)
{
    (void)state;
    static const struct {
        const char *date, *score;
        int64_t seconds;
    } rows[] = {
        {"0", "7", 0},
        {"5.999", "7", 5},
        {"-0.5", "7", 7},
        {"-1", "7", 7},
        {"999999999999", "7", 999999999999},
        {"999999999999.5", "7", 7},
        {"1e12", "7", 7},
        {"1795485892000", "1795485892000", 999999999999},
        {"123456789012345678901234567890", "1.2345678901234568e+29", 999999999999},
        {"1e308", "inf", 999999999999},
        {"null", "inf", 999999999999},
        {"-3", "-3", 0},
        {"-3", "-inf", 0},
        {"null", "3.9", 3},
        {"true", "3", 3},
        {"[]", "3", 3},
        {"{}", "3", 3},
        {"\"12\"", "3", 12},
        {"\"12.7\"", "3", 12},
        {"\"1e3\"", "3", 1000},
        {"\"0x10\"", "3", 3},
        {"\"inf\"", "3", 3},
        {"\"nan\"", "3", 3},
        {"\"\"", "3", 3},
        {"\"yesterday\"", "3", 3},
        {"\" 12\"", "3", 3},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str member =
            arena_printf(&arena, "{\"message\":\"x\",\"date\":%s}", rows[i].date);
        struct model_message m;
        check_row(model_message_read(member, str_of(rows[i].score), STR("0"), &arena, &m) == ERR_OK,
                  member);
        check_row(m.date == rows[i].seconds, member);
    }
}

/* Reads both ways; the id. */
static struct str id_of(const char *member, const char *score, const char *room)
{
    struct model_message m;
    assert_int_equal(model_message_read(str_of(member), str_of(score), str_of(room), &arena, &m),
                     ERR_OK);
    return m.id;
}

static struct str foreign_id_of(const char *data)
{
    struct model_message m;
    assert_int_equal(model_message_read_foreign(str_of(data), &arena, &m), ERR_OK);
    return m.id;
}

/* One message has one id, whoever stored or published it and however it is written. */
static void same_ids(void **state)
{
    (void)state;
    static const char *const same[] = {
        "{\"roomId\": \"1:2\", \"message\": \"&lt;b&gt; \\u00e9\", \"from\": \"1\", "
        "\"date\": 1795485893}",
        "{\"roomId\":\"1:2\",\"message\":\"&ltb&gt \xc3\xa9\",\"from\":\"1\","
        "\"date\":1795485893}",
        "{\"from\":1,\"date\":1795485893,\"message\":\"<b> \xc3\xa9\",\"roomId\":\"1:2\"}",
        "{\"From\":\"1\",\"Date\":1795485893,\"Message\":\"<b> \\u00E9\",\"RoomId\":\"1:2\"}",
        "{\"from\":\"1\",\"date\":\"1795485893\",\"message\":\"<b> \xc3\xa9\","
        "\"roomId\":\"1:2\",\"xtra\":7}",
        "{\"from\":\"1\",\"date\":1795485893.0,\"message\":\"<b> \xc3\xa9\","
        "\"roomId\":\"1:2\",\"id\":\"1795485893\"}",
    };
    const struct str id = id_of(same[0], "1795485893", "1:2");
    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        check_eq(id_of(same[i], "1795485893", "1:2"), id);
        check_eq(foreign_id_of(same[i]), id);
    }
    /* A fraction is in the score as well, as Redis prints it. */
    static const char fraction[] =
        "{\"roomId\":\"0\",\"message\":\"x\",\"from\":\"1\",\"date\":1795485764.2830355}";
    check_eq(foreign_id_of(fraction), id_of(fraction, "1795485764.2830355", "0"));
    check_eq(id_of(fraction, "1795485764.28303550", "0"),
             id_of(fraction, "1795485764.2830355", "0"));
    /* A number for a room. */
    check_eq(foreign_id_of("{\"roomId\":0,\"message\":\"x\",\"from\":\"1\",\"date\":5}"),
             id_of("{\"roomId\":\"0\",\"message\":\"x\",\"from\":\"1\",\"date\":5}", "5", "0"));
}

/* Links to messages outlive a version, so an id must never change. */
static void known_ids(void **state)
{
    (void)state;
    static const struct {
        const char *member, *score, *room, *id;
    } rows[] = {
        {"{\"from\": 1, \"date\": 1795484886.8217764, \"message\": \"Hello!\", \"roomId\": \"0\"}",
         "1795484886", "0", "1795484886~7daebe42"},
        {"{\"roomId\":\"0\",\"message\":\"Hello from the Node server: &ltb&gtbold&lt/b&gt & "
         "it's \\\"quoted\\\" \xc3\xa9 \xf0\x9f\x98\x80\",\"from\":\"2\",\"date\":1795485894}",
         "1795485894", "0", "1795485894~392e51fe"},
        {"{\"from\":2,\"date\":1795485764.2830355,\"message\":\"Hello\",\"roomId\":\"1:2\"}",
         "1795485764.2830355", "1:2", "1795485764.2830355~89d0732c"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(id_of(rows[i].member, rows[i].score, rows[i].room), rows[i].id);
    }
}

/* What differs in sender, date, text or room differs in its tag. */
static void different_ids(void **state)
{
    (void)state;
    static const struct {
        const char *member, *room;
    } rows[] = {
        {"{\"from\":1,\"date\":5,\"message\":\"x\"}", "0"},
        {"{\"from\":2,\"date\":5,\"message\":\"x\"}", "0"},
        {"{\"from\":1,\"date\":6,\"message\":\"x\"}", "0"},
        {"{\"from\":1,\"date\":5,\"message\":\"y\"}", "0"},
        {"{\"from\":1,\"date\":5,\"message\":\"x\"}", "1:2"},
        {"{\"from\":1,\"date\":5,\"message\":\"\"}", "0"},
        {"{\"from\":1,\"date\":5,\"message\":\"x\\n\"}", "0"},
        {"{\"from\":1,\"date\":5,\"message\":\"\\nx\"}", "0"},
        {"{\"from\":15,\"date\":5,\"message\":\"x\"}", "0"},
        {"{\"from\":1,\"date\":55,\"message\":\"x\"}", "0"},
    };
    struct str ids[ARRAY_LEN(rows)];
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ids[i] = id_of(rows[i].member, "5", rows[i].room);
        for (size_t j = 0; j < i; j++) {
            check_row(!str_eq(ids[i], ids[j]), str_of(rows[i].member));
        }
    }
}

static void foreign_refused(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT("{\"message\":\"x\",\"date\":5}"),
        LIT("{\"message\":\"x\",\"date\":5,\"roomId\":null}"),
        LIT("{\"message\":\"x\",\"date\":5,\"roomId\":\"\"}"),
        LIT("{\"message\":\"x\",\"date\":5,\"roomId\":\"2:1\"}"),
        LIT("{\"message\":\"x\",\"date\":5,\"roomId\":\"0:name\"}"),
        LIT("{\"message\":\"x\",\"date\":5,\"roomId\":\"g7\"}"),
        LIT("{\"message\":\"x\",\"date\":5,\"roomId\":1.5}"),
        LIT("{\"message\":\"x\",\"roomId\":\"0\"}"),
        LIT("{\"message\":\"x\",\"date\":\"soon\",\"roomId\":\"0\"}"),
        LIT("{\"message\":\"x\",\"date\":\"inf\",\"roomId\":\"0\"}"),
        LIT("{\"message\":\"x\",\"date\":null,\"roomId\":\"0\"}"),
        LIT("{\"date\":5,\"roomId\":\"0\"}"),
        LIT("{\"message\":5,\"date\":5,\"roomId\":\"0\"}"),
        LIT("[]"),
        LIT("null"),
        LIT("\"x\""),
        LIT("{"),
        LIT(""),
        {NULL, 0},
        LIT("\0\0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_message m = {.date = 42};
        check_row(model_message_read_foreign(rows[i], &arena, &m) == ERR_PROTOCOL, rows[i]);
        check_row(m.date == 42 && !str_is_set(m.text), rows[i]);
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
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(family_members),  cmocka_unit_test(entities),
        cmocka_unit_test(dates),           cmocka_unit_test(same_ids),
        cmocka_unit_test(known_ids),       cmocka_unit_test(different_ids),
        cmocka_unit_test(foreign_refused),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/message, of the demo family", tests, NULL, reset);
}
