#include "model/user.h"

#include "support/check.h"

static struct arena arena;

static void names(void **state)
{
    (void)state;
    static const struct {
        struct str name;
        enum err err;
    } rows[] = {
        {LIT("Pablo"), ERR_OK},
        {LIT("a"), ERR_OK},
        {LIT("_.-"), ERR_OK},
        {LIT("7up"), ERR_OK},
        {LIT("1.2"), ERR_OK},
        {LIT("abcdefghijklmnopqrstuvwxyz012345"), ERR_OK},
        {LIT("abcdefghijklmnopqrstuvwxyz0123456"), ERR_INVALID},
        {LIT(""), ERR_INVALID},
        {{NULL, 0}, ERR_INVALID},
        {LIT("7"), ERR_INVALID},
        {LIT("007"), ERR_INVALID},
        {LIT("a b"), ERR_INVALID},
        {LIT(" a"), ERR_INVALID},
        {LIT("a\n"), ERR_INVALID},
        {LIT("a\0"), ERR_INVALID},
        {LIT("a:b"), ERR_INVALID},
        {LIT("a@b"), ERR_INVALID},
        {LIT("a/b"), ERR_INVALID},
        {LIT("[a]"), ERR_INVALID},
        {LIT("`a"), ERR_INVALID},
        {LIT("{a}"), ERR_INVALID},
        {LIT("Zo\xc3\xab"), ERR_INVALID},
        {LIT("\xff"), ERR_INVALID},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_user_check_name(rows[i].name) == rows[i].err, rows[i].name);
    }
}

static void passwords(void **state)
{
    (void)state;
    static const struct {
        struct str password;
        enum err err;
    } rows[] = {
        {LIT("password123"), ERR_OK},
        {LIT("12345678"), ERR_OK},
        {LIT("\xc3\xa9\xc3\xa9\xc3\xa9\xc3\xa9"), ERR_OK},
        {LIT("tab\tand\n\x01"), ERR_OK},
        {LIT("1234567"), ERR_INVALID},
        {LIT(""), ERR_INVALID},
        {{NULL, 0}, ERR_INVALID},
        {LIT("1234567\0"), ERR_TEXT},
        {LIT("12345678\0"), ERR_TEXT},
        {LIT("1234567\xff"), ERR_TEXT},
        {LIT("12345678\xc3"), ERR_TEXT},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(model_user_check_password(rows[i].password) == rows[i].err, rows[i].password);
    }
    char longest[MODEL_USER_PASSWORD_MAX + 1];
    memset(longest, 'x', sizeof longest);
    assert_int_equal(model_user_check_password((struct str){longest, sizeof longest - 1}), ERR_OK);
    assert_int_equal(model_user_check_password((struct str){longest, sizeof longest}), ERR_INVALID);
}

static void folds(void **state)
{
    (void)state;
    static const struct {
        struct str name;
        const char *folded;
    } rows[] = {
        {LIT("Pablo"), "pablo"},
        {LIT("AZaz09_.-@[`{"), "azaz09_.-@[`{"},
        {LIT("\xc3\x89"), "\xc3\x89"},
        {LIT(""), ""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(model_user_fold(&arena, rows[i].name), rows[i].folded);
    }
}

static void writes(void **state)
{
    (void)state;
    static const struct {
        struct model_user user;
        bool with_online;
        const char *json;
    } rows[] = {
        {{.id = LIT("1"), .username = LIT("Pablo"), .online = true},
         false,
         "{\"id\":\"1\",\"username\":\"Pablo\"}"},
        {{.id = LIT("1"), .username = LIT("Pablo"), .online = true},
         true,
         "{\"id\":\"1\",\"username\":\"Pablo\",\"online\":true}"},
        {{.id = LIT("2"), .username = LIT("Joe")},
         true,
         "{\"id\":\"2\",\"username\":\"Joe\",\"online\":false}"},
        {{.id = LIT("2"), .username = LIT("Joe"), .is_admin = true, .is_bot = true},
         true,
         "{\"id\":\"2\",\"username\":\"Joe\",\"online\":false,\"role\":\"admin\",\"bot\":true}"},
        {{.id = LIT("2"), .username = LIT("Joe"), .is_inactive = true, .is_deleted = true},
         false,
         "{\"id\":\"2\",\"username\":\"Joe\",\"active\":false,\"deleted\":true}"},
        {{.id = LIT("3"), .username = LIT("\"\n\xc3\xa9\xff")},
         false,
         "{\"id\":\"3\",\"username\":\"\\\"\\n\\u00e9\\ufffd\"}"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out;
        buf_init(&out, &arena, 1000);
        model_user_write(&out, &rows[i].user, rows[i].with_online);
        check_str(buf_str(&out), rows[i].json);
    }
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
        cmocka_unit_test(names),
        cmocka_unit_test(passwords),
        cmocka_unit_test(folds),
        cmocka_unit_test(writes),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/user", tests, NULL, reset);
}
