#include <stdlib.h>
#include "base/clock.h"
#include "base/log.h"
#include "support/check.h"
#include "support/hub.h"

/* A hub removes what rooms do not keep any more, while it goes on with everything else. */

#define MANY 3000

static void fill(struct hub_test *h, const char *zset)
{
    redis_do(h->store->redis, "EVAL %s 0 %s %d",
             "for i = 1, ARGV[2] do redis.call('ZADD', ARGV[1], i, "
             "'{\"from\":1,\"date\":' .. i .. ',\"message\":\"m' .. i .. '\"}') end",
             zset, MANY);
}

/* Waits until the zset has at most so many messages; how many it has. */
static int64_t await_at_most(struct hub_test *h, const char *zset, int64_t most)
{
    const int64_t until = clock_mono_ms() + 20000;
    for (;;) {
        const int64_t n = redis_int(h->store->redis, "ZCARD %s", zset);
        if (n <= most) {
            return n;
        }
        assert_true(clock_mono_ms() < until);
        usleep(5000);
    }
}

static void the_rooms_keep_what_they_say(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    static const char *const settings[] = {"SNUG_RETAIN=7", NULL};
    fill(h, "room:0");
    fill(h, "snug:room:g1:messages");
    redis_do(h->store->redis, "HSET snug:room:g1 retain 20");
    hub_test_start(h, settings);
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    assert_true(await_at_most(h, "room:0", MANY - 1) > MANY - 1000); /* in steps */
    assert_int_equal(await_at_most(h, "room:0", 7), 7);
    assert_int_equal(await_at_most(h, "snug:room:g1:messages", 20), 20);
    assert_int_equal(redis_int(h->store->redis, "ZCOUNT room:0 -inf (2994"), 0);
    hub_test_send(h, "2", "0", "hello");
    fcgi_peer_expect(&p, "\"message\":\"hello\"");
    fcgi_peer_close(&p);
}

/* What is left of a room whose deletion was cut off. */
static void a_room_that_is_gone_leaves_nothing(void **state)
{
    struct hub_test *h = *state;
    struct redis *redis = h->store->redis;
    redis_do(redis, "SADD snug:rooms:gone g7");
    for (int i = 1; i <= 500; i++) {
        redis_do(redis, "SADD snug:room:g7:leaving %d", i);
        redis_do(redis, "SADD snug:user:%d:rooms g7", i);
        redis_do(redis, "SADD snug:room:g7:reacted %d.000001", i);
        redis_do(redis, "HSET snug:room:g7:reactions:%d.000001 x 1", i);
    }
    struct redisContext *listener = redis_listen(redis);
    hub_test_start(h, NULL);
    const int64_t until = clock_mono_ms() + 40000;
    while (redis_int(redis, "EXISTS snug:rooms:gone") == 1) {
        assert_true(clock_mono_ms() < until);
        usleep(5000);
    }
    assert_string_equal(redis_lines(redis, "KEYS *g7*"), "");
    assert_int_equal(redis_int(redis, "EXISTS snug:user:1:rooms snug:user:500:rooms"), 0);
    const char *heard = redis_heard(listener);
    assert_non_null(strstr(heard, "\"type\":\"room.left\",\"data\":{\"id\":\"g7\"}"));
    redis_unlisten(listener);
}

/* A connection that breaks in between is made again, and the walk goes on. */
static void a_walk_survives_its_connection(void **state)
{
    struct hub_test *h = *state;
    static const char *const settings[] = {"SNUG_RETAIN=7", NULL};
    fill(h, "room:0");
    hub_test_start(h, settings);
    assert_true(await_at_most(h, "room:0", MANY - 1) > 1000);
    (void)redis_int(h->store->redis, "CLIENT KILL TYPE normal SKIPME yes");
    assert_int_equal(await_at_most(h, "room:0", 7), 7);
}

/* One of all hubs walks. */
static void another_hub_is_left_to_walk(void **state)
{
    struct hub_test *h = *state;
    static const char *const settings[] = {"SNUG_RETAIN=7", NULL};
    fill(h, "room:0");
    redis_do(h->store->redis, "SET snug:sweeper other PX 5000");
    hub_test_start(h, settings);
    while (redis_int(h->store->redis, "EXISTS snug:sweeper") == 1) {
        assert_int_equal(redis_int(h->store->redis, "ZCARD room:0"), MANY);
        usleep(20000);
    }
    assert_int_equal(await_at_most(h, "room:0", 7), 7);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HUB_TEST(the_rooms_keep_what_they_say),
        HUB_TEST(a_room_that_is_gone_leaves_nothing),
        HUB_TEST(a_walk_survives_its_connection),
        HUB_TEST(another_hub_is_left_to_walk),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
