#include "http/res.h"

#include "support/check.h"

static struct arena arena;
static struct http_res res;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    http_res_init(&res, &arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

#define GUARDS                                                                                     \
    "X-Content-Type-Options: nosniff\r\n"                                                          \
    "Content-Security-Policy: default-src 'none'; base-uri 'none'; form-action 'none'; "           \
    "frame-ancestors 'none'\r\n"                                                                   \
    "Cross-Origin-Resource-Policy: same-origin\r\n"                                                \
    "Referrer-Policy: no-referrer\r\n"
#define USUAL "Cache-Control: no-store\r\n" GUARDS

static void check_written(bool head, const char *wanted)
{
    struct buf out;
    buf_init(&out, &arena, 100000);
    http_res_write(&res, head, &out);
    assert_int_equal(buf_err(&out), ERR_OK);
    check_str(buf_str(&out), wanted);
}

static void begins_as_empty_json(void **state)
{
    (void)state;
    assert_int_equal(res.status, 200);
    check_str(res.content_type, "application/json");
    check_str(res.detail, NULL);
    assert_int_equal(res.nheaders, 0);
    assert_int_equal(res.body.max, HTTP_RES_BODY_MAX);
    check_written(false, "Status: 200 OK\r\nContent-Type: application/json\r\n" USUAL
                         "Content-Length: 0\r\n\r\n");
}

static void headers_and_body(void **state)
{
    (void)state;
    res.status = 201;
    http_res_header(&res, "Location", STR("/api/messages/0"));
    http_res_header(&res, "Set-Cookie", STR("a=1"));
    http_res_header(&res, "Set-Cookie", STR("b=2"));
    buf_add(&res.body, "{\"\0\"}", 5);
    struct buf out;
    buf_init(&out, &arena, 1000);
    http_res_write(&res, false, &out);
    check_eq(buf_str(&out),
             STR("Status: 201 Created\r\nContent-Type: application/json\r\n"
                 "Location: /api/messages/0\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n" USUAL
                 "Content-Length: 5\r\n\r\n{\"\0\"}"));
}

static void head_keeps_the_length(void **state)
{
    (void)state;
    buf_add_cstr(&res.body, "12345");
    check_written(true, "Status: 200 OK\r\nContent-Type: application/json\r\n" USUAL
                        "Content-Length: 5\r\n\r\n");
}

static void bodiless_statuses(void **state)
{
    (void)state;
    buf_add_cstr(&res.body, "12345");
    http_res_header(&res, "ETag", STR("\"x\""));
    assert_true(http_res_has(&res, STR("etag")));
    assert_false(http_res_has(&res, STR("etags")));
    for (int head = 0; head < 2; head++) {
        res.status = 204;
        check_written(head == 1, "Status: 204 No Content\r\nETag: \"x\"\r\n" USUAL "\r\n");
        res.status = 304;
        check_written(head == 1, "Status: 304 Not Modified\r\nETag: \"x\"\r\n" USUAL "\r\n");
    }
}

static void says_once_who_may_keep_it(void **state)
{
    (void)state;
    http_res_header(&res, "cache-control", STR("private"));
    check_written(false, "Status: 200 OK\r\nContent-Type: application/json\r\n"
                         "cache-control: private\r\n" GUARDS "Content-Length: 0\r\n\r\n");
}

static void no_type_no_body(void **state)
{
    (void)state;
    res.content_type = STR_NONE;
    buf_add_cstr(&res.body, "12345");
    check_written(false, "Status: 200 OK\r\n" USUAL "Content-Length: 0\r\n\r\n");
}

/* Whatever a value holds, it is one header. */
static void values_cannot_begin_a_header(void **state)
{
    (void)state;
    static const struct {
        struct str value;
        const char *wanted;
    } rows[] = {
        {LIT("a\r\nSet-Cookie: evil=1"), "aSet-Cookie: evil=1"},
        {LIT("a\nb\rc"), "abc"},
        {LIT("a\0b\tc\x1b\x7f"), "abc"},
        {LIT("\r\n\r\n<html>"), "<html>"},
        {LIT("\xc3\xa4"), "\xc3\xa4"},
        {LIT(""), ""},
        {{NULL, 0}, ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        http_res_header(&res, "X", rows[i].value);
        check_str(res.headers[i].name, "X");
        check_str(res.headers[i].value, rows[i].wanted);
    }
    assert_int_equal(res.nheaders, ARRAY_LEN(rows));
}

static void values_are_copies(void **state)
{
    (void)state;
    char value[] = "abc";
    http_res_header(&res, "X", str_of(value));
    value[0] = '?';
    check_str(res.headers[0].value, "abc");
}

static void fill_headers(size_t n)
{
    while (res.nheaders < n) {
        http_res_header(&res, "X", STR("y"));
    }
}

static void one_header_over(void)
{
    fill_headers(HTTP_RES_HEADERS_MAX + 1);
}

static void headers_are_bounded(void **state)
{
    (void)state;
    fill_headers(HTTP_RES_HEADERS_MAX);
    assert_int_equal(res.nheaders, HTTP_RES_HEADERS_MAX);
    res.nheaders = 0;
    check_dies(one_header_over);
}

static void status_texts(void **state)
{
    (void)state;
    static const struct {
        int status;
        const char *text;
    } rows[] = {
        {200, "OK"},
        {201, "Created"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
        {507, "Insufficient Storage"},
        {299, "Unknown"},
        {0, "Unknown"},
        {-1, "Unknown"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(http_res_status_text(rows[i].status), rows[i].text);
    }
}

#define fresh(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        fresh(begins_as_empty_json),         fresh(headers_and_body),
        fresh(head_keeps_the_length),        fresh(bodiless_statuses),
        fresh(says_once_who_may_keep_it),    fresh(no_type_no_body),
        fresh(values_cannot_begin_a_header), fresh(values_are_copies),
        fresh(headers_are_bounded),          fresh(status_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
