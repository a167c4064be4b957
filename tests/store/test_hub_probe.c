#include "hub/probe.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/keys.h"
#include "support/check.h"
#include "support/store.h"

/* Does the hub notice that its subscription hears nothing? The clock is the test's. */

#define OWN STR(STORE_CHANNEL_HUB "t")

struct world {
    struct store_test *store;
    struct ev_loop *loop;
    struct store_url url;
    struct hub_stats stats;
    struct hub_redis *redis;
    struct hub_subscriber *subscriber;
    struct hub_probe probe;
    unsigned ups, downs;
    int64_t now_ms;
};

static void on_up(void *arg)
{
    ((struct world *)arg)->ups++;
}

static void on_down(void *arg)
{
    struct world *w = arg;
    w->downs++;
    hub_probe_lost(&w->probe);
}

static void on_event(void *arg, const struct model_event *event)
{
    (void)arg;
    (void)event;
}

static void on_word(void *arg, struct str word)
{
    struct world *w = arg;
    hub_probe_heard(&w->probe, word, w->now_ms);
}

static int setup(void **state)
{
    static struct world w;
    void *store = *state;
    assert_int_equal(store_test_setup(&store), 0);
    w = (struct world){.store = store, .now_ms = 1000000};
    w.loop = ev_loop_new(EVFLAG_AUTO);
    assert_int_equal(store_hello_url(str_of(redis_url(w.store->redis)), &w.store->arena, &w.url),
                     ERR_OK);
    w.redis = hub_redis_create(w.loop, &w.url, &w.stats,
                               (struct hub_redis_hooks){.arg = &w, .up = on_up});
    w.subscriber =
        hub_subscriber_create(w.loop, &w.url, OWN, &w.stats,
                              (struct hub_subscriber_hooks){&w, on_up, on_down, on_event, on_word});
    w.probe = (struct hub_probe){
        .redis = w.redis, .subscriber = w.subscriber, .stats = &w.stats, .channel = OWN};
    *state = &w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    hub_subscriber_destroy(w->subscriber);
    hub_redis_destroy(w->redis);
    ev_loop_destroy(w->loop);
    *state = w->store;
    return store_test_teardown(state);
}

/* Runs the loop until the two connections have come up so often in all. */
static void await_ups(struct world *w, unsigned ups)
{
    const int64_t end = clock_mono_ms() + 10000;
    while (w->ups < ups && clock_mono_ms() < end) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(w->ups, ups);
}

/* Runs it until the hub's word has come back: as a word, or as an event that makes no sense. */
static void await_word(struct world *w)
{
    const int64_t end = clock_mono_ms() + 10000;
    while (w->probe.is_waiting && w->stats.events == 0 && clock_mono_ms() < end) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_true(clock_mono_ms() < end);
}

static void hears_itself(void **state)
{
    struct world *w = *state;
    hub_probe_check(&w->probe, w->now_ms);
    assert_int_equal(w->probe.said, 0); /* nothing is up */
    await_ups(w, 2);
    for (uint64_t n = 1; n <= 3; n++) {
        hub_probe_check(&w->probe, w->now_ms);
        assert_int_equal(w->probe.said, n);
        await_word(w);
        assert_true(w->probe.is_sound);
        assert_int_equal(w->probe.heard_ms, w->now_ms);
        w->now_ms += HUB_PROBE_EVERY_MS - 1;
        hub_probe_check(&w->probe, w->now_ms);
        assert_int_equal(w->probe.said, n);
        w->now_ms++;
    }
    assert_int_equal(w->stats.deaf, 0);
    assert_int_equal(w->downs, 0);
}

/* Redis takes the word, and somebody is told, but it does not come back as a word. */
static void rebuilds_what_hears_nothing(void **state)
{
    struct world *w = *state;
    await_ups(w, 2);
    hub_probe_check(&w->probe, w->now_ms);
    await_word(w);
    assert_true(w->probe.is_sound);
    w->probe.channel = STR(STORE_CHANNEL_OWN);
    w->now_ms += HUB_PROBE_EVERY_MS;
    hub_probe_check(&w->probe, w->now_ms);
    await_word(w);
    assert_true(w->probe.is_waiting);
    hub_probe_check(&w->probe, w->now_ms + HUB_PROBE_WAIT_MS - 1);
    assert_int_equal(w->stats.deaf, 0);
    hub_probe_check(&w->probe, w->now_ms + HUB_PROBE_WAIT_MS);
    assert_int_equal(w->stats.deaf, 1);
    assert_int_equal(w->downs, 1);
    assert_false(w->probe.is_sound);
    /* It is made anew, and asked at once. */
    w->probe.channel = OWN;
    w->stats.events = 0;
    await_ups(w, 3);
    hub_probe_check(&w->probe, w->now_ms + HUB_PROBE_WAIT_MS + 1);
    await_word(w);
    assert_true(w->probe.is_sound);
}

/* Redis says that nobody was told: that is known without waiting. */
static void rebuilds_what_is_nobodys(void **state)
{
    struct world *w = *state;
    await_ups(w, 2);
    w->probe.channel = STR("elsewhere");
    hub_probe_check(&w->probe, w->now_ms);
    await_word(w);
    assert_int_equal(w->stats.deaf, 1);
    assert_int_equal(w->downs, 1);
}

/* A word of before, or none at all, is no answer. */
static void hears_only_the_newest_word(void **state)
{
    struct world *w = *state;
    await_ups(w, 2);
    w->probe.channel = STR(STORE_CHANNEL_OWN);
    hub_probe_check(&w->probe, w->now_ms);
    hub_probe_heard(&w->probe, STR("0"), w->now_ms);
    hub_probe_heard(&w->probe, STR("2"), w->now_ms);
    hub_probe_heard(&w->probe, STR("x"), w->now_ms);
    assert_false(w->probe.is_sound);
    hub_probe_heard(&w->probe, STR("1"), w->now_ms);
    assert_true(w->probe.is_sound);
}

#define PROBE_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        PROBE_TEST(hears_itself),
        PROBE_TEST(rebuilds_what_hears_nothing),
        PROBE_TEST(rebuilds_what_is_nobodys),
        PROBE_TEST(hears_only_the_newest_word),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
