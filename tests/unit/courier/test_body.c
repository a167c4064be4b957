#include "courier/body.h"

#include "support/check.h"

static void says_what_was_said(void **state UNUSED)
{
    struct arena arena;
    arena_init(&arena);
    const struct store_outbox_job job = {.bot = STR("7"),
                                         .reason = STR("direct"),
                                         .name = STR("Za\xc3\xab \"Z\""),
                                         .message = STR("{\"id\":\"1.000000\"}")};
    check_str(courier_body_make(&arena, &job),
              "{\"type\":\"message\",\"data\":{\"reason\":\"direct\",\"bot\":\"7\","
              "\"username\":\"Za\\u00eb \\\"Z\\\"\",\"message\":{\"id\":\"1.000000\"}}}");
    arena_finish(&arena);
}

/* Each byte of a name may take six. */
static void has_room_for_any_name(void **state UNUSED)
{
    struct arena arena;
    char name[4096];
    memset(name, '\x01', sizeof(name));
    arena_init(&arena);
    const struct store_outbox_job job = {.bot = STR("999999999999999"),
                                         .reason = STR("mention"),
                                         .name = {name, sizeof(name)},
                                         .message = STR("{}")};
    assert_true(str_ends(courier_body_make(&arena, &job), STR("\\u0001\",\"message\":{}}}")));
    arena_finish(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_what_was_said),
        cmocka_unit_test(has_room_for_any_name),
    };
    return cmocka_run_group_tests_name("courier/body", tests, NULL, NULL);
}
