#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/attr.h"
#include "store/presence.h"
#include "support/resp.h"

static void a_beat_says_whether_it_reaps(void **state UNUSED)
{
    struct arena arena;
    arena_init(&arena);
    const struct {
        struct store_cmd cmd;
        const char *lives, *most;
    } rows[] = {
        {store_presence_beat_cmd(&arena, STR("snug:x"), STR("h"), true), "1", "200"},
        {store_presence_beat_cmd(&arena, STR("snug:x"), STR("h"), false), "1", "0"},
        {store_presence_end_cmd(&arena, STR("snug:x"), STR("h")), "0", "200"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_int_equal(rows[i].cmd.script, STORE_SCRIPT_PRESENCE_BEAT);
        assert_int_equal(rows[i].cmd.argc, 7);
        assert_true(str_eq(rows[i].cmd.argv[4], STR("h")));
        assert_true(str_eq(rows[i].cmd.argv[5], str_of(rows[i].lives)));
        assert_true(str_eq(rows[i].cmd.argv[6], str_of(rows[i].most)));
    }
    arena_finish(&arena);
}

static void reads_a_beat(void **state UNUSED)
{
    static const struct {
        const char *resp;
        enum err err;
        bool kept;
        int64_t next_ms;
    } cases[] = {
        {"*2\r\n:1\r\n:9001\r\n", ERR_OK, true, 9001},     {"*2\r\n:0\r\n:0\r\n", ERR_OK, false, 0},
        {"*1\r\n:0\r\n", ERR_INTERNAL, true, 42},          {":1\r\n", ERR_INTERNAL, true, 42},
        {"-SNUG no_epoch\r\n", ERR_UNAVAILABLE, true, 42},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct redisReply *reply = resp_reply(cases[i].resp);
        struct store_presence_beat beat = {true, 42};
        assert_int_equal(store_presence_beat_read(reply, &beat), cases[i].err);
        assert_int_equal(beat.kept, cases[i].kept);
        assert_int_equal(beat.next_ms, cases[i].next_ms);
        resp_free(&reply, 1);
    }
}

static void reads_yes_and_no(void **state UNUSED)
{
    static const struct {
        const char *resp;
        enum err err;
        bool yes;
    } cases[] = {
        {":1\r\n", ERR_OK, true},
        {":0\r\n", ERR_OK, false},
        {"$1\r\n1\r\n", ERR_INTERNAL, true},
        {"$-1\r\n", ERR_INTERNAL, true},
        {"-OOM x\r\n", ERR_STORAGE_FULL, true},
        {"-SNUG no_epoch\r\n", ERR_UNAVAILABLE, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct redisReply *reply = resp_reply(cases[i].resp);
        bool yes = true;
        assert_int_equal(store_presence_read(reply, &yes), cases[i].err);
        assert_int_equal(yes, cases[i].yes);
        resp_free(&reply, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_beat_says_whether_it_reaps),
        cmocka_unit_test(reads_yes_and_no),
        cmocka_unit_test(reads_a_beat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
