#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>
#include "base/log.h"
#include "store/keys.h"
#include "store/presence.h"
#include "store/reply.h"
#include "support/store.h"

#define JOE STR("2")

static int setup(void **state)
{
    store_test_setup(state);
    store_test_user(*state, "Pablo");
    store_test_user(*state, "Joe");
    return 0;
}

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
    return run(t, store_presence_join_cmd(&t->arena, store_conn_server(t->conn), hub, JOE));
}

static bool leaves(struct store_test *t, struct str hub)
{
    return run(t, store_presence_leave_cmd(&t->arena, store_conn_server(t->conn), hub, JOE));
}

static struct store_presence_beat beat(struct store_test *t, struct store_cmd cmd)
{
    const struct redisReply *reply;
    struct store_presence_beat answer;
    assert_int_equal(store_conn_one(t->conn, cmd, &reply), ERR_OK);
    assert_int_equal(store_presence_beat_read(reply, &answer), ERR_OK);
    return answer;
}

static struct store_presence_beat beats(struct store_test *t, struct str hub, bool reaps)
{
    return beat(t, store_presence_beat_cmd(&t->arena, store_conn_server(t->conn), hub, reaps));
}

static struct store_presence_beat ends(struct store_test *t, struct str hub)
{
    return beat(t, store_presence_end_cmd(&t->arena, store_conn_server(t->conn), hub));
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

/* It is read where it is announced, so that it is the name that the user has by then. */
static void any_name_is_announced(void **state)
{
    struct store_test *t = *state;
    struct redisContext *listener = redis_listen(t->redis);
    redis_do(t->redis, "HSET user:2 username %b", "J\0\x01\"\xc3\xb6\xff", (size_t)7);
    assert_true(joins(t, STR("a")));
    assert_non_null(strstr(redis_heard(listener), "\"data\":{\"id\":\"2\",\"username\":"
                                                  "\"J\\u0000\\u0001\\\"\\u00f6\\ufffd\","
                                                  "\"online\":true}"));
    redis_do(t->redis, "DEL user:2");
    assert_true(leaves(t, STR("a")));
    assert_non_null(strstr(redis_heard(listener), "{\"id\":\"2\",\"username\":\"\","));
    redis_unlisten(listener);
}

static void a_beat_renews_the_lease(void **state)
{
    struct store_test *t = *state;
    struct store_presence_beat answer = beats(t, STR("a"), true);
    assert_false(answer.kept);
    assert_in_range(answer.next_ms, 1000 * STORE_TTL_HUB_S - 2000, 1000 * STORE_TTL_HUB_S + 1);
    assert_in_range(redis_int(t->redis, "PTTL snug:hub:a"), 1000 * STORE_TTL_HUB_S - 2000,
                    1000 * STORE_TTL_HUB_S);
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:hubs"), "a");
    redis_do(t->redis, "EXPIRE snug:hub:a 2");
    assert_true(beats(t, STR("a"), true).kept);
    assert_in_range(redis_int(t->redis, "PTTL snug:hub:a"), 1000 * STORE_TTL_HUB_S - 2000,
                    1000 * STORE_TTL_HUB_S);
    /* A join gives a lease to a hub that has none, but that does not hide the loss. */
    redis_do(t->redis, "DEL snug:hub:a");
    assert_true(joins(t, STR("a")));
    assert_in_range(redis_int(t->redis, "TTL snug:hub:a"), STORE_TTL_HUB_S - 2, STORE_TTL_HUB_S);
    assert_false(beats(t, STR("a"), true).kept);
    assert_true(beats(t, STR("a"), true).kept);
    /* And it does not lengthen one. */
    redis_do(t->redis, "EXPIRE snug:hub:a 2");
    assert_false(joins(t, STR("a")));
    assert_in_range(redis_int(t->redis, "TTL snug:hub:a"), 0, 2);
}

static void only_who_lives_holds_a_user(void **state)
{
    struct store_test *t = *state;
    assert_true(joins(t, STR("a")));
    assert_false(joins(t, STR("b")));
    redis_do(t->redis, "DEL snug:hub:b");
    assert_true(leaves(t, STR("a")));
    assert_int_equal(redis_int(t->redis, "EXISTS online_users"), 0);
}

/* b is dead. Its users go, but for who is at another hub that lives; not for a hub that waits. */
static void a_beat_takes_the_users_of_the_dead(void **state)
{
    struct store_test *t = *state;
    beats(t, STR("a"), true);
    joins(t, STR("a"));
    joins(t, STR("b"));
    redis_do(t->redis, "SADD snug:hub:b:users 1");
    redis_do(t->redis, "SADD online_users 1 77");
    struct redisContext *listener = redis_listen(t->redis);
    redis_do(t->redis, "PEXPIRE snug:hub:b 9000");
    assert_in_range(beats(t, STR("a"), true).next_ms, 1, 9001);
    assert_true(redis_silent(t->redis, listener));
    redis_do(t->redis, "DEL snug:hub:b");
    assert_true(beats(t, STR("a"), false).next_ms > 9001);
    assert_true(redis_silent(t->redis, listener));

    assert_true(beats(t, STR("a"), true).next_ms > 9001);
    assert_string_equal(
        redis_heard(listener),
        "MESSAGES {\"serverId\":\"snug:test\",\"type\":\"user.disconnected\",\"data\":"
        "{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false},\"to\":\"all\"}");
    assert_true(redis_silent(t->redis, listener));
    assert_string_equal(redis_lines(t->redis, "SORT online_users"), "2\n77");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:hubs"), "a");
    assert_int_equal(redis_int(t->redis, "EXISTS snug:hub:b:users"), 0);
    redis_unlisten(listener);
}

/* Who has lost its own lease takes nobody away in the beat that tells it. */
static void a_lost_lease_reaps_nobody(void **state)
{
    struct store_test *t = *state;
    joins(t, STR("b"));
    redis_do(t->redis, "DEL snug:hub:b");
    assert_false(beats(t, STR("a"), true).kept);
    assert_int_equal(redis_int(t->redis, "SCARD online_users"), 1);
    assert_true(beats(t, STR("a"), true).kept);
    assert_int_equal(redis_int(t->redis, "SCARD online_users"), 0);
}

/* As many as one call takes; then the rest at once. */
static void a_crowd_goes_in_parts(void **state)
{
    struct store_test *t = *state;
    static const char many[] = "for i = 1, 2 * %d + 1 do redis.call('SADD', 'online_users', i)"
                               " redis.call('SADD', 'snug:hub:' .. (i %% 2) .. ':users', i) end"
                               " redis.call('SADD', 'snug:hubs', '0', '1')";
    beats(t, STR("a"), true);
    redis_do(t->redis, "EVAL %s 0", arena_printf(&t->arena, many, STORE_PRESENCE_REAP_MAX).ptr);
    assert_int_equal(beats(t, STR("a"), true).next_ms, 0);
    assert_int_equal(redis_int(t->redis, "SCARD online_users"), STORE_PRESENCE_REAP_MAX + 1);
    assert_int_equal(beats(t, STR("a"), true).next_ms, 0);
    assert_int_equal(redis_int(t->redis, "SCARD online_users"), 1);
    assert_true(beats(t, STR("a"), true).next_ms > 0);
    assert_int_equal(redis_int(t->redis, "SCARD online_users"), 0);
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:hubs"), "a");
}

static void an_end_leaves_nothing(void **state)
{
    struct store_test *t = *state;
    beats(t, STR("a"), true);
    joins(t, STR("a"));
    joins(t, STR("b"));
    redis_do(t->redis, "EVAL %s 0",
             "for i = 1001, 1300 do redis.call('SADD', 'online_users', i)"
             " redis.call('SADD', 'snug:hub:a:users', i) end");
    assert_int_equal(ends(t, STR("a")).next_ms, 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:hub:a"), 0);
    assert_true(ends(t, STR("a")).next_ms > 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:hub:a snug:hub:a:users"), 0);
    assert_string_equal(redis_lines(t->redis, "SMEMBERS online_users"), "2");
    assert_true(ends(t, STR("b")).next_ms > 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:hubs online_users"), 0);
}

/* The server was away: who could not renew its lease is given time, and has to say all again. */
static void a_new_epoch_lends_leases(void **state)
{
    struct store_test *t = *state;
    beats(t, STR("a"), true);
    joins(t, STR("b"));
    redis_do(t->redis, "DEL snug:hub:b");
    redis_do(t->redis, "SET snug:run another");
    store_conn_destroy(t->conn);
    t->conn = store_test_connect(t);
    assert_false(beats(t, STR("a"), true).kept);
    assert_in_range(redis_int(t->redis, "TTL snug:hub:b"), 2 * STORE_TTL_HUB_S - 2,
                    2 * STORE_TTL_HUB_S);
    assert_true(beats(t, STR("a"), true).kept);
    assert_int_equal(redis_int(t->redis, "SCARD online_users"), 1);
}

static void counts(void **state)
{
    struct store_test *t = *state;
    const struct redisReply *reply;
    int64_t n;
    redis_do(t->redis, "SADD online_users 1 2 3");
    assert_int_equal(store_conn_one(t->conn, store_presence_count_cmd(&t->arena), &reply), ERR_OK);
    assert_int_equal(store_reply_i64(reply, &n), ERR_OK);
    assert_int_equal(n, 3);
}

#define PRESENCE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, store_test_teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        PRESENCE_TEST(comes_with_the_first_hub_and_goes_with_the_last),
        PRESENCE_TEST(the_family_shares_the_set),
        PRESENCE_TEST(any_name_is_announced),
        PRESENCE_TEST(a_beat_renews_the_lease),
        PRESENCE_TEST(only_who_lives_holds_a_user),
        PRESENCE_TEST(a_beat_takes_the_users_of_the_dead),
        PRESENCE_TEST(a_lost_lease_reaps_nobody),
        PRESENCE_TEST(a_crowd_goes_in_parts),
        PRESENCE_TEST(an_end_leaves_nothing),
        PRESENCE_TEST(a_new_epoch_lends_leases),
        PRESENCE_TEST(counts),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
