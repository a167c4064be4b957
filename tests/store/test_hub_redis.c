#include "hub/redis.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/log.h"
#include "support/check.h"
#include "support/store.h"

/* The hub's connection: every question has exactly one answer, whatever happens to Redis. */

struct world {
    struct store_test *store;
    struct ev_loop *loop;
    struct hub_stats stats;
    struct store_url url;
    struct hub_redis *redis;
    unsigned ups, downs, pushed;
    unsigned answers, failures;
    long long last; /* an integer answer */
};

static void on_up(void *arg)
{
    ((struct world *)arg)->ups++;
}

static void on_down(void *arg)
{
    ((struct world *)arg)->downs++;
}

static void on_push(void *arg, const redisReply *reply)
{
    assert_int_equal(reply->elements, 3);
    ((struct world *)arg)->pushed++;
}

static void on_answer(void *arg, const redisReply *reply)
{
    struct world *w = arg;
    if (reply == NULL) {
        w->failures++;
        return;
    }
    w->answers++;
    w->last = reply->type == REDIS_REPLY_INTEGER ? reply->integer : -1;
}

static int setup(void **state)
{
    static struct world w;
    void *store = *state;
    assert_int_equal(store_test_setup(&store), 0);
    w = (struct world){.store = store};
    w.loop = ev_loop_new(EVFLAG_AUTO);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    hub_redis_destroy(w->redis);
    ev_loop_destroy(w->loop);
    *state = w->store;
    return store_test_teardown(state);
}

static void begin(struct world *w, const char *url, bool listens)
{
    static const struct str channels[] = {LIT("MESSAGES"), LIT("SNUG")};
    assert_int_equal(store_hello_url(str_of(url), &w->store->arena, &w->url), ERR_OK);
    w->redis = hub_redis_create(w->loop, &w->url, &w->stats,
                                (struct hub_redis_hooks){.arg = w,
                                                         .up = on_up,
                                                         .down = on_down,
                                                         .push = listens ? on_push : NULL,
                                                         .channels = channels,
                                                         .nchannels = ARRAY_LEN(channels)});
}

/* Runs the loop until the count is reached. */
static void await(struct world *w, const unsigned *count, unsigned wanted)
{
    const int64_t end = clock_mono_ms() + 10000;
    while (*count < wanted && clock_mono_ms() < end) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(*count, wanted);
}

static void ask(struct world *w, const char *word, const char *arg)
{
    const struct str words[] = {str_of(word), str_of(arg)};
    hub_redis_send(w->redis, store_cmd_make(&w->store->arena, words, 2), on_answer, w);
}

static void answers_in_order(void **state)
{
    struct world *w = *state;
    begin(w, redis_url(w->store->redis), false);
    assert_false(hub_redis_is_up(w->redis));
    ask(w, "INCR", "n");
    assert_int_equal(w->failures, 1);
    await(w, &w->ups, 1);
    assert_true(hub_redis_is_up(w->redis));
    for (unsigned i = 1; i <= 1000; i++) {
        ask(w, "INCR", "n");
    }
    assert_int_equal(w->answers, 0);
    await(w, &w->answers, 1000);
    assert_int_equal(w->last, 1000);
    assert_int_equal(w->failures, 1);
}

static void survives_the_death_of_redis(void **state)
{
    struct world *w = *state;
    begin(w, redis_url(w->store->redis), false);
    await(w, &w->ups, 1);
    redis_pause(w->store->redis);
    for (int i = 0; i < 10; i++) {
        ask(w, "INCR", "n");
    }
    ev_run(w->loop, EVRUN_NOWAIT);
    redis_kill(w->store->redis);
    await(w, &w->downs, 1);
    assert_int_equal(w->failures, 10);
    assert_int_equal(w->answers, 0);
    ask(w, "INCR", "n");
    assert_int_equal(w->failures, 11);
    redis_again(w->store->redis);
    await(w, &w->ups, 2);
    ask(w, "INCR", "n");
    await(w, &w->answers, 1);
    assert_int_equal(w->stats.reconnects, 1);
}

/* No answer within its time is none. */
static void does_not_wait_for_ever(void **state)
{
    struct world *w = *state;
    begin(w, redis_url(w->store->redis), false);
    await(w, &w->ups, 1);
    redis_pause(w->store->redis);
    const int64_t began = clock_mono_ms();
    ask(w, "INCR", "n");
    await(w, &w->failures, 1);
    assert_in_range(clock_mono_ms() - began, HUB_REDIS_REPLY_MS, HUB_REDIS_REPLY_MS + 1000);
    redis_resume(w->store->redis);
    await(w, &w->ups, 2);
}

static void fails_what_is_pending_when_it_ends(void **state)
{
    struct world *w = *state;
    begin(w, redis_url(w->store->redis), false);
    await(w, &w->ups, 1);
    ask(w, "INCR", "n");
    ask(w, "INCR", "n");
    hub_redis_destroy(w->redis);
    w->redis = NULL;
    assert_int_equal(w->failures, 2);
    assert_int_equal(w->downs, 0);
}

/* A bounded number of questions; above it the connection counts as down. */
static void takes_only_so_many(void **state)
{
    struct world *w = *state;
    begin(w, redis_url(w->store->redis), false);
    await(w, &w->ups, 1);
    for (unsigned i = 0; i < HUB_REDIS_PENDING_MAX; i++) {
        assert_true(hub_redis_is_up(w->redis));
        ask(w, "INCR", "n");
    }
    assert_false(hub_redis_is_up(w->redis));
    ask(w, "INCR", "n");
    assert_int_equal(w->failures, 1);
    await(w, &w->answers, HUB_REDIS_PENDING_MAX);
    assert_true(hub_redis_is_up(w->redis));
    assert_int_equal(w->last, HUB_REDIS_PENDING_MAX);
}

/* Scripts that the server does not know, and an epoch that it has lost, both at once. */
static void repeats_what_was_not_run(void **state)
{
    struct world *w = *state;
    const struct str words[] = {STR("abc"), STR("3600"), STR("200")};
    begin(w, redis_url(w->store->redis), false);
    await(w, &w->ups, 1);
    redis_do(w->store->redis, "FLUSHALL");
    redis_do(w->store->redis, "SCRIPT FLUSH");
    for (unsigned i = 0; i < 5; i++) {
        hub_redis_send(w->redis,
                       store_cmd_script(&w->store->arena, STORE_SCRIPT_STREAM_OPEN, words, 3),
                       on_answer, w);
        ask(w, "INCR", "n");
    }
    await(w, &w->answers, 10);
    assert_int_equal(w->failures, 0);
    assert_int_equal(w->downs, 0);
    assert_int_equal(w->ups, 2);
    assert_int_equal(redis_int(w->store->redis, "EXISTS snug:epoch"), 1);
}

static void listens(void **state)
{
    struct world *w = *state;
    begin(w, redis_url(w->store->redis), true);
    await(w, &w->ups, 1);
    for (int i = 0; i < 500; i++) {
        redis_do(w->store->redis, i % 2 == 0 ? "PUBLISH MESSAGES x" : "PUBLISH SNUG x");
    }
    await(w, &w->pushed, 500);
    redis_kill(w->store->redis);
    await(w, &w->downs, 1);
    redis_again(w->store->redis);
    await(w, &w->ups, 2);
    redis_do(w->store->redis, "PUBLISH SNUG x");
    await(w, &w->pushed, 501);
}

/* Over TCP, with a login and another database. */
static void speaks_tcp(void **state)
{
    struct world *w = *state;
    char url[64];
    const int port = redis_open_port(w->store->redis);
    redis_do(w->store->redis, "CONFIG SET requirepass secret");
    snprintf(url, sizeof url, "redis://:secret@127.0.0.1:%d/3", port);
    begin(w, url, false);
    await(w, &w->ups, 1);
    ask(w, "INCR", "n");
    await(w, &w->answers, 1);
    redis_do(w->store->redis, "CONFIG SET requirepass %s", "");
    redis_do(w->store->redis, "SELECT 3");
    assert_string_equal(redis_text(w->store->redis, "GET n"), "1");
    redis_do(w->store->redis, "SELECT 0");
    redis_close_port(w->store->redis);
}

#define REDIS_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        REDIS_TEST(answers_in_order),
        REDIS_TEST(survives_the_death_of_redis),
        REDIS_TEST(does_not_wait_for_ever),
        REDIS_TEST(fails_what_is_pending_when_it_ends),
        REDIS_TEST(takes_only_so_many),
        REDIS_TEST(repeats_what_was_not_run),
        REDIS_TEST(listens),
        REDIS_TEST(speaks_tcp),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
