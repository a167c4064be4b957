#include "model/json.h"

#include "support/check.h"

static struct arena arena;

/* The text of the only element of a JSON array, or absent where the text is no JSON. */
static struct str only_string(struct str text)
{
    json_t *json;
    struct str found;
    if (model_json_load(text, 0, &arena, &json) != ERR_OK) {
        return STR_NONE;
    }
    assert_true(model_json_str(json_array_get(json, 0), &found));
    found = arena_str(&arena, found);
    json_decref(json);
    return found;
}

static void repairs(void **state)
{
    (void)state;
    static const struct {
        struct str json;
        const char *text; /* NULL: no JSON */
    } rows[] = {
        {LIT("[\"plain\"]"), "plain"},
        {LIT("[\"\xc3\xa9\"]"), "\xc3\xa9"},
        {LIT("[\"\xf0\x9f\x98\x80\"]"), "\xf0\x9f\x98\x80"},
        {LIT("[\"a\xff"
             "b\"]"),
         "a\xef\xbf\xbd"
         "b"},
        {LIT("[\"\xc3\"]"), "\xef\xbf\xbd"},
        {LIT("[\"\xed\xa0\x80\"]"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {LIT("[\"\xf0\x9f\x98\"]"), "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
        {LIT("[\"\\ud83d\\ude00\"]"), "\xf0\x9f\x98\x80"},
        {LIT("[\"\\ud83d\"]"), "\xef\xbf\xbd"},
        {LIT("[\"\\uDE00\"]"), "\xef\xbf\xbd"},
        {LIT("[\"\\ude00\\ude00\"]"), "\xef\xbf\xbd\xef\xbf\xbd"},
        {LIT("[\"\\ud83dx\"]"), "\xef\xbf\xbdx"},
        {LIT("[\"\\ud83d\\n\"]"), "\xef\xbf\xbd\n"},
        {LIT("[\"\\ud83d\\ud83d\\ude00\"]"), "\xef\xbf\xbd\xf0\x9f\x98\x80"},
        {LIT("[\"\\\\ud83d\"]"), "\\ud83d"},
        {LIT("[\"\\\\\\ud83d\"]"), "\\\xef\xbf\xbd"},
        {LIT("[\"\\\xff\"]"), NULL},
        {LIT("[\"\\uZZZZ\"]"), NULL},
        {LIT("[\"\\ud83"), NULL},
        {LIT("[\"\\"), NULL},
        {LIT("[\"\xff"), NULL},
        {LIT("[\"a\nb\"]"), NULL},
        {LIT("[\"a\0b\"]"), NULL},
        {LIT(""), NULL},
        {{NULL, 0}, NULL},
        {LIT("\0"), NULL},
        {LIT("\xff"), NULL},
        {LIT("nonsense"), NULL},
        {LIT("[\"a\"] tail"), NULL},
        {LIT("\"a\""), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(only_string(rows[i].json), rows[i].text);
    }
    check_eq(only_string(STR("[\"a\\u0000b\"]")), STR("a\0b"));
}

static void unescapes(void **state)
{
    (void)state;
    static const struct {
        struct str raw;
        const char *text; /* NULL: refused */
    } rows[] = {
        {LIT(""), ""},
        {LIT("plain"), "plain"},
        {LIT("\\\"\\\\\\/\\b\\f\\n\\r\\t"), "\"\\/\b\f\n\r\t"},
        {LIT("\\u0041\\u00e9\\u20AC"), "A\xc3\xa9\xe2\x82\xac"},
        {LIT("\\u07ff\\u0800\\uffff"), "\xdf\xbf\xe0\xa0\x80\xef\xbf\xbf"},
        {LIT("\\ud83d\\ude00"), "\xf0\x9f\x98\x80"},
        {LIT("\\udbff\\udfff"), "\xf4\x8f\xbf\xbf"},
        {LIT("\\ud800\\udc00"), "\xf0\x90\x80\x80"},
        {LIT("x\\ud83d"), NULL},
        {LIT("\\ude00\\ud83d"), NULL},
        {LIT("\\ude00\\ude00"), NULL},
        {LIT("\\ud83d\\u0041"), NULL},
        {LIT("\\u00e"), NULL},
        {LIT("\\u00eg"), NULL},
        {LIT("\\U0041"), NULL},
        {LIT("\\x41"), NULL},
        {LIT("\\'"), NULL},
        {LIT("a\\"), NULL},
        {LIT("\\\0"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str text = STR_NONE;
        const bool good = model_json_unescape(rows[i].raw, &arena, &text);
        check_row(good == (rows[i].text != NULL), rows[i].raw);
        check_str(text, rows[i].text);
    }
    struct str text;
    const struct str plain = STR("borrowed");
    assert_true(model_json_unescape(plain, &arena, &text));
    assert_ptr_equal(text.ptr, plain.ptr);
}

static void finds(void **state)
{
    (void)state;
    json_t *json;
    struct str text;
    assert_int_equal(
        model_json_load(STR("{\"RoomId\":\"p\",\"roomId\":\"c\",\"Date\":1}"), 0, &arena, &json),
        ERR_OK);
    assert_true(model_json_str(model_json_get(json, "roomId"), &text));
    check_str(text, "c");
    assert_true(json_is_integer(model_json_get(json, "date")));
    assert_null(model_json_get(json, "message"));
    assert_null(model_json_get(json, ""));
    assert_null(model_json_get(json, "aNameOfMoreThanSixteenBytes"));
    assert_null(model_json_get(json_object_get(json, "roomId"), "date"));
    assert_null(model_json_get(NULL, "date"));
    assert_false(model_json_str(model_json_get(json, "date"), &text));
    assert_false(model_json_str(NULL, &text));
    json_decref(json);
}

static void ids(void **state)
{
    (void)state;
    static const struct {
        const char *json;
        const char *id; /* NULL: absent */
    } rows[] = {
        {"[1]", "1"},
        {"[0]", "0"},
        {"[-0.0]", "0"},
        {"[5.0]", "5"},
        {"[999999999999999]", "999999999999999"},
        {"[1000000000000000]", NULL},
        {"[1.5]", NULL},
        {"[-1]", NULL},
        {"[1e300]", NULL},
        {"[\"12\"]", "12"},
        {"[\"any text\"]", "any text"},
        {"[\"\"]", ""},
        {"[null]", NULL},
        {"[true]", NULL},
        {"[[1]]", NULL},
        {"[{}]", NULL},
        {"[]", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        static const size_t flags[] = {0, JSON_DECODE_INT_AS_REAL};
        for (size_t j = 0; j < ARRAY_LEN(flags); j++) {
            json_t *json;
            assert_int_equal(model_json_load(str_of(rows[i].json), flags[j], &arena, &json),
                             ERR_OK);
            check_str(model_json_id(json_array_get(json, 0), &arena), rows[i].id);
            json_decref(json);
        }
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
        cmocka_unit_test(repairs),
        cmocka_unit_test(unescapes),
        cmocka_unit_test(finds),
        cmocka_unit_test(ids),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/json", tests, NULL, reset);
}
