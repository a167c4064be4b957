#include "store/limit.h"

#include "support/check.h"

static const struct config config = {.login_limit = 10,
                                     .login_address_limit = 100,
                                     .login_name_limit = 200,
                                     .register_limit = 30,
                                     .send_limit = 600,
                                     .room_limit = 30};

/* What the settings count, and over which time. */
static void limits_are_as_the_settings_have_them(void **state UNUSED)
{
    static const struct {
        enum store_limit_what what;
        const char *name;
        uint64_t most, window_s;
    } rows[] = {
        {STORE_LIMIT_LOGIN, "login", 10, 600},
        {STORE_LIMIT_LOGIN_ADDRESS, "login_address", 100, 600},
        {STORE_LIMIT_LOGIN_NAME, "login_name", 200, 3600},
        {STORE_LIMIT_REGISTER, "register", 30, 3600},
        {STORE_LIMIT_SEND, "send", 600, 60},
        {STORE_LIMIT_ROOM, "room", 30, 3600},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct store_limit limit = store_limit_of(&config, rows[i].what);
        assert_string_equal(limit.name, rows[i].name);
        assert_int_equal(limit.most, rows[i].most);
        assert_int_equal(limit.window_s, rows[i].window_s);
        assert_int_equal(limit.left, rows[i].most);
        assert_int_equal(limit.wait_s, 0);
    }
}

/* 10 in 600 s: one a minute. Seconds are rounded up, what is left is rounded down. */
static void how_it_stands(void **state UNUSED)
{
    static const struct {
        uint64_t behind_s, more_us;
        bool refused;
        uint64_t left, reset_s, wait_s;
    } rows[] = {
        {0, 0, false, 10, 0, 0},     {0, 1, false, 9, 1, 0},          {60, 0, false, 9, 60, 0},
        {60, 1, false, 8, 61, 0},    {599, 0, true, 0, 599, 59},      {600, 0, false, 0, 600, 0},
        {600, 0, true, 0, 600, 60},  {540, 0, true, 1, 540, 0},       {540, 1, true, 0, 541, 1},
        {660, 0, true, 0, 660, 120}, {540, 1000001, true, 0, 542, 2},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct store_limit limit = store_limit_of(&config, STORE_LIMIT_LOGIN);
        store_limit_read(&limit, rows[i].behind_s * 1000000 + rows[i].more_us, rows[i].refused);
        assert_int_equal(limit.left, rows[i].left);
        assert_int_equal(limit.reset_s, rows[i].reset_s);
        assert_int_equal(limit.wait_s, rows[i].wait_s);
    }
}

static void none_is_none(void **state UNUSED)
{
    static const struct config without = {0};
    struct store_limit limit = store_limit_of(&without, STORE_LIMIT_SEND);
    store_limit_read(&limit, 12345, true);
    assert_int_equal(limit.most, 0);
    assert_int_equal(limit.wait_s, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(limits_are_as_the_settings_have_them),
        cmocka_unit_test(how_it_stands),
        cmocka_unit_test(none_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
