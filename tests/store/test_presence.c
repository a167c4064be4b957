#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/presence.h"
#include "support/store.h"

static const struct model_user joe = {.id = {"2", 1}, .username = {"Joe", 3}};

static bool run(struct store_test *t, struct store_cmd cmd)
{
    const struct redisReply *reply;
    bool announced;
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_OK);
    assert_int_equal(store_presence_read(reply, &announced), ERR_OK);
    return announced;
}

static bool joins(struct store_test *t, struct str hub)
{
    return run(t, store_presence_join_cmd(&t->arena, store_conn_server(t->conn), hub, &joe));
}

static bool leaves(struct store_test *t, struct str hub)
{
    return run(t, store_presence_leave_cmd(&t->arena, store_conn_server(t->conn), hub, &joe));
}

static void comes_with_the_first_hub_and_goes_with_the_last(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    assert_true(joins(t, STR("a")));
    assert_string_equal(redis_heard(listener),
                        "MESSAGES {\"serverId\":\"snug:test\",\"type\":\"user.connected\",\"data\":"
                        "{\"id\":\"2\",\"username\":\"Joe\",\"online\":true},\"to\":\"all\"}");
    assert_false(joins(t, STR("a")));
    assert_false(joins(t, STR("b")));
    assert_string_equal(redis_lines(t->redis, "SMEMBERS online_users"), "2");
    assert_string_equal(redis_lines(t->redis, "SORT snug:hubs ALPHA"), "a\nb");

    assert_false(leaves(t, STR("a")));
    assert_int_equal(redis_int(t->redis, "SISMEMBER online_users 2"), 1);
    assert_true(redis_silent(t->redis, listener));
    assert_true(leaves(t, STR("b")));
    assert_string_equal(
        redis_heard(listener),
        "MESSAGES {\"serverId\":\"snug:test\",\"type\":\"user.disconnected\",\"data\":"
        "{\"id\":\"2\",\"username\":\"Joe\",\"online\":false},\"to\":\"all\"}");
    assert_int_equal(redis_int(t->redis, "EXISTS online_users"), 0);
    assert_false(leaves(t, STR("b")));
    assert_true(redis_silent(t->redis, listener));
    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), 1);
    redis_unlisten(listener);
}

/* A demo server takes a user away who is still here, and says so itself. */
static void the_family_shares_the_set(void **state)
{
    struct store_test *t = *state;
    redis_do(t->redis, "SADD online_users 2");
    assert_false(joins(t, STR("a")));
    redis_do(t->redis, "SREM online_users 2");
    assert_true(joins(t, STR("a")));
    redis_do(t->redis, "SREM online_users 2");
    assert_false(leaves(t, STR("a")));
}

static void any_name_is_announced(void **state)
{
    struct store_test *t = *state;
    static char name[20000];
    memset(name, '\x01', sizeof(name));
    const struct model_user user = {.id = STR("3"), .username = {name, sizeof(name)}};
    assert_true(run(t, store_presence_join_cmd(&t->arena, STR("snug:x"), STR("a"), &user)));
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        STORE_TEST(comes_with_the_first_hub_and_goes_with_the_last),
        STORE_TEST(the_family_shares_the_set),
        STORE_TEST(any_name_is_announced),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
