#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include "base/attr.h"
#include "base/buf.h"
#include "store/hello.h"
#include "support/resp.h"

/* One byte more than a socket address holds. */
#define TEN       "0123456789"
#define LONG_PATH "unix:/" TEN TEN TEN TEN TEN TEN TEN TEN TEN TEN "0123456"

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

static void assert_optional(const char *text, const char *expected)
{
    if (expected == NULL) {
        assert_null(text);
    } else {
        assert_non_null(text);
        assert_string_equal(text, expected);
    }
}

static void reads_urls(void **state)
{
    static const struct {
        const char *text;
        struct store_url url;
    } cases[] = {
        {"unix:/run/redis.sock", {.path = "/run/redis.sock"}},
        {"redis://localhost", {.host = "localhost", .port = 6379}},
        {"redis://127.0.0.1:6380", {.host = "127.0.0.1", .port = 6380}},
        {"redis://h:1/", {.host = "h", .port = 1}},
        {"redis://h:65535/15", {.host = "h", .port = 65535, .db = "15"}},
        {"redis://h/0", {.host = "h", .port = 6379, .db = "0"}},
        {"redis://[::1]:7", {.host = "::1", .port = 7}},
        {"redis://[::1]/2", {.host = "::1", .port = 6379, .db = "2"}},
        {"redis://:secret@h:1", {.host = "h", .port = 1, .password = "secret"}},
        {"redis://joe:secret@h:1/3",
         {.host = "h", .port = 1, .user = "joe", .password = "secret", .db = "3"}},
        {"redis://joe:a%3ab%2F%40:c@d@h",
         {.host = "h", .port = 6379, .user = "joe", .password = "a:b/@:c@d"}},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct store_url url;
        if (store_hello_url(str_of(cases[i].text), *state, &url) != ERR_OK) {
            fail_msg("%s is refused", cases[i].text);
        }
        assert_optional(url.path, cases[i].url.path);
        assert_optional(url.host, cases[i].url.host);
        assert_optional(url.user, cases[i].url.user);
        assert_optional(url.password, cases[i].url.password);
        assert_optional(url.db, cases[i].url.db);
        assert_int_equal(url.port, cases[i].url.port);
    }
}

static void refuses_other_urls(void **state)
{
    static const char *const texts[] = {
        "",
        "unix:",
        "unix:relative",

        "rediss://h:1",
        "http://h",
        "redis:",
        "redis://",
        "redis://:1",
        "redis://h:",
        "redis://h:0",
        "redis://h:65536",
        "redis://h:x",
        "redis://h:01",
        "redis://h:1/x",
        "redis://h:1/-1",
        "redis://h:1/1/2",
        "redis://h:1/100001",
        "redis://secret@h",
        "redis://joe:@h",
        "redis://j%:x@h",
        "redis://j%4:x@h",
        "redis://:%00@h",
        "redis://:%zz@h",
        "redis://[::1",
        "redis://[]:1",
        "redis://[::1]x",
        "redis://[::1]x:1",
        "redis://::1:1",
        LONG_PATH,
    };
    struct store_url url = {.port = 42};
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        if (store_hello_url(str_of(texts[i]), *state, &url) != ERR_INVALID) {
            fail_msg("%s is taken", texts[i]);
        }
    }
    assert_int_equal(store_hello_url(STR("unix:/a\0b"), *state, &url), ERR_INVALID);
    assert_int_equal(store_hello_url(STR_NONE, *state, &url), ERR_INVALID);
    assert_int_equal(url.port, 42);
}

static void assert_words(const struct store_cmd *cmd, const char *expected, struct arena *arena)
{
    struct buf words;
    buf_init(&words, arena, 1000);
    for (size_t i = 0; i < cmd->argc; i++) {
        buf_add_str(&words, cmd->argv[i]);
        buf_add_byte(&words, i + 1 < cmd->argc ? ' ' : '.');
    }
    assert_string_equal(arena_cstr(arena, buf_str(&words)), expected);
}

static void says_who_it_is(void **state)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    struct store_url url = {.path = "/s"};
    assert_int_equal(store_hello_first(*state, &url, cmds), 1);
    assert_words(&cmds[0], "INFO server.", *state);

    url = (struct store_url){.host = "h", .port = 1, .password = "secret", .db = "3"};
    assert_int_equal(store_hello_first(*state, &url, cmds), 3);
    assert_words(&cmds[0], "AUTH secret.", *state);
    assert_words(&cmds[1], "SELECT 3.", *state);
    assert_words(&cmds[2], "INFO server.", *state);

    url.user = "joe";
    assert_int_equal(store_hello_first(*state, &url, cmds), 3);
    assert_words(&cmds[0], "AUTH joe secret.", *state);
}

static enum err first_of(const char *resp, struct arena *arena, struct str *run_id)
{
    struct redisReply *replies[8];
    const size_t n = resp_replies(resp, replies, ARRAY_LEN(replies));
    struct str id;
    const enum err err = store_hello_first_read((const struct redisReply *const *)replies, n, &id);
    if (err == ERR_OK) {
        *run_id = arena_str(arena, id);
    }
    resp_free(replies, n);
    return err;
}

static void learns_the_run_id(void **state)
{
    struct str run_id = STR("untouched");
    assert_int_equal(first_of("+OK\r\n$39\r\n# Server\r\nredis:7\r\nrun_id:abc\r\nlast:1\r\n\r\n",
                              *state, &run_id),
                     ERR_OK);
    assert_true(str_eq(run_id, STR("abc")));
    run_id = STR("untouched");
    assert_int_equal(first_of("$10\r\n# Server\r\n\r\n", *state, &run_id), ERR_INTERNAL);
    assert_int_equal(first_of(":1\r\n", *state, &run_id), ERR_INTERNAL);
    assert_int_equal(first_of("-WRONGPASS invalid\r\n$10\r\nrun_id:abc\r\n", *state, &run_id),
                     ERR_INTERNAL);
    assert_int_equal(first_of("-LOADING wait\r\n", *state, &run_id), ERR_UNAVAILABLE);
    assert_int_equal(store_hello_first_read(NULL, 0, &run_id), ERR_INTERNAL);
    assert_true(str_eq(run_id, STR("untouched")));
}

static enum err second_of(const char *resp)
{
    struct redisReply *replies[STORE_HELLO_CMDS_MAX];
    const size_t n = resp_replies(resp, replies, ARRAY_LEN(replies));
    const enum err err = store_hello_second_read((const struct redisReply *const *)replies, n);
    resp_free(replies, n);
    return err;
}

static void loads_each_script_once(void **state)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    struct buf resp;
    store_scripts_set_preload(false);
    assert_int_equal(store_hello_second(*state, STR("run"), cmds), 1);
    store_scripts_set_preload(true);
    assert_int_equal(store_hello_second(*state, STR("run"), cmds), STORE_SCRIPT__MAX + 1);
    assert_true(str_eq(cmds[0].argv[0], STR("EVAL")));
    assert_true(str_eq(cmds[0].argv[3], STR("run")));
    assert_true(str_eq(cmds[1].argv[1], STR("LOAD")));
    assert_true(str_eq(cmds[1].argv[2], store_scripts_text(STORE_SCRIPT_EPOCH)));

    assert_int_equal(second_of("-LOADING wait\r\n"), ERR_UNAVAILABLE);
    assert_int_equal(second_of("$1\r\n7\r\n-ERR Error compiling script\r\n"), ERR_INTERNAL);
    assert_int_equal(second_of("$1\r\n7\r\n:1\r\n"), ERR_INTERNAL);
    buf_init(&resp, *state, 10000);
    buf_add_cstr(&resp, "$1\r\n7\r\n");
    for (int i = 0; i < STORE_SCRIPT__MAX; i++) {
        buf_printf(&resp, "$40\r\n%040d\r\n", i);
    }
    assert_int_equal(second_of(arena_cstr(*state, buf_str(&resp))), ERR_OK);
    for (int i = 0; i < STORE_SCRIPT__MAX; i++) {
        const struct str sha = arena_printf(*state, "%040d", i);
        assert_true(str_eq(store_scripts_sha((enum store_script)i), sha));
    }
    /* The epoch's goes with its text still: a server that was just started knows no hash. */
    assert_int_equal(store_hello_second(*state, STR("run"), cmds), 1);
    assert_true(str_eq(cmds[0].argv[0], STR("EVAL")));
    assert_int_equal(second_of("$1\r\n7\r\n"), ERR_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(reads_urls, setup, teardown),
        cmocka_unit_test_setup_teardown(refuses_other_urls, setup, teardown),
        cmocka_unit_test_setup_teardown(says_who_it_is, setup, teardown),
        cmocka_unit_test_setup_teardown(learns_the_run_id, setup, teardown),
        cmocka_unit_test_setup_teardown(loads_each_script_once, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
