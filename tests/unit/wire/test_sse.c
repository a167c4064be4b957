#include "wire/sse.h"

#include "support/check.h"

static struct arena arena;

static struct buf fresh(size_t max)
{
    struct buf out;
    buf_init(&out, &arena, max);
    return out;
}

static void events(void **state)
{
    (void)state;
    static const struct {
        struct str type, id, data;
        const char *bytes;
    } rows[] = {
        {LIT("message"), LIT("1795480000000.4712"), LIT("{\"id\":\"1\"}"),
         "event: message\nid: 1795480000000.4712\ndata: {\"id\":\"1\"}\n\n"},
        {LIT("user.connected"), {NULL, 0}, LIT("{}"), "event: user.connected\ndata: {}\n\n"},
        /* An id that is empty takes the cursor away; it is not the same as none. */
        {LIT("reset"), LIT(""), LIT("{}"), "event: reset\nid: \ndata: {}\n\n"},
        {LIT("x"), {NULL, 0}, LIT("a: b \\n"), "event: x\ndata: a: b \\n\n\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = fresh(1000);
        wire_sse_event(&out, rows[i].type, rows[i].id, rows[i].data);
        check_str(buf_str(&out), rows[i].bytes);
    }
}

/* The beginning of a stream: the retry field is part of the first block. */
static void stream(void **state)
{
    (void)state;
    struct buf out = fresh(1000);
    wire_sse_retry(&out, 2000);
    wire_sse_event(&out, STR("ready"), STR("1.2"), STR("{}"));
    wire_sse_heartbeat(&out);
    wire_sse_retry(&out, UINT32_MAX);
    wire_sse_retry(&out, 0);
    check_str(buf_str(&out), "retry: 2000\nevent: ready\nid: 1.2\ndata: {}\n\n"
                             ":\nretry: 4294967295\nretry: 0\n");
}

static void over_the_maximum(void **state)
{
    (void)state;
    const size_t len = strlen("event: x\ndata: {}\n\n");
    struct buf out = fresh(len);
    wire_sse_event(&out, STR("x"), STR_NONE, STR("{}"));
    assert_int_equal(buf_err(&out), ERR_OK);
    out = fresh(len - 1);
    wire_sse_event(&out, STR("x"), STR_NONE, STR("{}"));
    assert_int_equal(buf_err(&out), ERR_TOO_LARGE);
}

static void write_one(struct str type, struct str id, struct str data)
{
    struct buf out = fresh(1000);
    wire_sse_event(&out, type, id, data);
}

static void lf_in_type(void)
{
    write_one(STR("x\nid: 1"), STR("1"), STR("{}"));
}

static void cr_in_type(void)
{
    write_one(STR("x\r"), STR("1"), STR("{}"));
}

static void lf_in_id(void)
{
    write_one(STR("x"), STR("1\n"), STR("{}"));
}

static void cr_in_id(void)
{
    write_one(STR("x"), STR("\r1"), STR("{}"));
}

static void lf_in_data(void)
{
    write_one(STR("x"), STR("1"), STR("{}\n\nevent: y"));
}

static void cr_in_data(void)
{
    write_one(STR("x"), STR("1"), STR("{}\rdata: y"));
}

static void forged_fields(void **state)
{
    (void)state;
    check_dies(lf_in_type);
    check_dies(cr_in_type);
    check_dies(lf_in_id);
    check_dies(cr_in_id);
    check_dies(lf_in_data);
    check_dies(cr_in_data);
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
        cmocka_unit_test(events),
        cmocka_unit_test(stream),
        cmocka_unit_test(over_the_maximum),
        cmocka_unit_test(forged_fields),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("wire/sse", tests, NULL, reset);
}
