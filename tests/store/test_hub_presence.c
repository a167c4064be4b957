#include "hub/presence.h"

#include "base/clock.h"
#include "base/log.h"
#include "hub/lease.h"
#include "support/check.h"
#include "support/store.h"

/* Who is online, as Redis is told. Time stands still but where a test moves it. */

struct world {
    struct store_test *store;
    struct ev_loop *loop;
    struct hub_stats stats;
    struct store_url url;
    struct hub_redis *redis;
    struct hub_presence *presence;
    struct hub_client clients[3];
    bool up;
};

#define PABLO STR("1")

static void on_up(void *arg)
{
    struct world *w = arg;
    w->up = true;
    hub_presence_up(w->presence);
}

static void on_down(void *arg)
{
    ((struct world *)arg)->up = false;
}

static void await_up(struct world *w, bool up)
{
    const int64_t end = clock_mono_ms() + 10000;
    while (w->up != up && clock_mono_ms() < end) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(w->up, up);
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
                               (struct hub_redis_hooks){.arg = &w, .up = on_up, .down = on_down});
    w.presence = hub_presence_create(w.redis, STR("snug:t"), STR("t"));
    await_up(&w, true);
    clock_set(clock_wall_ms(), clock_mono_ms());
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    clock_set(-1, -1);
    for (size_t i = 0; i < ARRAY_LEN(w->clients); i++) {
        hub_presence_remove(w->presence, &w->clients[i]);
    }
    hub_redis_destroy(w->redis);
    hub_presence_destroy(w->presence);
    ev_loop_destroy(w->loop);
    *state = w->store;
    return store_test_teardown(state);
}

/* Runs the loop until nothing is asked and Redis says the same of the user. */
static void assert_online(struct world *w, bool online)
{
    for (int turns = 0; turns < 5000; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        if (redis_int(w->store->redis, "SISMEMBER online_users 1") == online) {
            return;
        }
        usleep(1000);
    }
    fail_msg("the user does not become %s", online ? "online" : "offline");
}

static void pass_ms(struct world *w, int64_t ms)
{
    clock_set(clock_wall_ms(), clock_mono_ms() + ms);
    hub_presence_check(w->presence);
}

/* Whatever is under way has been answered. */
static void turn(struct world *w)
{
    for (int turns = 0; turns < 20; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        (void)redis_int(w->store->redis, "EXISTS x");
    }
}

/* Has nothing been said since? */
static bool is_silent(struct world *w, struct redisContext *listener)
{
    for (int turns = 0; turns < 10; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        (void)redis_int(w->store->redis, "EXISTS x");
    }
    return redis_silent(w->store->redis, listener);
}

static void comes_with_the_first_and_goes_after_the_last(void **state)
{
    struct world *w = *state;
    struct redisContext *listener = redis_listen(w->store->redis);
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    assert_online(w, true);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"user.connected\""));
    hub_presence_add(w->presence, PABLO, &w->clients[1]);
    hub_presence_remove(w->presence, &w->clients[0]);
    pass_ms(w, 2 * HUB_PRESENCE_GRACE_MS);
    hub_presence_remove(w->presence, &w->clients[1]);
    pass_ms(w, HUB_PRESENCE_GRACE_MS - 1);
    assert_true(is_silent(w, listener));
    /* Back in time: nobody has heard of it. */
    hub_presence_add(w->presence, PABLO, &w->clients[2]);
    pass_ms(w, 2 * HUB_PRESENCE_GRACE_MS);
    hub_presence_remove(w->presence, &w->clients[2]);
    pass_ms(w, HUB_PRESENCE_GRACE_MS - 1);
    assert_true(is_silent(w, listener));
    assert_int_equal(hub_presence_count(w->presence), 1);
    pass_ms(w, 1);
    assert_online(w, false);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"user.disconnected\""));
    assert_true(is_silent(w, listener));
    assert_int_equal(hub_presence_count(w->presence), 0);
    redis_unlisten(listener);
}

/* The last stream ends while Redis is away: it is told when it is back. */
static void tells_later(void **state)
{
    struct world *w = *state;
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    assert_online(w, true);
    redis_kill(w->store->redis);
    clock_set(-1, -1);
    await_up(w, false);
    hub_presence_remove(w->presence, &w->clients[0]);
    clock_set(clock_wall_ms(), clock_mono_ms() + 2 * HUB_PRESENCE_GRACE_MS);
    hub_presence_check(w->presence);
    assert_int_equal(hub_presence_count(w->presence), 1);
    clock_set(-1, -1);
    redis_again(w->store->redis);
    redis_do(w->store->redis, "SADD online_users 1");
    redis_do(w->store->redis, "SADD snug:hub:t:users 1");
    await_up(w, true);
    clock_set(clock_wall_ms(), clock_mono_ms() + 2 * HUB_PRESENCE_GRACE_MS);
    hub_presence_check(w->presence);
    assert_online(w, false);
}

/* And who is there is told again. */
static void repeats_to_an_empty_redis(void **state)
{
    struct world *w = *state;
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    assert_online(w, true);
    redis_kill(w->store->redis);
    clock_set(-1, -1);
    await_up(w, false);
    redis_again(w->store->redis);
    await_up(w, true);
    assert_online(w, true);
}

/* Redis refuses, here for what somebody has put in the way; that is tried again, not at once. */
static void tries_again_when_refused(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "SET snug:hub:t:users x");
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    for (int turns = 0; turns < 50; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        (void)redis_int(w->store->redis, "SISMEMBER online_users 1");
    }
    redis_do(w->store->redis, "DEL snug:hub:t:users");
    pass_ms(w, HUB_PRESENCE_GRACE_MS - 1);
    for (int turns = 0; turns < 50; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        assert_int_equal(redis_int(w->store->redis, "SISMEMBER online_users 1"), 0);
    }
    pass_ms(w, 1);
    assert_online(w, true);
}

/* The answer to the join is still due when somebody takes the user offline. */
static void minds_a_contradiction_under_way(void **state)
{
    struct world *w = *state;
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    hub_presence_contradict(w->presence, STR("1"));
    assert_online(w, true);
    redis_do(w->store->redis, "SREM online_users 1");
    for (int turns = 0; turns < 50; turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        (void)redis_int(w->store->redis, "EXISTS x");
    }
    pass_ms(w, HUB_PRESENCE_GRACE_MS);
    assert_online(w, true);
    hub_presence_contradict(w->presence, STR("2"));
}

/* User 1 was at a hub that crashed, and came here before anybody took that one for dead. */
static void takes_over_in_silence(void **state)
{
    struct world *w = *state;
    redis_do(w->store->redis, "SADD online_users 1 2");
    redis_do(w->store->redis, "SADD snug:hubs dead");
    redis_do(w->store->redis, "SADD snug:hub:dead:users 1 2");
    redis_do(w->store->redis, "SET snug:hub:dead beat EX 100");
    struct redisContext *listener = redis_listen(w->store->redis);
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    turn(w);
    redis_do(w->store->redis, "DEL snug:hub:dead");
    for (int beats = 0; beats < HUB_LEASE_MS / HUB_LEASE_BEAT_MS; beats++) {
        assert_true(redis_silent(w->store->redis, listener));
        pass_ms(w, HUB_LEASE_BEAT_MS);
        turn(w);
    }
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"user.disconnected\",\"data\":"
                                                  "{\"id\":\"2\""));
    assert_true(redis_silent(w->store->redis, listener));
    assert_online(w, true);
    redis_unlisten(listener);
}

/* With the hub's end everybody goes, whose stream is open still or not; and nothing is left. */
static void ends(void **state)
{
    struct world *w = *state;
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    hub_presence_add(w->presence, STR("2"), &w->clients[1]);
    assert_online(w, true);
    assert_int_equal(redis_int(w->store->redis, "EXISTS snug:hub:t"), 1);
    hub_presence_end(w->presence);
    assert_false(hub_presence_is_over(w->presence));
    hub_presence_add(w->presence, STR("2"), &w->clients[2]);
    assert_online(w, false);
    for (int turns = 0; turns < 1000 && !hub_presence_is_over(w->presence); turns++) {
        ev_run(w->loop, EVRUN_NOWAIT);
        (void)redis_int(w->store->redis, "EXISTS x");
    }
    assert_true(hub_presence_is_over(w->presence));
    pass_ms(w, 2 * HUB_LEASE_MS);
    for (size_t i = 0; i < ARRAY_LEN(w->clients); i++) {
        hub_presence_remove(w->presence, &w->clients[i]);
    }
    assert_int_equal(hub_presence_count(w->presence), 0);
    assert_int_equal(
        redis_int(w->store->redis, "EXISTS online_users snug:hubs snug:hub:t snug:hub:t:users"), 0);
}

/* The process was stopped, say, and another hub has taken its users for gone. */
static void says_all_again_when_its_lease_was_lost(void **state)
{
    struct world *w = *state;
    hub_presence_add(w->presence, PABLO, &w->clients[0]);
    assert_online(w, true);
    turn(w);
    redis_do(w->store->redis, "DEL snug:hub:t snug:hub:t:users snug:hubs online_users");
    pass_ms(w, HUB_LEASE_BEAT_MS);
    assert_online(w, true);
    assert_string_equal(redis_lines(w->store->redis, "SMEMBERS snug:hub:t:users"), "1");
}

#define PRESENCE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        PRESENCE_TEST(comes_with_the_first_and_goes_after_the_last),
        PRESENCE_TEST(tells_later),
        PRESENCE_TEST(repeats_to_an_empty_redis),
        PRESENCE_TEST(tries_again_when_refused),
        PRESENCE_TEST(minds_a_contradiction_under_way),
        PRESENCE_TEST(says_all_again_when_its_lease_was_lost),
        PRESENCE_TEST(takes_over_in_silence),
        PRESENCE_TEST(ends),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
