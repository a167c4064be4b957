#include "model/token.h"

#include "support/check.h"

static void names(void **state)
{
    char longest[MODEL_TOKEN_NAME_MAX + 1];
    (void)state;
    memset(longest, 'x', sizeof(longest));
    assert_true(model_token_is_name(STR("the build of \xc3\xa4")));
    assert_true(model_token_is_name((struct str){longest, MODEL_TOKEN_NAME_MAX}));
    assert_false(model_token_is_name((struct str){longest, MODEL_TOKEN_NAME_MAX + 1}));
    assert_false(model_token_is_name(STR("")));
    assert_false(model_token_is_name(STR("a\nb")));
    assert_false(model_token_is_name(STR("a\x7f")));
    assert_false(model_token_is_name(STR("a\0b")));
}

static void scopes(void **state)
{
    static const char *const rows[][2] = {
        {"read", "read"},
        {"write", "write"},
        {"read write", "read write"},
        {"write read", "read write"},
        {"write,read", "read write"},
        {"read read", "read"},
        {"", NULL},
        {"admin", NULL},
        {"read admin", NULL},
        {"read, write", NULL},
        {"read ", NULL},
        {",", NULL},
        {"READ", NULL},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str scope = STR_NONE;
        assert_int_equal(model_token_scope(str_of(rows[i][0]), &scope), rows[i][1] != NULL);
        check_str(scope, rows[i][1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names),
        cmocka_unit_test(scopes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
