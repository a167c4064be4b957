#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "base/log.h"
#include "base/rand.h"
#include "store/session.h"
#include "support/check.h"
#include "support/hub.h"

/* Redis goes, is emptied, hangs; tabs close; demo servers talk; the hub is stopped. */

static void assert_online(struct hub_test *h, const char *user, int online)
{
    for (int waited_ms = 0; waited_ms < 10000; waited_ms += 10) {
        if (redis_int(h->store->redis, "SISMEMBER online_users %s", user) == online) {
            return;
        }
        usleep(10000);
    }
    print_error("user %s does not become %s\n", user, online ? "online" : "offline");
    fail();
}

/* The demo server's answer to a store_test_setup() that Redis' death has undone. */
static const char *begin_anew(struct hub_test *h)
{
    struct store_test *t = h->store;
    store_conn_destroy(t->conn);
    t->conn = store_test_connect(t);
    (void)store_test_user(t, "Pablo");
    (void)store_test_user(t, "Joe");
    return hub_test_login(h, "1");
}

static void outlives_redis(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p, other;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &p, token, "");
    hub_test_send(h, "1", "0", "before");
    fcgi_peer_expect(&p, "before");
    redis_kill(h->store->redis);
    hub_test_await_health(h, false);
    hub_test_get(h, &other, token, "");
    fcgi_peer_expect(&other, "Status: 503 ");
    fcgi_peer_expect(&other, "Retry-After: ");
    fcgi_peer_expect_eof(&other);
    fcgi_peer_close(&other);
    redis_again(h->store->redis);
    hub_test_await_health(h, true);
    /* It was started empty: no session is left. */
    fcgi_peer_expect(&p, "{\"reason\":\"logout\"}");
    fcgi_peer_close(&p);
    hub_test_open(h, &p, begin_anew(h), "");
    hub_test_send(h, "1", "0", "after");
    fcgi_peer_expect(&p, "\"message\":\"after\"");
    assert_int_equal(p.ends, 0);
    fcgi_peer_close(&p);
}

/* FLUSHALL under its feet: no script has an epoch any more. */
static void outlives_an_emptied_redis(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p, other;
    hub_test_start(h, NULL);
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    assert_online(h, "1", 1);
    redis_do(h->store->redis, "FLUSHALL");
    redis_do(h->store->redis, "SCRIPT FLUSH");
    redis_do(h->store->redis, "HSET user:1 username Pablo");
    redis_do(h->store->redis, "HSET snug:session:%s user 1",
             rand_sha256(&h->store->arena, STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")).ptr);
    hub_test_open(h, &other, "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "");
    fcgi_peer_expect(&other, "\"username\":\"Pablo\"");
    assert_online(h, "1", 1);
    assert_int_equal(p.ends, 0);
    fcgi_peer_close(&p);
    fcgi_peer_close(&other);
}

/* A Redis that hangs is given up, and its streams are told what they may have missed. */
static void gives_up_a_redis_that_hangs(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p, other;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &p, token, "");
    assert_online(h, "1", 1);
    redis_pause(h->store->redis);
    hub_test_get(h, &other, token, "");
    fcgi_peer_expect(&other, "Status: 503 ");
    fcgi_peer_close(&other);
    /* One that leaves while Redis is asked for it. */
    redis_resume(h->store->redis);
    hub_test_await_health(h, true);
    redis_pause(h->store->redis);
    hub_test_get(h, &other, token, "");
    assert_int_equal(shutdown(other.fd, SHUT_WR), 0);
    fcgi_peer_expect_eof(&other);
    assert_int_equal(other.ends, 1);
    fcgi_peer_close(&other);
    redis_resume(h->store->redis);
    hub_test_await_health(h, true);
    hub_test_send(h, "1", "0", "again");
    fcgi_peer_expect(&p, "\"message\":\"again\"");
    fcgi_peer_close(&p);
}

/* The tab closes: END_REQUEST at once, offline after the grace; and not if the user is back. */
static void notices_closed_tabs(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer pablo, joe;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &joe, hub_test_login(h, "2"), "");
    hub_test_open(h, &pablo, token, "");
    fcgi_peer_expect(&joe, "event: user.connected\ndata: {\"id\":\"1\"");
    assert_int_equal(shutdown(pablo.fd, SHUT_WR), 0);
    fcgi_peer_expect_eof(&pablo);
    assert_int_equal(pablo.ends, 1);
    fcgi_peer_close(&pablo);
    hub_test_open(h, &pablo, token, "");
    fcgi_peer_close(&pablo);
    fcgi_peer_expect(&joe, "event: user.disconnected\n"
                           "data: {\"id\":\"1\",\"username\":\"Pablo\",\"online\":false}\n\n");
    assert_online(h, "1", 0);
    assert_int_equal(fcgi_peer_count(&joe, "\"id\":\"1\",\"username\":\"Pablo\",\"online\""), 2);
    fcgi_peer_close(&joe);
}

static void stops_in_order(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p[3], idle;
    hub_test_start(h, NULL);
    for (int i = 0; i < 3; i++) {
        hub_test_open(h, &p[i], hub_test_login(h, i == 0 ? "1" : "2"), "");
    }
    assert_online(h, "1", 1);
    assert_online(h, "2", 1);
    redis_do(h->store->redis, "SADD online_users 99");
    fcgi_peer_connect(&idle, h->path);
    assert_int_equal(hub_test_stop(h), 0);
    for (int i = 0; i < 3; i++) {
        fcgi_peer_expect(&p[i], "retry: ");
        assert_in_range(strtol(p[i].out + p[i].seen, NULL, 10), 1000, 1999);
        fcgi_peer_expect(&p[i], "event: bye\ndata: {\"reason\":\"stopping\"}\n\n");
        fcgi_peer_expect_eof(&p[i]);
        assert_int_equal(p[i].ends, 1);
        fcgi_peer_close(&p[i]);
    }
    fcgi_peer_close(&idle);
    assert_string_equal(redis_lines(h->store->redis, "SMEMBERS online_users"), "99");
}

static void stops_without_redis(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    redis_kill(h->store->redis);
    hub_test_await_health(h, false);
    assert_int_equal(hub_test_stop(h), 0);
    fcgi_peer_expect(&p, "event: bye");
    fcgi_peer_close(&p);
    redis_again(h->store->redis);
}

/* Everything that reference servers, and worse, put on the channel. */
static const struct {
    const char *envelope, *block; /* NULL: nothing comes of it */
} envelopes[] = {
    {"not JSON", NULL},
    {"", NULL},
    {"null", NULL},
    {"[]", NULL},
    {"{\"type\":\"message\"}", NULL},
    {"{\"type\":\"typing\",\"data\":{}}", NULL},
    {"{\"serverId\": 226863.05031142844, \"type\": \"message\", \"data\": {\"roomId\": "
     "\"1:2\", "
     "\"message\": \"private &lt;b&gt;\", \"from\": \"2\", \"date\": 1795485893}}",
     "\"message\":\"private <b>\",\"roomId\":\"1:2\"}\n\n"},
    {"{\"serverId\":\"10.0.0.1:5004\",\"type\":\"show.room\",\"data\":{\"id\":\"1:5\","
     "\"names\":[["
     "\"Pablo\"],[\"Nina\"]]}}",
     "event: show.room\n"},
    {"{\"serverId\":\"10.0.0.1:5004\",\"type\":\"message\",\"data\":{\"roomId\":\"1:5\","
     "\"message\":\"first of Nina\",\"from\":5,\"date\":1795485896}}",
     "\"from\":\"5\",\"date\":1795485896,\"message\":\"first of Nina\""},
    {"{\"type\":\"message\",\"data\":{\"roomId\":\"0\",\"message\":\"of Java\",\"from\":\"2\","
     "\"date\":1795485897}}",
     "\"message\":\"of Java\""},
    {"{\"Type\":\"message\",\"Data\":\"{\\\"from\\\":\\\"2\\\",\\\"date\\\":1795485898,"
     "\\\"message\\\":\\\"of .NET\\\",\\\"roomId\\\":\\\"0\\\"}\",\"ServerId\":\"123\"}",
     "\"message\":\"of .NET\""},
    {"{\"Type\":\"user.connected\",\"Data\":\"\\\"Nina\\\"\",\"ServerId\":\"123\"}", NULL},
    {"{\"serverId\":\"10.0.0.1:5004\",\"type\":\"user.connected\",\"data\":{\"id\":\"5\","
     "\"username\":\"Nina\",\"online\":true}}",
     "event: user.connected\ndata: {\"id\":\"5\",\"username\":\"Nina\",\"online\":true}\n\n"},
    /* Not in the room that she writes to. */
    {"{\"type\":\"message\",\"data\":{\"roomId\":\"1:2\",\"message\":\"forged\",\"from\":\"3\","
     "\"date\":1795485899}}",
     NULL},
    {"{\"type\":\"session.ended\",\"data\":{},\"to\":\"all\"}", NULL},
    {"{\"serverId\":\"snug:x\",\"type\":\"message\",\"data\":{\"roomId\":\"0\"}}", NULL},
    {"{\"type\":\"user.disconnected\",\"data\":{\"id\":\"5\",\"username\":\"Nina\"}}",
     "event: user.disconnected\ndata: "
     "{\"id\":\"5\",\"username\":\"Nina\",\"online\":false}\n\n"},
};

static void takes_what_the_family_says(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer pablo, mary;
    hub_test_start(h, (const char *const[]){"SNUG_FAMILY=1", NULL});
    redis_do(h->store->redis, "HSET user:5 username Nina");
    hub_test_open(h, &pablo, hub_test_login(h, "1"), "");
    hub_test_open(h, &mary, hub_test_login(h, "3"), "");
    for (size_t i = 0; i < ARRAY_LEN(envelopes); i++) {
        hub_test_publish(h, envelopes[i].envelope);
        if (envelopes[i].block != NULL) {
            fcgi_peer_expect(&pablo, envelopes[i].block);
        }
    }
    hub_test_send(h, "1", "0", "the end");
    fcgi_peer_expect(&pablo, "the end");
    fcgi_peer_expect(&mary, "the end");
    assert_int_equal(fcgi_peer_count(&pablo, "event: message\n"), 5);
    assert_false(fcgi_peer_has(&pablo, "forged"));
    assert_false(fcgi_peer_has(&pablo, "event: bye"));
    assert_false(fcgi_peer_has(&pablo, "reset"));
    assert_int_equal(fcgi_peer_count(&mary, "event: message\n"), 3);
    assert_false(fcgi_peer_has(&mary, "1:2"));
    assert_false(fcgi_peer_has(&mary, "1:5"));
    fcgi_peer_close(&pablo);
    fcgi_peer_close(&mary);
}

static void leaves_the_family_alone(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, (const char *const[]){"SNUG_FAMILY=0", NULL});
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    hub_test_publish(h, "{\"type\":\"message\",\"data\":{\"roomId\":\"0\",\"message\":\"foreign\","
                        "\"from\":\"2\",\"date\":1795485897}}");
    hub_test_publish(h,
                     "{\"type\":\"user.connected\",\"data\":{\"id\":\"2\",\"username\":\"Joe\"}}");
    hub_test_send(h, "1", "0", "the end");
    fcgi_peer_expect(&p, "the end");
    assert_false(fcgi_peer_has(&p, "foreign"));
    assert_false(fcgi_peer_has(&p, "Joe"));
    fcgi_peer_close(&p);
}

/* A demo server takes a user offline who is still here: we say so, but do not quarrel. */
static void contradicts_the_family(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    static const char gone[] = "{\"serverId\":\"10.0.0.1:5004\",\"type\":\"user.disconnected\","
                               "\"data\":{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false}}";
    hub_test_start(h, (const char *const[]){"SNUG_FAMILY=1", NULL});
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    fcgi_peer_expect(&p, "event: user.connected\ndata: {\"id\":\"1\"");
    redis_do(h->store->redis, "SREM online_users 1");
    hub_test_publish(h, gone);
    fcgi_peer_expect(&p, "event: user.disconnected\ndata: {\"id\":\"1\"");
    fcgi_peer_expect(&p, "event: user.connected\ndata: {\"id\":\"1\"");
    assert_online(h, "1", 1);
    /* Again, and at once: later. */
    redis_do(h->store->redis, "SREM online_users 1");
    hub_test_publish(h, gone);
    hub_test_send(h, "1", "0", "meanwhile");
    fcgi_peer_expect(&p, "meanwhile");
    assert_int_equal(redis_int(h->store->redis, "SISMEMBER online_users 1"), 0);
    assert_online(h, "1", 1);
    fcgi_peer_close(&p);
}

/* Peers that send nothing, nonsense, or half of it, beside one that is served. */
static void survives_bad_peers(void **state)
{
    struct hub_test *h = *state;
    enum { PEERS = 30 };
    struct fcgi_peer bad[PEERS], p;
    hub_test_start(h, NULL);
    for (int i = 0; i < PEERS; i++) {
        static const char bytes[] = "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0\1\4\0\1\377\377";
        fcgi_peer_connect(&bad[i], h->path);
        if (i % 3 == 0) {
            fcgi_peer_write(&bad[i], bytes, (size_t)(i % (int)sizeof bytes));
        } else if (i % 3 == 1) {
            fcgi_peer_write(&bad[i], "GET / HTTP/1.1\r\n\r\n", 18);
        }
    }
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    for (int i = 0; i < PEERS; i++) {
        fcgi_peer_expect_eof(&bad[i]);
        fcgi_peer_close(&bad[i]);
    }
    hub_test_send(h, "1", "0", "well");
    fcgi_peer_expect(&p, "well");
    fcgi_peer_close(&p);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HUB_TEST(outlives_redis),
        HUB_TEST(outlives_an_emptied_redis),
        HUB_TEST(gives_up_a_redis_that_hangs),
        HUB_TEST(notices_closed_tabs),
        HUB_TEST(stops_in_order),
        HUB_TEST(stops_without_redis),
        HUB_TEST(takes_what_the_family_says),
        HUB_TEST(leaves_the_family_alone),
        HUB_TEST(contradicts_the_family),
        HUB_TEST(survives_bad_peers),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
