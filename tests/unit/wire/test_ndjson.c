#include "wire/ndjson.h"

#include "support/check.h"
#include "wire/fcgi.h"
#include "wire/sse.h"

static struct arena arena;

static void check_lines(struct str blocks, const char *wanted)
{
    struct buf out;
    buf_init(&out, &arena, 100000);
    wire_ndjson_add(&out, blocks);
    assert_int_equal(buf_err(&out), ERR_OK);
    check_str(buf_str(&out), wanted);
}

static void a_line_for_each_event(void **state)
{
    (void)state;
    check_lines(
        STR("event: message\nid: 1795480000000.4712\ndata: {\"a\":\"b: c\"}\n\n"),
        "{\"event\":\"message\",\"id\":\"1795480000000.4712\",\"data\":{\"a\":\"b: c\"}}\n");
    check_lines(STR("event: typing\ndata: {}\n\n"), "{\"event\":\"typing\",\"data\":{}}\n");
    check_lines(STR("retry: 2000\nevent: ready\nid: 1.1\ndata: {}\n\nevent: reset\ndata: {}\n\n"),
                "{\"event\":\"ready\",\"id\":\"1.1\",\"retry\":2000,\"data\":{}}\n"
                "{\"event\":\"reset\",\"data\":{}}\n");
    check_lines(STR(":\n"), "{\"event\":\"heartbeat\"}\n");
    check_lines(
        STR(":\nevent: x\ndata: 1\n\n:\n"),
        "{\"event\":\"heartbeat\"}\n{\"event\":\"x\",\"data\":1}\n{\"event\":\"heartbeat\"}\n");
    check_lines(STR(""), "");
}

/* Whatever the writers write is understood. */
static void what_the_writers_write(void **state)
{
    (void)state;
    struct buf blocks, data;
    buf_init(&blocks, &arena, 1000);
    buf_init(&data, &arena, 1000);
    buf_add_json(&data, STR("event: x\n\n:\r\n\"\\ \xf0\x9f\x8d\xba"));
    wire_sse_heartbeat(&blocks);
    wire_sse_retry(&blocks, 7);
    wire_sse_event(&blocks, STR("a.b"), STR("1.2"), buf_str(&data));
    wire_sse_event(&blocks, STR("c"), STR_NONE, STR("[]"));
    check_lines(buf_str(&blocks), "{\"event\":\"heartbeat\"}\n"
                                  "{\"event\":\"a.b\",\"id\":\"1.2\",\"retry\":7,\"data\":"
                                  "\"event: x\\n\\n:\\r\\n\\\"\\\\ \\ud83c\\udf7a\"}\n"
                                  "{\"event\":\"c\",\"data\":[]}\n");
}

/* Made once, however often it is asked for, and gone with its frame. */
static void a_frame_has_one_twin(void **state)
{
    (void)state;
    struct wire_frame *f = wire_frame_create(STR("event: x\nid: 5.6\ndata: {}\n\n"), 5, 6);
    assert_int_equal(wire_frame_count(), 1);
    struct wire_frame *twin = wire_ndjson_frame(f);
    assert_ptr_equal(wire_ndjson_frame(f), twin);
    assert_int_equal(wire_frame_count(), 2);
    check_str(wire_frame_content(twin), "{\"event\":\"x\",\"id\":\"5.6\",\"data\":{}}\n");
    assert_true(twin->epoch == 5 && twin->seq == 6);
    assert_int_equal(twin->len % 8, 0);
    (void)wire_frame_ref(twin);
    wire_frame_unref(f);
    assert_int_equal(wire_frame_count(), 1);
    wire_frame_unref(twin);
    assert_int_equal(wire_frame_count(), 0);
}

/* The longest event that there may be. */
static void the_longest_event_fits(void **state)
{
    (void)state;
    struct buf block;
    char *data = arena_alloc(&arena, 60000);
    memset(data, '7', 60000);
    buf_init(&block, &arena, WIRE_FCGI_CONTENT_MAX);
    wire_sse_event(&block, STR("message.deleted"), STR("18446744073709551615.18446744073709551615"),
                   (struct str){data, 60000});
    struct wire_frame *f = wire_frame_create(buf_str(&block), 1, 1);
    assert_true(wire_ndjson_frame(f)->content > 60000);
    wire_frame_unref(f);
}

static void half_a_block(void)
{
    check_lines(STR("event: x\ndata: {}\n"), "");
}

static void half_a_line(void)
{
    check_lines(STR("event: x\ndata: {}\n\nevent"), "");
}

static void a_strange_field(void)
{
    check_lines(STR("evil: x\n\n"), "");
}

static void nonsense_of_ours_ends_the_process(void **state)
{
    (void)state;
    check_dies(half_a_block);
    check_dies(half_a_line);
    check_dies(a_strange_field);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_for_each_event),
        cmocka_unit_test(what_the_writers_write),
        cmocka_unit_test(a_frame_has_one_twin),
        cmocka_unit_test(the_longest_event_fits),
        cmocka_unit_test(nonsense_of_ours_ends_the_process),
    };
    arena_init(&arena);
    const int failed = cmocka_run_group_tests_name("wire/ndjson", tests, NULL, NULL);
    arena_finish(&arena);
    return failed;
}
