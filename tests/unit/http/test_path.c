#include "http/path.h"

#include "http/query.h"
#include "support/check.h"

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void match(void **state)
{
    (void)state;
    static const struct {
        const char *pattern;
        struct str path;
        bool fits;
        const char *params[3];
    } rows[] = {
        {"/rooms", LIT("/rooms"), true, {NULL}},
        {"/rooms", LIT("/room"), false, {NULL}},
        {"/rooms", LIT("/roomss"), false, {NULL}},
        {"/rooms", LIT("/Rooms"), false, {NULL}},
        {"/rooms", LIT("/rooms/"), false, {NULL}},
        {"/rooms", LIT("/rooms/0"), false, {NULL}},
        {"/rooms", LIT("rooms"), false, {NULL}},
        {"/rooms", LIT("/"), false, {NULL}},
        {"/rooms", LIT(""), false, {NULL}},
        {"/rooms", {NULL, 0}, false, {NULL}},
        {"/", LIT("/"), true, {NULL}},
        {"/", LIT("/a"), false, {NULL}},
        {"/messages/:room", LIT("/messages/1:2"), true, {"1:2"}},
        {"/messages/:room", LIT("/messages/:room"), true, {":room"}},
        {"/messages/:room", LIT("/messages/\xc3\xa4 b"), true, {"\xc3\xa4 b"}},
        {"/messages/:room", LIT("/messages/"), false, {NULL}},
        {"/messages/:room", LIT("/messages"), false, {NULL}},
        {"/messages/:room", LIT("/messages/0/1"), false, {NULL}},
        {"/messages/:room", LIT("/other/0"), false, {NULL}},
        {"/messages/:room/:id", LIT("/messages/0/17.5"), true, {"0", "17.5"}},
        {"/messages/:room/:id", LIT("/messages//17.5"), false, {NULL}},
        {"/messages/:room/:id", LIT("/messages/0/"), false, {NULL}},
        {"/:a/x/:b", LIT("/1/x/2"), true, {"1", "2"}},
        {"/:a/x/:b", LIT("/1/y/2"), false, {NULL}},
        {"/:a/:b/:c", LIT("/1/2/3"), true, {"1", "2", "3"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str params[4];
        for (size_t k = 0; k < ARRAY_LEN(params); k++) {
            params[k] = STR("untouched");
        }
        check_row(http_path_match(rows[i].pattern, rows[i].path, params, 3) == rows[i].fits,
                  rows[i].path);
        for (size_t k = 0; k < 3; k++) {
            check_str(params[k], rows[i].params[k] != NULL ? rows[i].params[k] : "untouched");
        }
        check_str(params[3], "untouched");
    }
}

static void match_with_less_room_than_names(void **state)
{
    (void)state;
    struct str params[2] = {STR("untouched"), STR("untouched")};
    assert_true(http_path_match("/:a/:b", STR("/1/2"), params, 1));
    check_str(params[0], "1");
    check_str(params[1], "untouched");
    assert_true(http_path_match("/:a/:b", STR("/1/2"), NULL, 0));
}

static void encode(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        const char *text;
    } rows[] = {
        {LIT("1:2"), "1:2"},
        {LIT("1795485263.175001"), "1795485263.175001"},
        {LIT("1795485893~0f3a9c21"), "1795485893~0f3a9c21"},
        {LIT("azAZ09-._~!$&'()*+,;=:@"), "azAZ09-._~!$&'()*+,;=:@"},
        {LIT("a/b?c#d%e"), "a%2Fb%3Fc%23d%25e"},
        {LIT(" \"<>[]\\^`{|}"), "%20%22%3C%3E%5B%5D%5C%5E%60%7B%7C%7D"},
        {LIT("\0\n\x7f"), "%00%0A%7F"},
        {LIT("\xc3\xa4\xff"), "%C3%A4%FF"},
        {LIT(""), ""},
        {{NULL, 0}, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(http_path_encode(&arena, rows[i].s), rows[i].text);
    }
}

/* Decoding gives every byte back, and what was encoded is one segment of visible ASCII. */
static void encode_every_byte(void **state)
{
    (void)state;
    for (int c = 1; c < 256; c++) {
        const char byte = (char)c;
        const struct str s = {&byte, 1};
        const struct str encoded = http_path_encode(&arena, s);
        for (size_t i = 0; i < encoded.len; i++) {
            assert_in_range(encoded.ptr[i], '!', '~');
            assert_null(memchr("/?#", encoded.ptr[i], 3));
        }
        struct str decoded;
        assert_int_equal(http_query_decode(encoded, false, &arena, &decoded), ERR_OK);
        check_eq(decoded, s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(match),
        cmocka_unit_test(match_with_less_room_than_names),
        cmocka_unit_test(encode),
        cmocka_unit_test(encode_every_byte),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
