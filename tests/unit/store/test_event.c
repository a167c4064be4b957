#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/attr.h"
#include "store/event.h"
#include "support/resp.h"

/* Hubs agree on the hash of what they all hear, and it is another for other data or another type.
 */
static void its_hash_is_of_type_and_data(void **state UNUSED)
{
    struct arena arena;
    const struct model_event a = {
        .type = MODEL_EVENT_MESSAGE, .data = STR("{}"), .target = STR("0"), .from = STR("1")};
    struct model_event b = a;
    arena_init(&arena);
    const struct store_cmd first = store_event_adopt_cmd(&arena, STR("snug:x"), STR("10"), &a);
    assert_int_equal(first.argc, 10);
    assert_int_equal(first.argv[9].len, 16);
    struct store_cmd second = store_event_adopt_cmd(&arena, STR("snug:y"), STR("10"), &b);
    assert_true(str_eq(first.argv[9], second.argv[9]));
    b.data = STR("{ }");
    second = store_event_adopt_cmd(&arena, STR("snug:y"), STR("10"), &b);
    assert_false(str_eq(first.argv[9], second.argv[9]));
    b = a;
    b.type = MODEL_EVENT_SHOW_ROOM;
    second = store_event_adopt_cmd(&arena, STR("snug:y"), STR("10"), &b);
    assert_false(str_eq(first.argv[9], second.argv[9]));
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
        assert_int_equal(store_event_adopt_read(reply, &yes), cases[i].err);
        assert_int_equal(yes, cases[i].yes);
        resp_free(&reply, 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_hash_is_of_type_and_data),
        cmocka_unit_test(reads_yes_and_no),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
