#include "http/body.h"

#include "base/buf.h"
#include "support/check.h"

#define JSON STR("application/json")
#define FORM STR("application/x-www-form-urlencoded")

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

/* Reads "text", which must be there and has 8 bytes at most, and "n". */
static enum err read_fields(struct str type, struct str body, struct str values[2], struct str *why)
{
    const struct http_req req = {.content_type = type, .body = body, .arena = &arena};
    struct http_field fields[] = {
        {.name = "text", .required = true, .max = 8, .value = STR("left over")},
        {.name = "n", .required = false, .max = 20, .value = STR("left over")},
    };
    const enum err err = http_body_fields(&req, fields, ARRAY_LEN(fields), why);
    values[0] = fields[0].value;
    values[1] = fields[1].value;
    return err;
}

struct good_row {
    struct str body;
    const char *text, *n; /* NULL: absent */
};

static void check_good(struct str type, const struct good_row *row)
{
    struct str values[2], why = STR("untouched");
    check_row(read_fields(type, row->body, values, &why) == ERR_OK, row->body);
    check_str(values[0], row->text);
    check_str(values[1], row->n);
    check_str(why, "untouched");
}

struct bad_row {
    struct str body;
    enum err err;
    const char *why;
};

static void check_bad(struct str type, const struct bad_row *row)
{
    struct str values[2], why = STR_NONE;
    check_row(read_fields(type, row->body, values, &why) == row->err, row->body);
    check_str(why, row->why);
}

static void json(void **state)
{
    (void)state;
    static const struct good_row rows[] = {
        {LIT("{\"text\":\"abc\"}"), "abc", NULL},
        {LIT(" {\"n\" : 5 , \"text\" : \"abc\"}\r\n"), "abc", "5"},
        {LIT("{\"text\":\"\"}"), "", NULL},
        {LIT("{\"text\":\"12345678\"}"), "12345678", NULL},
        {LIT("{\"text\":\"\\u00e4\\n\\\"\"}"), "\xc3\xa4\n\"", NULL},
        {LIT("{\"text\":\"\\ud83d\\ude00\"}"), "\xf0\x9f\x98\x80", NULL},
        {LIT("{\"text\":\"\xf0\x9f\x98\x80\"}"), "\xf0\x9f\x98\x80", NULL},
        {LIT("{\"t\\u0065xt\":\"abc\"}"), "abc", NULL},
        {LIT("{\"text\":0}"), "0", NULL},
        {LIT("{\"text\":-7,\"n\":9223372036854775807}"), "-7", "9223372036854775807"},
        {LIT("{\"text\":true,\"n\":false}"), "1", "0"},
        {LIT("{\"text\":\"a\",\"n\":null}"), "a", NULL},
        {LIT("{\"text\":\"a\",\"x\":[1,{\"y\":2.5}],\"z\":\"\\u0000\"}"), "a", NULL},
        {LIT("{\"text\":\"[{[{\",\"x\":\"\\\"[[[[[[[[[[[[[[[[[[[[\"}"), "[{[{", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_good(JSON, &rows[i]);
    }
}

static void bad_json(void **state)
{
    (void)state;
    static const char no_object[] = "The body is not a JSON object.";
    static const char wrong_type[] = "text has a value of a wrong type.";
    static const struct bad_row rows[] = {
        {LIT(""), ERR_BODY, no_object},
        {{NULL, 0}, ERR_BODY, no_object},
        {LIT("x"), ERR_BODY, no_object},
        {LIT("null"), ERR_BODY, no_object},
        {LIT("\"text\""), ERR_BODY, no_object},
        {LIT("5"), ERR_BODY, no_object},
        {LIT("[]"), ERR_BODY, no_object},
        {LIT("[{\"text\":\"a\"}]"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\""), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\",}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\"}x"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\"}{}"), ERR_BODY, no_object},
        {LIT("{text:\"a\"}"), ERR_BODY, no_object},
        {LIT("{'text':'a'}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\n\"}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"\\x\"}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"\\ud800\"}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"\\"), ERR_BODY, no_object},
        {LIT("{\"text\":01}"), ERR_BODY, no_object},
        {LIT("{\"text\":NaN}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\",\"text\":\"b\"}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\",\"x\":1,\"x\":2}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"a\"}\0"), ERR_BODY, no_object},
        {LIT("\xef\xbb\xbf{\"text\":\"a\"}"), ERR_BODY, no_object},
        {LIT("{\"text\":\"\xff\"}"), ERR_TEXT, "The body is not UTF-8."},
        {LIT("{\"text\":\"\xed\xa0\x80\"}"), ERR_TEXT, "The body is not UTF-8."},
        {LIT("{\"x\":\"\xff\",\"text\":\"a\"}"), ERR_TEXT, "The body is not UTF-8."},
        {LIT("{\"text\":\"a\\u0000b\"}"), ERR_TEXT, "text is not UTF-8, or holds NUL."},
        {LIT("{\"text\":1.5}"), ERR_INVALID, wrong_type},
        {LIT("{\"text\":1e3}"), ERR_INVALID, wrong_type},
        {LIT("{\"text\":{}}"), ERR_INVALID, wrong_type},
        {LIT("{\"text\":[\"a\"]}"), ERR_INVALID, wrong_type},
        {LIT("{\"text\":\"a\",\"n\":[]}"), ERR_INVALID, "n has a value of a wrong type."},
        {LIT("{\"text\":9223372036854775808}"), ERR_INVALID,
         "The body has a number that is too large."},
        {LIT("{\"text\":1e999}"), ERR_INVALID, "The body has a number that is too large."},
        {LIT("{}"), ERR_INVALID, "text is missing."},
        {LIT("{\"text\":null}"), ERR_INVALID, "text is missing."},
        {LIT("{\"Text\":\"a\"}"), ERR_INVALID, "text is missing."},
        {LIT("{\"text\":\"123456789\"}"), ERR_TOO_LARGE, "text may have 8 bytes at most."},
        {LIT("{\"text\":\"1234567\xc3\xa4\"}"), ERR_TOO_LARGE, "text may have 8 bytes at most."},
        {LIT("{\"text\":123456789}"), ERR_TOO_LARGE, "text may have 8 bytes at most."},
        {LIT("{\"text\":\"a\",\"n\":\"123456789012345678901\"}"), ERR_TOO_LARGE,
         "n may have 20 bytes at most."},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_bad(JSON, &rows[i]);
    }
}

/* {"text":"a","x": and then arrays in each other, depth of everything in all. */
static struct str nested(size_t depth)
{
    struct buf b;
    buf_init(&b, &arena, 1 << 20);
    buf_add_cstr(&b, "{\"text\":\"a\",\"x\":");
    for (size_t i = 1; i < depth; i++) {
        buf_add_byte(&b, '[');
    }
    for (size_t i = 1; i < depth; i++) {
        buf_add_byte(&b, ']');
    }
    buf_add_byte(&b, '}');
    return buf_str(&b);
}

static void nesting_is_bounded(void **state)
{
    (void)state;
    static const size_t fine[] = {2, 15, 16}, deep[] = {17, 18, 2000, 100000};
    for (size_t i = 0; i < ARRAY_LEN(fine); i++) {
        check_good(JSON, &(struct good_row){nested(fine[i]), "a", NULL});
    }
    for (size_t i = 0; i < ARRAY_LEN(deep); i++) {
        check_bad(JSON,
                  &(struct bad_row){nested(deep[i]), ERR_BODY, "The body is nested too deeply."});
    }
}

/* What stands side by side does not add up. */
static void breadth_is_no_depth(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, &arena, 1 << 20);
    buf_add_cstr(&b, "{\"text\":\"a\",\"x\":[0");
    for (size_t i = 0; i < 1000; i++) {
        buf_add_cstr(&b, ",[],{}");
    }
    buf_add_cstr(&b, "]}");
    check_good(JSON, &(struct good_row){buf_str(&b), "a", NULL});
}

static void form(void **state)
{
    (void)state;
    static const struct good_row rows[] = {
        {LIT("text=abc"), "abc", NULL},
        {LIT("n=5&text=a+b%26"), "a b&", "5"},
        {LIT("text="), "", NULL},
        {LIT("text"), "", NULL},
        {LIT("text=12345678"), "12345678", NULL},
        {LIT("text=%f0%9f%98%80"), "\xf0\x9f\x98\x80", NULL},
        {LIT("text=a&text=b"), "a", NULL},
        {LIT("%74ext=a&n="), "a", ""},
        {LIT("x=%zz&text=a"), "a", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_good(FORM, &rows[i]);
    }
}

static void bad_form(void **state)
{
    (void)state;
    static const struct bad_row rows[] = {
        {LIT(""), ERR_INVALID, "text is missing."},
        {{NULL, 0}, ERR_INVALID, "text is missing."},
        {LIT("n=5"), ERR_INVALID, "text is missing."},
        {LIT("text=%"), ERR_BODY, "text has a broken percent escape."},
        {LIT("text=a&n=%4x"), ERR_BODY, "n has a broken percent escape."},
        {LIT("text=%00"), ERR_TEXT, "text is not UTF-8, or holds NUL."},
        {LIT("text=a\0"), ERR_TEXT, "text is not UTF-8, or holds NUL."},
        {LIT("text=%ff"), ERR_TEXT, "text is not UTF-8, or holds NUL."},
        {LIT("text=%ed%a0%80"), ERR_TEXT, "text is not UTF-8, or holds NUL."},
        {LIT("text=\xc3"), ERR_TEXT, "text is not UTF-8, or holds NUL."},
        {LIT("text=123456789"), ERR_TOO_LARGE, "text may have 8 bytes at most."},
        {LIT("{\"text\":\"a\"}"), ERR_INVALID, "text is missing."},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_bad(FORM, &rows[i]);
    }
}

static void other_types(void **state)
{
    (void)state;
    static const struct str types[] = {
        {NULL, 0},
        LIT(""),
        LIT("text/plain"),
        LIT("application/jsonx"),
        LIT("application/problem+json"),
        LIT("multipart/form-data"),
    };
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct str values[2], why = STR_NONE;
        check_row(read_fields(types[i], STR("{\"text\":\"a\"}"), values, &why) == ERR_MEDIA_TYPE,
                  types[i]);
        assert_true(why.len > 0);
    }
}

/* Values are the arena's: they outlive the parser and the body. */
static void values_are_copies(void **state)
{
    (void)state;
    char json_body[] = "{\"text\":\"abc\"}", form_body[] = "text=abc";
    struct str values[2], why;
    assert_int_equal(read_fields(JSON, str_of(json_body), values, &why), ERR_OK);
    memset(json_body, '?', sizeof(json_body));
    check_str(values[0], "abc");
    assert_int_equal(read_fields(FORM, str_of(form_body), values, &why), ERR_OK);
    memset(form_body, '?', sizeof(form_body));
    check_str(values[0], "abc");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json),
        cmocka_unit_test(bad_json),
        cmocka_unit_test(nesting_is_bounded),
        cmocka_unit_test(breadth_is_no_depth),
        cmocka_unit_test(form),
        cmocka_unit_test(bad_form),
        cmocka_unit_test(other_types),
        cmocka_unit_test(values_are_copies),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
