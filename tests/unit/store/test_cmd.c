#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/attr.h"
#include "store/cmd.h"
#include "store/keys.h"

static int setup(void **state)
{
    static struct arena arena;
    arena_init(&arena);
    *state = &arena;
    return 0;
}

static int teardown(void **state)
{
    arena_finish(*state);
    return 0;
}

static void words_are_kept_as_they_are(void **state)
{
    const struct str words[] = {STR("SET"), STR("a b"), STR("\r\n\0%s")};
    const struct store_cmd cmd = store_cmd_make(*state, words, ARRAY_LEN(words));
    assert_int_equal(cmd.argc, 3);
    assert_int_equal(cmd.script, STORE_SCRIPT__MAX);
    for (size_t i = 0; i < cmd.argc; i++) {
        assert_true(str_eq(cmd.argv[i], words[i]));
    }
}

static void a_script_goes_by_text_until_its_hash_is_known(void **state)
{
    const struct str words[] = {STR("1"), STR("")};
    struct store_cmd cmd =
        store_cmd_script(*state, STORE_SCRIPT_USER_FIND, words, ARRAY_LEN(words));
    assert_true(str_eq(cmd.argv[0], STR("EVAL")));
    assert_true(str_eq(cmd.argv[1], store_scripts_text(STORE_SCRIPT_USER_FIND)));
    assert_true(str_eq(cmd.argv[2], STR("0")));
    assert_int_equal(cmd.argc, 5);
    assert_int_equal(cmd.script, STORE_SCRIPT_USER_FIND);

    const struct str sha = STR("0123456789012345678901234567890123456789");
    store_scripts_learn(STORE_SCRIPT_USER_FIND, STR("too short"));
    assert_false(str_is_set(store_scripts_sha(STORE_SCRIPT_USER_FIND)));
    store_scripts_learn(STORE_SCRIPT_USER_FIND, sha);
    cmd = store_cmd_script(*state, STORE_SCRIPT_USER_FIND, words, ARRAY_LEN(words));
    assert_true(str_eq(cmd.argv[0], STR("EVALSHA")));
    assert_true(str_eq(cmd.argv[1], sha));

    const struct store_cmd eval = store_cmd_eval(*state, cmd);
    assert_true(str_eq(eval.argv[0], STR("EVAL")));
    assert_true(str_eq(eval.argv[1], store_scripts_text(STORE_SCRIPT_USER_FIND)));
    for (size_t i = 2; i < cmd.argc; i++) {
        assert_true(str_eq(eval.argv[i], cmd.argv[i]));
    }
    assert_true(str_eq(cmd.argv[0], STR("EVALSHA")));
    assert_int_equal(store_cmd_script(*state, STORE_SCRIPT_USER_FIND, NULL, 0).argc, 3);
}

/* Redis reads flags only from the very first bytes. */
static void every_script_says_its_flags_first(void **state)
{
    for (int i = 0; i < STORE_SCRIPT__MAX; i++) {
        const struct str text = store_scripts_text((enum store_script)i);
        const char *copy = arena_cstr(*state, text);
        assert_true(str_starts(text, STR("#!lua\n")) ||
                    str_starts(text, STR("#!lua flags=no-writes\n")) ||
                    str_starts(text, STR("#!lua flags=allow-oom\n")));
        assert_non_null(strstr(copy, "local key = {"));
        assert_non_null(strstr(copy, "local channel = {family='MESSAGES',own='SNUG'}\n"));
        assert_non_null(strstr(copy, "-- ARGV: "));
        assert_non_null(store_scripts_name((enum store_script)i));
    }
    assert_string_equal(store_scripts_name(STORE_SCRIPT_MESSAGE_SEND), "message_send");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(words_are_kept_as_they_are, setup, teardown),
        cmocka_unit_test_setup_teardown(a_script_goes_by_text_until_its_hash_is_known, setup,
                                        teardown),
        cmocka_unit_test_setup_teardown(every_script_says_its_flags_first, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
