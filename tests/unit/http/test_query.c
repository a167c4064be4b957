#include "http/query.h"

#include "support/check.h"

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void get(void **state)
{
    (void)state;
    static const struct {
        struct str s, name;
        enum err err;
        const char *value; /* NULL: absent */
    } rows[] = {
        {LIT("a=1&b=2"), LIT("a"), ERR_OK, "1"},
        {LIT("a=1&b=2"), LIT("b"), ERR_OK, "2"},
        {LIT("a=1&b=2"), LIT("c"), ERR_OK, NULL},
        {LIT("a=1&a=2"), LIT("a"), ERR_OK, "1"},
        {LIT("a=&a=2"), LIT("a"), ERR_OK, ""},
        {LIT("a"), LIT("a"), ERR_OK, ""},
        {LIT("a&b"), LIT("b"), ERR_OK, ""},
        {LIT("a=b=c"), LIT("a"), ERR_OK, "b=c"},
        {LIT("&&a=1&&"), LIT("a"), ERR_OK, "1"},
        {LIT("aa=1&ba=2&a=3"), LIT("a"), ERR_OK, "3"},
        {LIT("A=1"), LIT("a"), ERR_OK, NULL},
        {LIT("a;b=1"), LIT("a"), ERR_OK, NULL},
        {LIT("a=1;b=2"), LIT("a"), ERR_OK, "1;b=2"},
        {LIT("a=x+y%20z%2B%26%3d"), LIT("a"), ERR_OK, "x y z+&="},
        {LIT("a=%c3%A4"), LIT("a"), ERR_OK, "\xc3\xa4"},
        {LIT("%61=1"), LIT("a"), ERR_OK, "1"},
        {LIT("a+b=1"), LIT("a b"), ERR_OK, "1"},
        {LIT("%zz=0&a=1"), LIT("a"), ERR_OK, "1"},
        {LIT("%00=0&a=1"), LIT("a"), ERR_OK, "1"},
        {LIT("=1&a=2"), LIT("a"), ERR_OK, "2"},
        {LIT("=1"), LIT(""), ERR_OK, "1"},
        {LIT(""), LIT("a"), ERR_OK, NULL},
        {{NULL, 0}, LIT("a"), ERR_OK, NULL},
        {LIT("b=%&a=1"), LIT("a"), ERR_OK, "1"},
        {LIT("a=%"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=%4"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=%4&b=1"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=%4g"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=%g4"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=%%41"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=%u0041"), LIT("a"), ERR_INVALID, NULL},
        {LIT("a=x%00y"), LIT("a"), ERR_TEXT, NULL},
        {LIT("a=x\0y"), LIT("a"), ERR_TEXT, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str value = STR("untouched");
        check_row(http_query_get(rows[i].s, rows[i].name, &arena, &value) == rows[i].err,
                  rows[i].s);
        check_str(value, rows[i].err ? "untouched" : rows[i].value);
    }
}

static void value_is_a_copy(void **state)
{
    (void)state;
    char text[] = "a=xyz";
    struct str value;
    assert_int_equal(http_query_get(str_of(text), STR("a"), &arena, &value), ERR_OK);
    text[2] = '?';
    check_str(value, "xyz");
}

static void has(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        bool has;
    } rows[] = {
        {LIT("message=x"), true},
        {LIT("message="), true},
        {LIT("a=1&message=x"), true},
        {LIT("a=1&&message=x=y"), true},
        {LIT("message=%zz"), true},
        {LIT("message"), false}, /* text that happens to be the word */
        {LIT("message&a=1"), false},
        {LIT("a message=x"), false},
        {LIT("messages=x"), false},
        {LIT("a=message=x"), false},
        {LIT("%6dessage=x"), false},
        {LIT("Message=x"), false},
        {LIT(""), false},
        {{NULL, 0}, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(http_query_has(rows[i].s, STR("message")) == rows[i].has, rows[i].s);
    }
}

static void decode(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        bool form;
        enum err err;
        const char *text;
    } rows[] = {
        {LIT(""), true, ERR_OK, ""},
        {{NULL, 0}, true, ERR_OK, ""},
        {LIT("a+b"), true, ERR_OK, "a b"},
        {LIT("a+b"), false, ERR_OK, "a+b"},
        {LIT("a%2bb"), true, ERR_OK, "a+b"},
        {LIT("%2541"), true, ERR_OK, "%41"}, /* decoded once */
        {LIT("%fF%Ff"), false, ERR_OK, "\xff\xff"},
        {LIT("\xff"), false, ERR_OK, "\xff"},
        {LIT("%"), false, ERR_INVALID, NULL},
        {LIT("abc%"), false, ERR_INVALID, NULL},
        {LIT("abc%a"), false, ERR_INVALID, NULL},
        {LIT("%/0"), false, ERR_INVALID, NULL},
        {LIT("%0/"), false, ERR_INVALID, NULL},
        {LIT("%:0"), false, ERR_INVALID, NULL},
        {LIT("%@0"), false, ERR_INVALID, NULL},
        {LIT("%G0"), false, ERR_INVALID, NULL},
        {LIT("%`0"), false, ERR_INVALID, NULL},
        {LIT("% 1"), false, ERR_INVALID, NULL},
        {LIT("%00"), false, ERR_TEXT, NULL},
        {LIT("\0"), true, ERR_TEXT, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str text = STR("untouched");
        check_row(http_query_decode(rows[i].s, rows[i].form, &arena, &text) == rows[i].err,
                  rows[i].s);
        check_str(text, rows[i].err ? "untouched" : rows[i].text);
    }
}

/* What stands behind the text, another pair for one, does not complete its last escape. */
static void decode_stays_in_the_text(void **state)
{
    (void)state;
    static const char text[] = "%41";
    struct str out = STR("untouched");
    for (size_t len = 1; len < 3; len++) {
        const struct str cut = {text, len};
        assert_int_equal(http_query_decode(cut, true, &arena, &out), ERR_INVALID);
        check_str(out, "untouched");
    }
}

static void decode_every_byte(void **state)
{
    (void)state;
    static const char *const digits[] = {"0123456789abcdef", "0123456789ABCDEF"};
    for (size_t i = 2; i < 512; i++) { /* but NUL */
        const char byte = (char)(i / 2);
        const char *hex = digits[i % 2];
        const char text[] = {'%', hex[i / 2 >> 4], hex[i / 2 & 15]};
        struct str out;
        assert_int_equal(http_query_decode((struct str){text, 3}, true, &arena, &out), ERR_OK);
        check_eq(out, ((struct str){&byte, 1}));
    }
}

static void encodes_values(void **state)
{
    (void)state;
    check_str(http_query_encode(&arena, STR("a-Z._~09")), "a-Z._~09");
    check_str(http_query_encode(&arena, STR("7:b & c+d=\xc3\xa9%\t")),
              "7%3Ab%20%26%20c%2Bd%3D%C3%A9%25%09");
    check_str(http_query_encode(&arena, STR("")), "");
}

static void with_another_value(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        const char *with;
    } rows[] = {
        {LIT(""), "at=1%2B2~%3E"},
        {LIT("q=a%20b+c&at=7"), "q=a%20b+c&at=1%2B2~%3E"},
        {LIT("at=7&%61t=8&q=at"), "q=at&at=1%2B2~%3E"},
        {LIT("q&&x="), "q&x=&at=1%2B2~%3E"},
        {LIT("q=>;\r\n\"<\xc3\xa9"), "q=%3E%3B%0D%0A%22%3C%C3%A9&at=1%2B2~%3E"},
        {LIT("%zz=1"), "%zz=1&at=1%2B2~%3E"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(http_query_with(rows[i].s, STR("at"), STR("1+2~>"), &arena), rows[i].with);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(get),
        cmocka_unit_test(value_is_a_copy),
        cmocka_unit_test(has),
        cmocka_unit_test(with_another_value),
        cmocka_unit_test(decode),
        cmocka_unit_test(decode_every_byte),
        cmocka_unit_test(decode_stays_in_the_text),
        cmocka_unit_test(encodes_values),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
