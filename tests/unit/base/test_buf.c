#include "base/buf.h"

#include <stdio.h>
#include "support/check.h"

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void empty(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, NULL, 10);
    check_str(buf_str(&b), "");
    assert_int_equal(buf_err(&b), ERR_OK);
    buf_add(&b, NULL, 0);
    buf_add_str(&b, STR_NONE);
    buf_add_cstr(&b, "");
    buf_consume(&b, 3);
    check_str(buf_str(&b), "");
    assert_null(b.ptr);
    buf_finish(&b);
}

static void grows(void **state)
{
    (void)state;
    struct arena *const homes[] = {NULL, &arena};
    for (size_t h = 0; h < ARRAY_LEN(homes); h++) {
        struct buf b;
        buf_init(&b, homes[h], 200000);
        for (size_t i = 0; i < 200000; i++) {
            buf_add_byte(&b, (char)('a' + i % 26));
        }
        assert_int_equal(buf_err(&b), ERR_OK);
        const struct str s = buf_str(&b);
        assert_int_equal(s.len, 200000);
        for (size_t i = 0; i < s.len; i++) {
            assert_int_equal(s.ptr[i], 'a' + i % 26);
        }
        assert_in_range(b.cap, 200000, b.max);
        buf_finish(&b);
        check_str(buf_str(&b), "");
    }
}

/* The maximum itself fits; one more byte adds nothing, and everything later is refused. */
static void stops_at_its_maximum(void **state)
{
    (void)state;
    static const size_t maxima[] = {1, 3, 63, 64, 65, 127, 128, 129, 1000};
    char bytes[1000];
    memset(bytes, 'x', sizeof(bytes));
    for (size_t i = 0; i < ARRAY_LEN(maxima); i++) {
        struct buf b;
        buf_init(&b, NULL, maxima[i]);
        buf_add(&b, bytes, maxima[i] - 1);
        buf_add_byte(&b, 'y');
        assert_int_equal(buf_err(&b), ERR_OK);
        buf_add_byte(&b, 'z');
        assert_int_equal(buf_err(&b), ERR_TOO_LARGE);
        assert_int_equal(buf_str(&b).len, maxima[i]);
        assert_int_equal(b.ptr[b.len - 1], 'y');
        buf_consume(&b, maxima[i]);
        buf_add_byte(&b, 'z');
        assert_int_equal(buf_err(&b), ERR_TOO_LARGE);
        check_str(buf_str(&b), "");
        buf_clear(&b);
        buf_add_byte(&b, 'z');
        assert_int_equal(buf_err(&b), ERR_OK);
        check_str(buf_str(&b), "z");
        buf_finish(&b);
    }
}

static void refuses_whole_additions(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, NULL, 5);
    buf_add_cstr(&b, "abc");
    buf_add_cstr(&b, "def");
    check_str(buf_str(&b), "abc");
    assert_int_equal(buf_err(&b), ERR_TOO_LARGE);
    buf_finish(&b);
    buf_init(&b, NULL, 0);
    buf_add_cstr(&b, "");
    assert_int_equal(buf_err(&b), ERR_OK);
    buf_add_byte(&b, 'a');
    assert_int_equal(buf_err(&b), ERR_TOO_LARGE);
    buf_finish(&b);
}

static void decimal(void **state)
{
    (void)state;
    static const struct {
        uint64_t n;
        const char *text;
    } rows[] = {
        {0, "0"},
        {9, "9"},
        {10, "10"},
        {1795485263, "1795485263"},
        {UINT64_MAX, "18446744073709551615"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b;
        buf_init(&b, NULL, 20);
        buf_add_u64(&b, rows[i].n);
        check_str(buf_str(&b), rows[i].text);
        buf_finish(&b);
    }
}

/* printf at every length around the steps of growth and the maximum. */
static void prints(void **state)
{
    (void)state;
    struct arena *const homes[] = {NULL, &arena};
    for (size_t i = 0; i < ARRAY_LEN(homes) * 300; i++) {
        const int width = (int)(i / ARRAY_LEN(homes)) + 1;
        struct buf b;
        buf_init(&b, homes[i % ARRAY_LEN(homes)], 256);
        buf_add_cstr(&b, ">");
        buf_printf(&b, "%*d", width, 7);
        const bool fits = width <= 255;
        assert_int_equal(buf_err(&b), fits ? ERR_OK : ERR_TOO_LARGE);
        assert_int_equal(buf_str(&b).len, fits ? (size_t)width + 1 : 1);
        assert_int_equal(b.ptr[0], '>');
        assert_int_equal(b.ptr[b.len - 1], fits ? '7' : '>');
        buf_printf(&b, "%s", "");
        assert_int_equal(buf_err(&b), fits ? ERR_OK : ERR_TOO_LARGE);
        buf_finish(&b);
    }
    struct buf b;
    buf_init(&b, NULL, 0);
    buf_printf(&b, "%s", "");
    assert_int_equal(buf_err(&b), ERR_OK);
    buf_printf(&b, "%c", 'a');
    assert_int_equal(buf_err(&b), ERR_TOO_LARGE);
    buf_finish(&b);
}

static void json(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        const char *json;
    } rows[] = {
        {LIT(""), "\"\""},
        {{NULL, 0}, "\"\""},
        {LIT("Hello, world! ~ /"), "\"Hello, world! ~ /\""},
        {LIT("\"\\"), "\"\\\"\\\\\""},
        {LIT("\b\f\n\r\t"), "\"\\b\\f\\n\\r\\t\""},
        {LIT("a\0b"), "\"a\\u0000b\""},
        {LIT("\x01\x1f\x7f"), "\"\\u0001\\u001f\\u007f\""},
        {LIT("\xc3\xa4"), "\"\\u00e4\""},
        {LIT("\xe2\x80\xa8\xe2\x80\xa9"), "\"\\u2028\\u2029\""},
        {LIT("\xef\xbf\xbf"), "\"\\uffff\""},
        {LIT("\xf0\x90\x80\x80"), "\"\\ud800\\udc00\""},
        {LIT("\xf0\x9f\x98\x80!"), "\"\\ud83d\\ude00!\""},
        {LIT("\xf4\x8f\xbf\xbf"), "\"\\udbff\\udfff\""},
        {LIT("a\xff\xc3z"), "\"a\\ufffd\\ufffdz\""},
        {LIT("\xed\xa0\x80"), "\"\\ufffd\\ufffd\\ufffd\""},
        {LIT("\xe2\x82"), "\"\\ufffd\\ufffd\""},
        {LIT("<script>&'"), "\"<script>&'\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b;
        buf_init(&b, NULL, 1000);
        buf_add_json(&b, rows[i].s);
        check_str(buf_str(&b), rows[i].json);
        buf_finish(&b);
    }
}

static void json_of_every_ascii_byte(void **state)
{
    (void)state;
    for (int c = 0; c < 0x80; c++) {
        const char byte = (char)c;
        char wanted[16];
        const char *letter = c == 0 ? NULL : strchr("\"\\\b\f\n\r\t", c);
        if (letter != NULL) {
            const char *letters = "\"\\bfnrt";
            (void)snprintf(wanted, sizeof(wanted), "\"\\%c\"",
                           letters[letter - strchr("\"\\\b\f\n\r\t", '"')]);
        } else if (c >= 0x20 && c < 0x7f) {
            (void)snprintf(wanted, sizeof(wanted), "\"%c\"", c);
        } else {
            (void)snprintf(wanted, sizeof(wanted), "\"\\u%04x\"", (unsigned)c);
        }
        struct buf b;
        buf_init(&b, NULL, 16);
        buf_add_json(&b, (struct str){&byte, 1});
        check_str(buf_str(&b), wanted);
        buf_finish(&b);
    }
}

/* Whatever the maximum is: the whole string, or nothing and a mark. */
static void json_whole_or_not_at_all(void **state)
{
    (void)state;
    static const char whole[] = "ab\"x\\u00e4\\n\\ud83d\\ude00y\"";
    const size_t need = sizeof(whole) - 1;
    for (size_t max = 2; max < need + 3; max++) {
        struct buf b;
        buf_init(&b, NULL, max);
        buf_add_cstr(&b, "ab");
        buf_add_json(&b, STR("x\xc3\xa4\n\xf0\x9f\x98\x80y"));
        check_str(buf_str(&b), max < need ? "ab" : whole);
        assert_int_equal(buf_err(&b), max < need ? ERR_TOO_LARGE : ERR_OK);
        buf_finish(&b);
    }
}

static void consumes(void **state)
{
    (void)state;
    static const struct {
        size_t n;
        const char *left;
    } rows[] = {{0, "abcdef"}, {1, "bcdef"}, {5, "f"}, {6, ""}, {7, ""}, {SIZE_MAX, ""}};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf b;
        buf_init(&b, NULL, 6);
        buf_add_cstr(&b, "abcdef");
        buf_consume(&b, rows[i].n);
        check_str(buf_str(&b), rows[i].left);
        buf_finish(&b);
    }
}

static void clear_keeps_the_memory(void **state)
{
    (void)state;
    struct buf b;
    buf_init(&b, NULL, 100);
    buf_add_cstr(&b, "abc");
    const char *ptr = b.ptr;
    buf_clear(&b);
    check_str(buf_str(&b), "");
    buf_add_cstr(&b, "xyz");
    assert_ptr_equal(b.ptr, ptr);
    buf_finish(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty),
        cmocka_unit_test_teardown(grows, teardown),
        cmocka_unit_test(stops_at_its_maximum),
        cmocka_unit_test(refuses_whole_additions),
        cmocka_unit_test(decimal),
        cmocka_unit_test_teardown(prints, teardown),
        cmocka_unit_test(json),
        cmocka_unit_test(json_of_every_ascii_byte),
        cmocka_unit_test(json_whole_or_not_at_all),
        cmocka_unit_test(consumes),
        cmocka_unit_test(clear_keeps_the_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
