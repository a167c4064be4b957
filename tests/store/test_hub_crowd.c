#include "base/log.h"
#include "hub/announce.h"
#include "support/check.h"
#include "support/hub.h"

/* People come and go by the thousand, and messages do not wait behind them. */

#define CROWD 3000

static const char crowd[] =
    "for i = 1, %d do redis.call('PUBLISH', 'MESSAGES', '{\"serverId\":\"snug:x\",\"type\":"
    "\"user.connected\",\"data\":{\"id\":\"' .. i .. '\",\"username\":\"u\",\"online\":true},"
    "\"to\":\"all\"}') end redis.call('SADD', 'online_users', 7, 8, 9)";

static void a_storm_becomes_a_number(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    fcgi_peer_expect(&p, "event: user.connected\n");
    redis_do(h->store->redis, "EVAL %s 0", arena_printf(&h->store->arena, crowd, CROWD).ptr);
    hub_test_send(h, "2", "0", "in the middle of it");
    fcgi_peer_expect(&p, "in the middle of it");
    fcgi_peer_expect(&p, "event: presence\ndata: {\"online\":4}\n\n");
    assert_in_range(fcgi_peer_count(&p, "event: user.connected\n"),
                    HUB_BUDGET_PER_S / HUB_ANNOUNCE_LEAST / 2, CROWD - 1);
    assert_int_equal(fcgi_peer_count(&p, "event: presence\n"), 1);
    /* And a single one is told again. */
    redis_do(h->store->redis, "EVAL %s 0", arena_printf(&h->store->arena, crowd, 1).ptr);
    fcgi_peer_expect(&p, "event: user.connected\n");
    assert_int_equal(fcgi_peer_count(&p, "event: presence\n"), 1);
    fcgi_peer_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(a_storm_becomes_a_number),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
