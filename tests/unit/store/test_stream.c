#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/attr.h"
#include "store/stream.h"
#include "support/resp.h"

static enum err read_stream(const char *resp, struct arena *arena, struct store_stream *out)
{
    struct redisReply *reply = resp_reply(resp);
    const enum err err = store_stream_open_read(reply, arena, out);
    resp_free(&reply, 1);
    return err;
}

#define HEAD  "*8\r\n$1\r\n1\r\n$5\r\nPablo\r\n$17\r\n1795480000000-123\r\n"
#define TAIL  ":3\r\n*0\r\n$0\r\n\r\n:-2\r\n" /* nobody who is listed, no rooms, no token */
#define ROOMS "*3\r\n$1\r\n0\r\n$4\r\n0:nm\r\n$3\r\n1:2\r\n"

static void copies_what_it_reads(void **state UNUSED)
{
    struct arena arena;
    struct store_stream stream;
    arena_init(&arena);
    assert_int_equal(
        read_stream(HEAD ROOMS
                    ":3\r\n*3\r\n$1\r\n1\r\n$1\r\nx\r\n$2\r\n12\r\n$3\r\n1:2\r\n:5000\r\n",
                    &arena, &stream),
        ERR_OK);
    assert_true(str_eq(stream.user.id, STR("1")));
    assert_true(str_eq(stream.user.username, STR("Pablo")));
    assert_int_equal(stream.end.epoch, 1795480000000);
    assert_int_equal(stream.end.seq, 123);
    assert_int_equal(stream.nrooms, 2);
    assert_true(str_eq(stream.rooms[1], STR("1:2")));
    assert_int_equal(stream.online_count, 3);
    assert_int_equal(stream.nonline, 2);
    assert_true(str_eq(stream.online[1], STR("12")));
    assert_true(str_eq(stream.narrow, STR("1:2")));
    assert_int_equal(stream.left_ms, 5000);
    arena_finish(&arena);
}

/* What is about to expire is not what never does. */
static void knows_what_expires(void **state UNUSED)
{
    static const struct {
        const char *resp;
        int64_t left_ms;
    } rows[] = {
        {HEAD ROOMS ":3\r\n*0\r\n$0\r\n\r\n:-2\r\n", 0},
        {HEAD ROOMS ":3\r\n*0\r\n$0\r\n\r\n:-1\r\n", 0},
        {HEAD ROOMS ":3\r\n*0\r\n$0\r\n\r\n:0\r\n", 1},
        {HEAD ROOMS ":3\r\n*0\r\n$0\r\n\r\n:1\r\n", 1},
    };
    struct arena arena;
    arena_init(&arena);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_stream stream;
        assert_int_equal(read_stream(rows[i].resp, &arena, &stream), ERR_OK);
        assert_int_equal(stream.left_ms, rows[i].left_ms);
        assert_false(str_is_set(stream.narrow));
    }
    arena_finish(&arena);
}

static void refuses_another_shape(void **state UNUSED)
{
    static const struct {
        const char *resp;
        enum err err;
    } cases[] = {
        {"-SNUG unauthenticated\r\n", ERR_UNAUTHENTICATED},
        {"-SNUG no_epoch\r\n", ERR_UNAVAILABLE},
        {"-OOM x\r\n", ERR_STORAGE_FULL},
        {"$-1\r\n", ERR_INTERNAL},
        {"*0\r\n", ERR_INTERNAL},
        {"*3\r\n$1\r\n1\r\n$5\r\nPablo\r\n$3\r\n1-2\r\n", ERR_INTERNAL},
        {"*8\r\n$1\r\n1\r\n$1\r\nP\r\n$3\r\nend\r\n" ROOMS TAIL, ERR_INTERNAL},
        {HEAD ":1\r\n" TAIL, ERR_INTERNAL},
        {HEAD "*1\r\n:1\r\n" TAIL, ERR_INTERNAL},
        {HEAD ROOMS "$1\r\n3\r\n*0\r\n$0\r\n\r\n:-2\r\n", ERR_INTERNAL},
        {HEAD ROOMS ":3\r\n$-1\r\n$0\r\n\r\n:-2\r\n", ERR_INTERNAL},
        {HEAD ROOMS ":3\r\n*0\r\n$0\r\n\r\n$2\r\n-2\r\n", ERR_INTERNAL},
    };
    struct arena arena;
    struct store_stream stream = {.nrooms = 42};
    arena_init(&arena);
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        assert_int_equal(read_stream(cases[i].resp, &arena, &stream), cases[i].err);
    }
    assert_int_equal(stream.nrooms, 42);
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(copies_what_it_reads),
        cmocka_unit_test(knows_what_expires),
        cmocka_unit_test(refuses_another_shape),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
