#include "load/sse.h"

#include "support/check.h"

/* Feeds text in pieces of so many bytes; what came out as one line an event: type|id|data. */
static void run(struct load_sse *p, struct str text, size_t piece, struct buf *out)
{
    while (text.len > 0) {
        const size_t n = piece < text.len ? piece : text.len;
        struct str in = {text.ptr, n};
        text = str_skip(text, n);
        while (in.len > 0) {
            bool event;
            assert_int_equal(load_sse_feed(p, &in, &event), ERR_OK);
            if (event) {
                buf_printf(out, "%.*s|%.*s|%.*s\n", STR_FMT(buf_str(&p->type)),
                           STR_FMT(p->has_id ? buf_str(&p->id) : STR("-")),
                           STR_FMT(buf_str(&p->data)));
            }
        }
    }
}

static void events(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        const char *out;
    } rows[] = {
        {LIT("data: a\n\n"), "|-|a\n"},
        {LIT("event: x\nid: 1.2\ndata: a\n\ndata: b\n\n"), "x|1.2|a\n|-|b\n"},
        {LIT("event: x\r\nid: 1\r\ndata: a\r\n\r\n"), "x|1|a\n"},
        {LIT("event: x\rid: 1\rdata: a\r\r"), "x|1|a\n"},
        {LIT("data: a\r\ndata: b\rdata: c\n\n"), "|-|a\nb\nc\n"},
        {LIT("\xef\xbb\xbf"
             "data: a\n\n"),
         "|-|a\n"},
        {LIT("\n\xef\xbb\xbf"
             "data: a\n\n"),
         ""},
        {LIT(":\n: hello\ndata:a\n\n"), "|-|a\n"},
        {LIT("data:  a\n\n"), "|-| a\n"},
        {LIT("data\n\n"), "|-|\n"},
        {LIT("data\ndata\n\n"), "|-|\n\n"},
        {LIT("event: x\n\ndata: a\n\n"), "|-|a\n"},
        {LIT("id: 7\n\ndata: a\n\n"), "|-|a\n"},
        {LIT("id\ndata: a\n\n"), "||a\n"},
        {LIT("id: a\0b\ndata: a\n\n"), "|-|a\n"},
        {LIT("data: a\n"), ""},
        {LIT("Data: a\n data: b\n\n"), ""},
        {LIT("retry: 5\ndata: a: b\n\n"), "|-|a: b\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t piece = 1; piece <= rows[i].in.len; piece++) {
            struct load_sse p;
            struct buf out;
            load_sse_init(&p);
            buf_init(&out, NULL, 1000);
            run(&p, rows[i].in, piece, &out);
            check_row(str_eq(buf_str(&out), str_of(rows[i].out)), rows[i].in);
            buf_finish(&out);
            load_sse_finish(&p);
        }
    }
}

static void counted(void **state)
{
    (void)state;
    struct load_sse p;
    struct buf out;
    load_sse_init(&p);
    buf_init(&out, NULL, 1000);
    run(&p, STR("retry: 1500\n:a\n:b\nfoo: 1\nretry: 2s\nretry:\nretry: 99999999999\nid: \0x\n\n"),
        3, &out);
    assert_int_equal(p.retry_ms, 1500);
    assert_int_equal(p.comments, 2);
    assert_int_equal(p.odd, 5);
    buf_finish(&out);
    load_sse_finish(&p);
}

/* An id without data counts for the next connection, half an event does not. */
static void restart(void **state)
{
    (void)state;
    struct load_sse p;
    struct buf out;
    load_sse_init(&p);
    buf_init(&out, NULL, 1000);
    run(&p, STR("id: 1\ndata: a\n\nid: 2\n\nid: 3\ndata: b\n"), 100, &out);
    load_sse_restart(&p);
    check_str(buf_str(&p.id), "2");
    run(&p, STR("\ndata: c\n\n"), 100, &out);
    check_str(buf_str(&p.id), "2");
    check_str(buf_str(&out), "|1|a\n|-|c\n");
    buf_finish(&out);
    load_sse_finish(&p);
}

static void too_large(void **state)
{
    (void)state;
    struct load_sse p;
    static char much[LOAD_SSE_LINE_MAX];
    struct str in = {much, sizeof(much)};
    bool event;
    memset(much, 'a', sizeof(much));
    load_sse_init(&p);
    assert_int_equal(load_sse_feed(&p, &in, &event), ERR_OK);
    in = STR("a");
    assert_int_equal(load_sse_feed(&p, &in, &event), ERR_TOO_LARGE);
    load_sse_finish(&p);
    load_sse_init(&p);
    in = STR("data: 1\nid: ");
    assert_int_equal(load_sse_feed(&p, &in, &event), ERR_OK);
    in = (struct str){much, LOAD_SSE_ID_MAX + 1};
    assert_int_equal(load_sse_feed(&p, &in, &event), ERR_OK);
    in = STR("\n");
    assert_int_equal(load_sse_feed(&p, &in, &event), ERR_TOO_LARGE);
    load_sse_finish(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events),
        cmocka_unit_test(counted),
        cmocka_unit_test(restart),
        cmocka_unit_test(too_large),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
