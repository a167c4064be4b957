#include "load/http.h"

#include "support/check.h"

/* Feeds text in pieces; the bodies that came, one after the other, up to an error or DONE. */
static enum err run(struct load_http *h, struct str text, size_t piece, struct buf *out)
{
    while (text.len > 0) {
        const size_t n = piece < text.len ? piece : text.len;
        struct str in = {text.ptr, n};
        text = str_skip(text, n);
        while (in.len > 0) {
            struct str body;
            const enum err err = load_http_feed(h, &in, &body);
            if (err) {
                return err;
            }
            buf_add_str(out, body);
            if (h->state == LOAD_HTTP_DONE) {
                buf_add_byte(out, '.');
                load_http_restart(h);
            }
        }
    }
    return ERR_OK;
}

#define CHUNKED "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
#define LENGTH3 "HTTP/1.1 201 Created\r\nContent-Length: 3\r\n\r\n"

static void bodies(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        const char *out;
    } rows[] = {
        {LIT(CHUNKED "3\r\nabc\r\n0\r\n\r\n"), "abc."},
        {LIT(CHUNKED "3;x=\"y\"\r\nabc\r\n2\r\nde\r\n0\r\nX: y\r\n\r\n"), "abcde."},
        {LIT(CHUNKED "0a\r\n0123456789\r\n"), "0123456789"},
        {LIT(CHUNKED "1A\r\n01234567890123456789abcdef\r\n"), "01234567890123456789abcdef"},
        {LIT(LENGTH3 "abc" LENGTH3 "def"), "abc.def."},
        {LIT("HTTP/1.1 204 No\r\n\r\n" LENGTH3 "abc"), ".abc."},
        {LIT("HTTP/1.0 200 OK\r\nA: b\r\n\r\nabc\r\n0\r\n"), "abc\r\n0\r\n"},
        {LIT("HTTP/1.1 200\r\nContent-Length:0\r\n\r\n"), "."},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t piece = 1; piece <= rows[i].in.len; piece++) {
            struct load_http h;
            struct buf out;
            load_http_init(&h);
            buf_init(&out, NULL, 1000);
            assert_int_equal(run(&h, rows[i].in, piece, &out), ERR_OK);
            check_row(str_eq(buf_str(&out), str_of(rows[i].out)), rows[i].in);
            buf_finish(&out);
            load_http_finish(&h);
        }
    }
}

static void heads(void **state)
{
    (void)state;
    struct load_http h;
    struct buf out;
    load_http_init(&h);
    buf_init(&out, NULL, 1000);
    const struct str in =
        STR("HTTP/1.1 503 Later\r\ncontent-type: Text/Event-Stream; charset=utf-8\r\n"
            "RETRY-AFTER:  7 \r\nConnection: Close\r\n\r\n");
    assert_int_equal(run(&h, in, 5, &out), ERR_OK);
    assert_int_equal(h.status, 503);
    assert_true(h.is_stream);
    assert_true(h.closes);
    assert_int_equal(h.retry_after_s, 7);
    assert_true(load_http_is_whole(&h));
    buf_finish(&out);
    load_http_finish(&h);
}

static void hostile(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        enum err err;
    } rows[] = {
        {LIT("HTTP/2 200 OK\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 20 OK\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 2000\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 100 Go\r\n"), ERR_PROTOCOL},
        {LIT("\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\r\nno colon\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\r\n: x\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\r\nContent-Length: -1\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\r\nRetry-After: soon\r\n"), ERR_PROTOCOL},
        {LIT("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 1\r\n\r\n"),
         ERR_PROTOCOL},
        {LIT(CHUNKED "\r\n"), ERR_PROTOCOL},
        {LIT(CHUNKED "-1\r\n"), ERR_PROTOCOL},
        {LIT(CHUNKED "fffffffff\r\n"), ERR_PROTOCOL},
        {LIT(CHUNKED "1 \r\n"), ERR_PROTOCOL},
        {LIT(CHUNKED "1\r\nab\r\n"), ERR_PROTOCOL},
        {LIT(CHUNKED "1\r\na\n"), ERR_PROTOCOL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t piece = 1; piece <= rows[i].in.len; piece += 7) {
            struct load_http h;
            struct buf out;
            load_http_init(&h);
            buf_init(&out, NULL, 1000);
            check_row(run(&h, rows[i].in, piece, &out) == rows[i].err, rows[i].in);
            buf_finish(&out);
            load_http_finish(&h);
        }
    }
}

/* A head without end, as one line and as many. */
static void endless(void **state)
{
    (void)state;
    static const char *const lines[] = {"aaaaaaaaaaaaaaaa", "A: bbbbbbbbbbbb\r\n"};
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        struct load_http h;
        struct buf out;
        enum err err = ERR_OK;
        load_http_init(&h);
        buf_init(&out, NULL, 1000);
        assert_int_equal(run(&h, STR("HTTP/1.1 200 OK\r\n"), 17, &out), ERR_OK);
        for (size_t n = 0; n < LOAD_HTTP_HEAD_MAX && !err; n += 16) {
            err = run(&h, str_of(lines[i]), 100, &out);
        }
        assert_int_equal(i == 0 ? run(&h, STR("a"), 1, &out) : err, ERR_TOO_LARGE);
        assert_false(load_http_is_whole(&h));
        buf_finish(&out);
        load_http_finish(&h);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bodies),
        cmocka_unit_test(heads),
        cmocka_unit_test(hostile),
        cmocka_unit_test(endless),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
