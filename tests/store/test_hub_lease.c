#include "hub/lease.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/presence.h"
#include "support/check.h"
#include "support/store.h"

/*
 * When a hub beats, and when it takes others for dead. Hub "a" is ours; "b" is dead from the
 * beginning, with user 2. Our time stands still but where a test moves it; that of Redis goes on.
 */

struct world {
    struct store_test *store;
    struct ev_loop *loop;
    struct hub_stats stats;
    struct store_url url;
    struct hub_redis *redis;
    struct hub_lease *lease;
    unsigned ups, lost;
};

static void on_up(void *arg)
{
    struct world *w = arg;
    clock_set(clock_wall_ms(), clock_mono_ms());
    w->ups++;
    hub_lease_up(w->lease);
}

static void on_lost(void *arg)
{
    ((struct world *)arg)->lost++;
}

/* Runs the loop until Redis has answered, or what was sent is there. */
static void turn(struct world *w)
{
    for (int turns = 0; turns < 20; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        (void)redis_int(w->store->redis, "EXISTS x");
    }
}

static void await_ups(struct world *w, unsigned ups)
{
    const int64_t end = clock_mono_ms() + 10000;
    while (w->ups < ups && clock_mono_ms() < end) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(w->ups, ups);
    turn(w);
}

static void add_dead(struct world *w)
{
    redis_do(w->store->redis, "SADD snug:hubs b");
    redis_do(w->store->redis, "SADD snug:hub:b:users 2");
    redis_do(w->store->redis, "SADD online_users 2");
}

static int setup(void **state)
{
    static struct world w;
    void *store = *state;
    assert_int_equal(store_test_setup(&store), 0);
    w = (struct world){.store = store, .loop = ev_loop_new(EVFLAG_AUTO)};
    assert_int_equal(store_hello_url(str_of(redis_url(w.store->redis)), &w.store->arena, &w.url),
                     ERR_OK);
    w.redis = hub_redis_create(w.loop, &w.url, &w.stats,
                               (struct hub_redis_hooks){.arg = &w, .up = on_up});
    w.lease =
        hub_lease_create(w.redis, STR("snug:a"), STR("a"), (struct hub_lease_hooks){&w, on_lost});
    await_ups(&w, 1);
    add_dead(&w);
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    clock_set(-1, -1);
    hub_redis_destroy(w->redis);
    hub_lease_destroy(w->lease);
    ev_loop_destroy(w->loop);
    *state = w->store;
    return store_test_teardown(state);
}

static void pass_ms(struct world *w, int64_t ms)
{
    clock_set(clock_wall_ms(), clock_mono_ms() + ms);
    hub_lease_check(w->lease);
    turn(w);
}

/* Lets so much time pass, with a beat whenever one is due. */
static void pass_beats(struct world *w, int64_t ms)
{
    for (; ms > HUB_LEASE_BEAT_MS; ms -= HUB_LEASE_BEAT_MS) {
        pass_ms(w, HUB_LEASE_BEAT_MS);
    }
    pass_ms(w, ms);
}

static bool is_online(struct world *w)
{
    return redis_int(w->store->redis, "SISMEMBER online_users 2") == 1;
}

static void beats_in_time(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "EXPIRE snug:hub:a 2");
    pass_ms(w, HUB_LEASE_BEAT_MS - 1);
    assert_in_range(redis_int(w->store->redis, "TTL snug:hub:a"), 0, 2);
    pass_ms(w, 1);
    assert_true(redis_int(w->store->redis, "TTL snug:hub:a") > 2);
    assert_int_equal(w->lost, 0);
}

/* Whoever lives has said so by then. */
static void a_fresh_hub_waits_one_lease_time(void **state)
{
    struct world *w = *state;
    pass_beats(w, HUB_LEASE_MS - 1);
    assert_true(is_online(w));
    pass_ms(w, 1);
    assert_false(is_online(w));
    assert_int_equal(redis_int(w->store->redis, "SISMEMBER snug:hubs b"), 0);
}

/* The next beat comes when the lease of another ends, which is how a crash is seen in time. */
static void comes_when_a_lease_ends(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "SET snug:hub:b beat EX 100");
    pass_beats(w, HUB_LEASE_MS);
    redis_do(w->store->redis, "PEXPIRE snug:hub:b 1500");
    pass_ms(w, HUB_LEASE_BEAT_MS);
    redis_do(w->store->redis, "DEL snug:hub:b");
    pass_ms(w, 500);
    assert_true(is_online(w));
    pass_ms(w, 1001);
    assert_false(is_online(w));
}

/* More than one call takes are gone before the next time to beat. */
static void goes_on_while_there_are_more(void **state)
{
    struct world *w = *state;
    static const char many[] = "for i = 1, %d do redis.call('SADD', 'snug:hub:b:users', i)"
                               " redis.call('SADD', 'online_users', i) end";
    redis_do(w->store->redis, "EVAL %s 0",
             arena_printf(&w->store->arena, many, 5 * STORE_PRESENCE_REAP_MAX).ptr);
    pass_beats(w, HUB_LEASE_MS);
    assert_int_equal(redis_int(w->store->redis, "EXISTS online_users snug:hub:b:users"), 0);
}

static void waits_two_lease_times_when_redis_was_away(void **state)
{
    struct world *w = *state;
    pass_beats(w, HUB_LEASE_MS);
    assert_false(is_online(w));
    redis_kill(w->store->redis);
    clock_set(-1, -1);
    redis_again(w->store->redis);
    await_ups(w, 2);
    add_dead(w);
    pass_beats(w, 2 * HUB_LEASE_MS - 1);
    assert_true(is_online(w));
    pass_ms(w, 1);
    assert_false(is_online(w));
}

/* What had ended it, a machine that slept, say, may have ended those of others. */
static void waits_two_lease_times_when_its_own_was_lost(void **state)
{
    struct world *w = *state;
    pass_beats(w, HUB_LEASE_MS);
    assert_false(is_online(w));
    add_dead(w);
    redis_do(w->store->redis, "DEL snug:hub:a");
    pass_ms(w, HUB_LEASE_BEAT_MS);
    assert_int_equal(w->lost, 1);
    pass_beats(w, 2 * HUB_LEASE_MS - 1);
    assert_true(is_online(w));
    pass_ms(w, 1);
    assert_false(is_online(w));
    assert_int_equal(w->lost, 1);
}

/* A flushed server has no epoch, no lease and no users: a beat finds out. */
static void finds_an_emptied_server(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "FLUSHALL");
    pass_ms(w, HUB_LEASE_BEAT_MS);
    assert_int_equal(w->ups, 2);
    assert_int_equal(w->lost, 1);
    assert_int_equal(redis_int(w->store->redis, "EXISTS snug:hub:a snug:epoch"), 2);
}

static void ends_while_a_beat_is_under_way(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "SADD snug:hub:a:users 7");
    redis_do(w->store->redis, "SADD online_users 7");
    clock_set(clock_wall_ms(), clock_mono_ms() + HUB_LEASE_BEAT_MS);
    hub_lease_check(w->lease);
    hub_lease_end(w->lease);
    assert_false(hub_lease_is_over(w->lease));
    turn(w);
    assert_true(hub_lease_is_over(w->lease));
    assert_int_equal(redis_int(w->store->redis, "EXISTS snug:hub:a snug:hub:a:users"), 0);
    assert_string_equal(redis_lines(w->store->redis, "SMEMBERS online_users"), "2");
    assert_string_equal(redis_lines(w->store->redis, "SMEMBERS snug:hubs"), "b");
    pass_beats(w, HUB_LEASE_MS);
    assert_int_equal(redis_int(w->store->redis, "EXISTS snug:hub:a"), 0);
}

static void a_refused_end_is_an_end(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "SET snug:hub:a:users x");
    hub_lease_end(w->lease);
    turn(w);
    assert_true(hub_lease_is_over(w->lease));
}

#define LEASE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        LEASE_TEST(beats_in_time),
        LEASE_TEST(a_fresh_hub_waits_one_lease_time),
        LEASE_TEST(comes_when_a_lease_ends),
        LEASE_TEST(goes_on_while_there_are_more),
        LEASE_TEST(waits_two_lease_times_when_redis_was_away),
        LEASE_TEST(waits_two_lease_times_when_its_own_was_lost),
        LEASE_TEST(finds_an_emptied_server),
        LEASE_TEST(ends_while_a_beat_is_under_way),
        LEASE_TEST(a_refused_end_is_an_end),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
