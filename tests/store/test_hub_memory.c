#include <stdio.h>
#include "base/log.h"
#include "support/check.h"
#include "support/hub.h"

/* A hub sees that Redis is nearly full, and admins, health and senders are told. */

static void set_max(struct hub_test *h, const char *max)
{
    redis_do(h->store->redis, "CONFIG SET maxmemory %s", max);
}

/* Waits until health says this of the memory. */
static void await_health(struct hub_test *h, const char *level)
{
    static const char *const vars[] = {"REQUEST_METHOD=GET", "SCRIPT_NAME=/api/health", NULL};
    char wanted[32];
    snprintf(wanted, sizeof(wanted), "\"memory\":\"%s\"", level);
    for (int tries = 0; tries < 1000; tries++) {
        struct fcgi_peer p;
        fcgi_peer_connect(&p, h->path);
        fcgi_peer_request(&p, 1, 0, vars);
        fcgi_peer_expect_end(&p, 1);
        const bool is_so = fcgi_peer_has(&p, wanted);
        assert_true(fcgi_peer_has(&p, "\"status\":\"ok\""));
        fcgi_peer_close(&p);
        if (is_so) {
            return;
        }
        usleep(20000);
    }
    fail_msg("health never said %s", wanted);
}

static void admins_hear_and_senders_are_refused(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer admin, other;
    redis_do(h->store->redis, "SADD snug:admins 1");
    redis_do(h->store->redis, "HSET snug:user:1 role admin");
    hub_test_start(h, NULL);
    hub_test_open(h, &admin, hub_test_login(h, "1"), "");
    hub_test_open(h, &other, hub_test_login(h, "2"), "");
    await_health(h, "ok");
    set_max(h, "1");
    fcgi_peer_expect(&admin, "event: server.warning\n");
    fcgi_peer_expect(&admin, "\"level\":\"full\"");
    await_health(h, "full");
    set_max(h, "0");
    fcgi_peer_expect(&admin, "event: server.warning\n");
    fcgi_peer_expect(&admin, "\"level\":\"ok\"");
    await_health(h, "ok");
    hub_test_send(h, "2", "0", "room again");
    fcgi_peer_expect(&other, "room again");
    assert_false(fcgi_peer_has(&other, "server.warning"));
    fcgi_peer_close(&admin);
    fcgi_peer_close(&other);
}

/* Where Redis itself has no limit, or a larger one, ours counts. */
static void our_own_limit_counts(void **state)
{
    struct hub_test *h = *state;
    static const char *const settings[] = {"SNUG_MAXMEMORY=1", NULL};
    redis_do(h->store->redis, "SET filler %s", "x");
    redis_do(h->store->redis, "SETRANGE filler 1100000 x");
    set_max(h, "1gb");
    hub_test_start(h, settings);
    await_health(h, "full");
    assert_string_equal(redis_text(h->store->redis, "GET snug:memory"), "full");
    set_max(h, "0");
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HUB_TEST(admins_hear_and_senders_are_refused),
        HUB_TEST(our_own_limit_counts),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
