#include <stdio.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "model/address.h"
#include "store/ban.h"
#include "store/keys.h"
#include "store/token.h"
#include "support/check.h"
#include "support/hub.h"

/* Streams that may not go on: read from where nobody may any more, or opened with what has ended.
 */

#define SAID(reason) "event: bye\ndata: {\"reason\":\"" reason "\"}\n\n"

/* GET /api/events from this address. */
static void get_from(struct hub_test *h, struct fcgi_peer *p, const char *token,
                     const char *address)
{
    char remote[80];
    char cookie[80];
    const char *const vars[] = {"REQUEST_METHOD=GET", "SCRIPT_NAME=/api/events", remote, cookie,
                                NULL};
    (void)snprintf(remote, sizeof(remote), "REMOTE_ADDR=%s", address);
    (void)snprintf(cookie, sizeof(cookie), "HTTP_COOKIE=snug_session=%s", token);
    fcgi_peer_connect(p, h->path);
    fcgi_peer_request(p, 1, 0, vars);
}

static void open_from(struct hub_test *h, struct fcgi_peer *p, const char *token,
                      const char *address)
{
    get_from(h, p, token, address);
    fcgi_peer_expect(p, "event: ready\n");
}

static void ban(struct hub_test *h, const char *text)
{
    struct store_test *t = h->store;
    struct store_asker operator= store_asker_operator();
    struct str network;
    assert_int_equal(model_address_network(&t->arena, str_of(text), &network), ERR_OK);
    assert_int_equal(store_ban_set(t->conn, &t->arena, &operator, network, 0), ERR_OK);
}

static void a_ban_ends_the_streams_from_there(void **state)
{
    struct hub_test *h = *state;
    static const struct {
        const char *address, *ban;
        bool ends;
    } rows[] = {{"192.0.2.7", "192.0.2.7", true},         {"::ffff:192.0.2.9", "192.0.2.9", true},
                {"198.51.100.7", "198.51.0.0/16", true},  {"2001:db8::7", "2001:db8::1", true},
                {"2001:db9:1::7", "2001:db9::/32", true}, {"203.0.113.7", "203.0.113.8", false}};
    struct fcgi_peer p[ARRAY_LEN(rows)];
    hub_test_start(h, (const char *const[]){"SNUG_USER_STREAMS=20", NULL});
    const char *token = hub_test_login(h, "2");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        open_from(h, &p[i], token, rows[i].address);
    }
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ban(h, rows[i].ban);
        if (rows[i].ends) {
            fcgi_peer_expect(&p[i], SAID("banned"));
            fcgi_peer_expect_eof(&p[i]);
        }
    }
    (void)hub_test_send(h, "1", "0", "who is left?");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        if (!rows[i].ends) {
            fcgi_peer_expect(&p[i], "who is left?");
        }
        assert_int_equal(fcgi_peer_has(&p[i], "bye"), rows[i].ends);
        assert_false(fcgi_peer_has(&p[i], "address.banned"));
        fcgi_peer_close(&p[i]);
    }
}

/* A ban of long ago that was lifted does not end what was opened since. */
static void a_ban_that_was_lifted_ends_nothing(void **state)
{
    struct hub_test *h = *state;
    struct store_asker operator= store_asker_operator();
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    ban(h, "192.0.2.7");
    get_from(h, &p, token, "192.0.2.7");
    fcgi_peer_expect(&p, "Status: 403");
    fcgi_peer_close(&p);
    assert_int_equal(store_ban_lift(h->store->conn, &h->store->arena, &operator, STR("192.0.2.7")),
                     ERR_OK);
    open_from(h, &p, token, "192.0.2.7");
    (void)hub_test_send(h, "1", "0", "back");
    fcgi_peer_expect(&p, "back");
    assert_false(fcgi_peer_has(&p, "bye"));
    fcgi_peer_close(&p);
}

/* What the log has lost may have been a ban: who is looked up anew is asked for it, too. */
static void a_ban_is_found_after_a_loss(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer joe;
    struct fcgi_peer mary;
    hub_test_start(h, NULL);
    open_from(h, &joe, hub_test_login(h, "2"), "2001:db8:1:2::7");
    open_from(h, &mary, hub_test_login(h, "3"), "192.0.2.8");
    hub_test_send_many(h, 0, 0);
    fcgi_peer_expect(&joe, "n0");
    fcgi_peer_expect(&mary, "n0");
    /* All at once, so that the hub sees nothing in between. */
    redis_do(h->store->redis, "EVAL %s 0",
             "redis.call('HSET', 'snug:bans', '2001:db8::/32', '0') "
             "for i = 1, 5 do redis.call('XADD', 'snug:events', redis.call('GET', 'snug:epoch') .. "
             "'-*', 'type', 'epoch', 'to', 'none', 'server', '', 'data', '{}') end "
             "redis.call('XTRIM', 'snug:events', 'MAXLEN', 1)");
    hub_test_send_many(h, 2, 2);
    fcgi_peer_expect(&joe, SAID("banned"));
    fcgi_peer_expect_eof(&joe);
    fcgi_peer_expect(&mary, "event: reset\n");
    assert_false(fcgi_peer_has(&mary, "bye"));
    fcgi_peer_close(&joe);
    fcgi_peer_close(&mary);
}

/* A token of Joe's that lives so long; 0: for good. */
static void open_by_token(struct hub_test *h, struct fcgi_peer *p, uint64_t seconds)
{
    struct store_test *t = h->store;
    struct model_user owner;
    const struct str secret =
        arena_printf(&t->arena, "snug_%.*s", STR_FMT(rand_word(&t->arena, 32)));
    struct store_token token = {
        .sha256 = rand_sha256(&t->arena, secret), .name = STR("ci"), .scope = STR("read")};
    assert_int_equal(store_token_create(t->conn, &t->arena, store_test_as(t, STR("2")), STR_NONE,
                                        seconds, &token, &owner),
                     ERR_OK);
    const char *const vars[] = {
        "REQUEST_METHOD=GET", "SCRIPT_NAME=/api/events",
        arena_printf(&t->arena, "HTTP_AUTHORIZATION=Bearer %.*s", STR_FMT(secret)).ptr, NULL};
    fcgi_peer_connect(p, h->path);
    fcgi_peer_request(p, 1, 0, vars);
    fcgi_peer_expect(p, "event: ready\n");
}

static void a_stream_ends_with_its_token(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer brief;
    struct fcgi_peer lasting;
    struct fcgi_peer later;
    hub_test_start(h, NULL);
    open_by_token(h, &brief, 3);
    open_by_token(h, &lasting, 0);
    open_by_token(h, &later, 3600);
    fcgi_peer_expect(&brief, SAID("expired"));
    fcgi_peer_expect_eof(&brief);
    assert_int_equal(brief.ends, 1);
    (void)hub_test_send(h, "1", "0", "who is left?");
    fcgi_peer_expect(&lasting, "who is left?");
    fcgi_peer_expect(&later, "who is left?");
    assert_false(fcgi_peer_has(&lasting, "bye") || fcgi_peer_has(&later, "bye"));
    fcgi_peer_close(&brief);
    fcgi_peer_close(&lasting);
    fcgi_peer_close(&later);
}

/* Half a year after it began, less a moment: a session that no use makes longer. */
static void a_stream_ends_with_its_session(void **state)
{
    struct hub_test *h = *state;
    struct store_test *t = h->store;
    struct fcgi_peer p;
    struct fcgi_peer other;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    const char *sha256 = rand_sha256(&t->arena, str_of(token)).ptr;
    const int64_t began = clock_wall_ms() / 1000 - STORE_TTL_SESSION_S + 4;
    redis_do(t->redis, "HSET snug:session:%s created %lld", sha256, (long long)began);
    redis_do(t->redis, "EXPIRE snug:session:%s 4", sha256);
    hub_test_open(h, &p, token, "");
    hub_test_open(h, &other, hub_test_login(h, "2"), "");
    fcgi_peer_expect(&p, SAID("expired"));
    fcgi_peer_expect_eof(&p);
    (void)hub_test_send(h, "1", "0", "who is left?");
    fcgi_peer_expect(&other, "who is left?");
    assert_false(fcgi_peer_has(&other, "bye"));
    fcgi_peer_close(&p);
    fcgi_peer_close(&other);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(a_ban_ends_the_streams_from_there), HUB_TEST(a_ban_that_was_lifted_ends_nothing),
        HUB_TEST(a_ban_is_found_after_a_loss),       HUB_TEST(a_stream_ends_with_its_token),
        HUB_TEST(a_stream_ends_with_its_session),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests_name("hub barred", tests, store_test_begin, store_test_end);
}
