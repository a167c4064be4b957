#include "base/str.h"

#include "support/check.h"

#define ABSENT                                                                                     \
    {                                                                                              \
        NULL, 0                                                                                    \
    }

static void absent_and_empty(void **state)
{
    (void)state;
    assert_false(str_is_set(STR_NONE));
    assert_false(str_is_set(str_of(NULL)));
    assert_true(str_is_set(STR("")));
    assert_true(str_is_set(str_of("")));
    assert_int_equal(str_of("abc").len, 3);
    assert_int_equal(STR("a\0b").len, 3);
}

static void equal(void **state)
{
    (void)state;
    static const struct {
        struct str a, b;
        bool same, same_nocase;
    } rows[] = {
        {LIT("abc"), LIT("abc"), true, true},
        {LIT("abc"), LIT("abd"), false, false},
        {LIT("abc"), LIT("ab"), false, false},
        {LIT("AbZ"), LIT("aBz"), false, true},
        {LIT("a@z"), LIT("a`z"), false, false}, /* the neighbours of the letters */
        {LIT("[z"), LIT("{z"), false, false},
        {LIT("\xc3\x84"), LIT("\xc3\xa4"), false, false},
        {LIT("a\0b"), LIT("a\0c"), false, false},
        {LIT(""), LIT(""), true, true},
        {LIT(""), ABSENT, true, true},
        {ABSENT, ABSENT, true, true},
        {LIT("a"), ABSENT, false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(str_eq(rows[i].a, rows[i].b) == rows[i].same, rows[i].a);
        check_row(str_eq(rows[i].b, rows[i].a) == rows[i].same, rows[i].a);
        check_row(str_eq_nocase(rows[i].a, rows[i].b) == rows[i].same_nocase, rows[i].a);
        check_row(str_eq_nocase(rows[i].b, rows[i].a) == rows[i].same_nocase, rows[i].a);
    }
}

static void starts_and_ends(void **state)
{
    (void)state;
    static const struct {
        struct str s, part;
        bool starts, ends;
    } rows[] = {
        {LIT("abcab"), LIT("ab"), true, true}, {LIT("abc"), LIT("abc"), true, true},
        {LIT("abc"), LIT("bc"), false, true},  {LIT("abc"), LIT("abcd"), false, false},
        {LIT("abc"), LIT(""), true, true},     {LIT("abc"), ABSENT, true, true},
        {LIT(""), LIT(""), true, true},        {ABSENT, LIT(""), true, true},
        {ABSENT, LIT("a"), false, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(str_starts(rows[i].s, rows[i].part) == rows[i].starts, rows[i].s);
        check_row(str_ends(rows[i].s, rows[i].part) == rows[i].ends, rows[i].s);
    }
}

static int sign(int n)
{
    return (n > 0) - (n < 0);
}

static void ordered(void **state)
{
    (void)state;
    static const struct str ascending[] = {
        LIT(""),  LIT("\0"), LIT("0"), LIT("00"),   LIT("1"),
        LIT("a"), LIT("ab"), LIT("b"), LIT("\x80"),
    };
    for (size_t i = 0; i < ARRAY_LEN(ascending); i++) {
        for (size_t k = 0; k < ARRAY_LEN(ascending); k++) {
            check_row(sign(str_cmp(ascending[i], ascending[k])) == (i > k) - (i < k), ascending[i]);
        }
    }
    assert_int_equal(str_cmp(STR_NONE, STR("")), 0);
    assert_true(str_cmp(STR_NONE, STR("a")) < 0);
}

static void skipped(void **state)
{
    (void)state;
    check_str(str_skip(STR("abc"), 0), "abc");
    check_str(str_skip(STR("abc"), 2), "c");
    check_str(str_skip(STR("abc"), 3), "");
    check_str(str_skip(STR("abc"), SIZE_MAX), "");
    check_str(str_skip(STR_NONE, 0), NULL);
    check_str(str_skip(STR_NONE, 5), NULL);
}

static void trimmed(void **state)
{
    (void)state;
    static const struct {
        struct str s, wanted;
    } rows[] = {
        {LIT("a"), LIT("a")},         {LIT(" \t a b\t "), LIT("a b")},
        {LIT("\na\r"), LIT("\na\r")}, {LIT(" \t "), LIT("")},
        {LIT(""), LIT("")},           {ABSENT, ABSENT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_eq(str_trim(rows[i].s), rows[i].wanted);
    }
}

static void split(void **state)
{
    (void)state;
    static const struct {
        const char *list;
        const char *pieces[5];
    } rows[] = {
        {"a,b,c", {"a", "b", "c"}}, {"a", {"a"}},      {"", {""}},        {",", {"", ""}},
        {"a,,b", {"a", "", "b"}},   {",a", {"", "a"}}, {"a,", {"a", ""}}, {NULL, {NULL}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rest = str_of(rows[i].list), piece = STR("untouched");
        size_t n = 0;
        while (str_split(&rest, ',', &piece)) {
            check_str(piece, rows[i].pieces[n++]);
        }
        assert_null(rows[i].pieces[n]);
        assert_false(str_is_set(rest));
        check_str(piece, n == 0 ? "untouched" : rows[i].pieces[n - 1]);
    }
}

static void has_byte(void **state)
{
    (void)state;
    assert_true(str_has(STR("abc"), 'c'));
    assert_false(str_has(STR("abc"), 'd'));
    assert_false(str_has(STR("abc"), '\0'));
    assert_true(str_has(STR("a\0c"), '\0'));
    assert_true(str_has(STR("\xff"), (char)0xff));
    assert_false(str_has(STR(""), 'a'));
    assert_false(str_has(STR_NONE, 'a'));
}

static void numbers(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        bool good;
        uint64_t n;
    } rows[] = {
        {LIT("0"), true, 0},
        {LIT("7"), true, 7},
        {LIT("10"), true, 10},
        {LIT("18446744073709551615"), true, UINT64_MAX},
        {LIT("18446744073709551616"), false, 0},
        {LIT("18446744073709551620"), false, 0},
        {LIT("99999999999999999999"), false, 0},
        {LIT("184467440737095516150"), false, 0},
        {LIT("00"), false, 0},
        {LIT("007"), false, 0},
        {LIT(""), false, 0},
        {ABSENT, false, 0},
        {LIT("-1"), false, 0},
        {LIT("+1"), false, 0},
        {LIT(" 1"), false, 0},
        {LIT("1 "), false, 0},
        {LIT("1.0"), false, 0},
        {LIT("1e3"), false, 0},
        {LIT("0x1"), false, 0},
        {LIT("1\0"), false, 0},
        {LIT("1/"), false, 0},
        {LIT("1:"), false, 0},
        {LIT("\xd9\xa1"), false, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        uint64_t n = 4711;
        check_row(str_u64(rows[i].s, &n) == rows[i].good, rows[i].s);
        check_row(n == (rows[i].good ? rows[i].n : 4711), rows[i].s);
    }
}

static void numbers_with_a_limit(void **state)
{
    (void)state;
    uint64_t n = 4711;
    assert_false(str_u64_max(STR("10"), 9, &n));
    assert_false(str_u64_max(STR("1"), 0, &n));
    assert_false(str_u64_max(STR("18446744073709551615"), UINT64_MAX - 1, &n));
    assert_int_equal(n, 4711);
    assert_true(str_u64_max(STR("9"), 9, &n));
    assert_int_equal(n, 9);
    assert_true(str_u64_max(STR("0"), 0, &n));
    assert_int_equal(n, 0);
}

static void made_of(void **state)
{
    (void)state;
    assert_true(str_is_made_of(STR("azAZ09"), STR("")));
    assert_true(str_is_made_of(STR("a-b_c"), STR("_-")));
    assert_true(str_is_made_of(STR(""), STR("_-")));
    static const char *const others[] = {"a-b", "a b", "/", ":",        "@",
                                         "[",   "`",   "{", "\xc3\xa9", "_"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        assert_false(str_is_made_of(str_of(others[i]), STR("")));
    }
    assert_false(str_is_made_of((struct str){"a\0", 2}, STR("_-")));
    assert_true(str_is_made_of((struct str){"a\0", 2}, (struct str){"\0", 1}));
}

static void digits(void **state)
{
    (void)state;
    assert_true(str_is_digits(STR("0123456789")));
    assert_true(str_is_digits(STR("000000000000000000000000")));
    assert_false(str_is_digits(STR("")));
    assert_false(str_is_digits(STR_NONE));
    assert_false(str_is_digits(STR("12a")));
    assert_false(str_is_digits(STR("1/")));
    assert_false(str_is_digits(STR("1:")));
}

/* RFC 3629 section 3, as it is written. */
static size_t encode(uint32_t c, unsigned char out[4])
{
    if (c < 0x80) {
        out[0] = (unsigned char)c;
        return 1;
    }
    const size_t len = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    static const unsigned char lead[] = {0, 0, 0xc0, 0xe0, 0xf0};
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (unsigned char)(0x80 | (c & 0x3f));
        c >>= 6;
    }
    out[0] = (unsigned char)(lead[len] | c);
    return len;
}

static void every_character(void **state)
{
    (void)state;
    for (uint32_t c = 0; c < 0x200000; c++) {
        unsigned char bytes[4];
        const struct str s = {(const char *)bytes, encode(c, bytes)};
        const bool good = c < 0xd800 || (c > 0xdfff && c <= 0x10ffff);
        uint32_t code = 0xabcdef;
        if (str_utf8_next(s, &code) != (good ? s.len : 0) || code != (good ? c : 0xabcdef) ||
            str_is_utf8(s) != good || str_utf8_len(s) != (good ? s.len : 0)) {
            fail_msg("U+%04X", c);
        }
    }
}

static void malformed(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT("\x80"), /* nothing that it continues */
        LIT("\xbf"),
        LIT("a\x80"),
        LIT("\xc0\x80"), /* overlong */
        LIT("\xc1\xbf"),
        LIT("\xe0\x80\x80"),
        LIT("\xe0\x9f\xbf"),
        LIT("\xf0\x80\x80\x80"),
        LIT("\xf0\x8f\xbf\xbf"),
        LIT("\xed\xa0\x80"), /* surrogates */
        LIT("\xed\xbf\xbf"),
        LIT("\xf4\x90\x80\x80"), /* above U+10FFFF */
        LIT("\xf5\x80\x80\x80"),
        LIT("\xf8\x88\x80\x80\x80"),
        LIT("\xfe"),
        LIT("\xff"),
        LIT("\xc3"), /* cut off */
        LIT("\xe2\x82"),
        LIT("\xf0\x9f\x98"),
        LIT("\xc3"
            "a"), /* broken off */
        LIT("\xe2\x82"
            "a"),
        LIT("\xe2"
            "a\x82"),
        LIT("\xf0\x9f\x98"
            "a"),
        LIT("\xc3\xc3\xa4"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(!str_is_utf8(rows[i]), rows[i]);
    }
}

static void well_formed(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT(""),
        ABSENT,
        LIT("plain"),
        LIT("a\0b"),
        LIT("\x7f"),
        LIT("\xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80"),
        LIT("\xef\xbb\xbf"),
        LIT("\xef\xbf\xbf"),
        LIT("\xf4\x8f\xbf\xbf"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(str_is_utf8(rows[i]), rows[i]);
    }
    assert_int_equal(str_utf8_len(STR_NONE), 0);
    assert_int_equal(str_utf8_len(STR("")), 0);
    assert_int_equal(str_utf8_len(STR("\xc3\xa4\xff")), 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(made_of),
        cmocka_unit_test(absent_and_empty),
        cmocka_unit_test(equal),
        cmocka_unit_test(starts_and_ends),
        cmocka_unit_test(ordered),
        cmocka_unit_test(skipped),
        cmocka_unit_test(trimmed),
        cmocka_unit_test(split),
        cmocka_unit_test(has_byte),
        cmocka_unit_test(numbers),
        cmocka_unit_test(numbers_with_a_limit),
        cmocka_unit_test(digits),
        cmocka_unit_test(every_character),
        cmocka_unit_test(malformed),
        cmocka_unit_test(well_formed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
