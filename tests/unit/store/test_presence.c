#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/attr.h"
#include "store/presence.h"
#include "support/resp.h"

static void data_says_who_and_whether(void **state UNUSED)
{
    struct arena arena;
    const struct model_user user = {.id = STR("2"), .username = STR("Jo\"e"), .online = false};
    arena_init(&arena);
    const struct store_cmd join = store_presence_join_cmd(&arena, STR("snug:x"), STR("h"), &user);
    const struct store_cmd leave = store_presence_leave_cmd(&arena, STR("snug:x"), STR("h"), &user);
    assert_int_equal(join.script, STORE_SCRIPT_PRESENCE_JOIN);
    assert_int_equal(leave.script, STORE_SCRIPT_PRESENCE_LEAVE);
    assert_int_equal(join.argc, 7);
    assert_true(
        str_eq(join.argv[6], STR("{\"id\":\"2\",\"username\":\"Jo\\\"e\",\"online\":true}")));
    assert_true(
        str_eq(leave.argv[6], STR("{\"id\":\"2\",\"username\":\"Jo\\\"e\",\"online\":false}")));
    arena_finish(&arena);
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
        cmocka_unit_test(data_says_who_and_whether),
        cmocka_unit_test(reads_yes_and_no),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
