#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/log.h"
#include "base/rand.h"
#include "store/session.h"
#include "support/check.h"
#include "support/hub.h"

/* What the hub reads of the event log: after a hole, after it was away, for streams from long ago.
 */

/* An entry that nobody published: the channel has a hole there. */
static void append_silently(struct hub_test *h, const char *type, const char *to, const char *data)
{
    struct redis *r = h->store->redis;
    if (strcmp(type, "message") == 0 && data[1] == '"') {
        redis_do(r, "ZADD room:0 1795485263.000001 %s", data); /* what is gone is not told */
    }
    const char *epoch = store_test_cstr(h->store, str_of(redis_text(r, "GET snug:epoch")));
    redis_do(r, "XADD snug:events %s-* type %s data %s to %s server snug:x", epoch, type, data, to);
}

#define DATA(text)                                                                                 \
    "{\"id\":\"1795485263.000001\",\"from\":\"1\",\"date\":1795485263,\"message\":\"" text         \
    "\",\"roomId\":\"0\"}"

static void fills_a_hole(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    hub_test_open(h, &p, hub_test_login(h, "2"), "");
    hub_test_send_many(h, 0, 0);
    append_silently(h, "message", "room:0", DATA("n1"));
    append_silently(h, "of.a.newer.server", "room:0", "{}");
    append_silently(h, "message", "nonsense", "{");
    append_silently(h, "message", "room:0", DATA("n2"));
    hub_test_send_many(h, 3, 6);
    hub_test_expect_many(&p, 0, 6);
    append_silently(h, "message", "room:0", DATA("n7"));
    hub_test_send_many(h, 8, 8);
    hub_test_expect_many(&p, 7, 8);
    assert_false(fcgi_peer_has(&p, "reset"));
    fcgi_peer_close(&p);
}

/* More than one page of it, while messages go on. */
static void fills_a_large_hole(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    hub_test_open(h, &p, hub_test_login(h, "2"), "");
    for (unsigned i = 0; i < 500; i++) {
        char data[200];
        snprintf(data, sizeof data, DATA("n%u"), i);
        append_silently(h, "message", "room:0", data);
    }
    hub_test_send_many(h, 500, 520);
    hub_test_expect_many(&p, 0, 520);
    assert_false(fcgi_peer_has(&p, "reset"));
    fcgi_peer_close(&p);
}

/* The subscription is cut again and again while messages are sent; nothing follows to betray them.
 */
static void reads_what_was_said_while_it_was_deaf(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    hub_test_open(h, &p, hub_test_login(h, "2"), "");
    for (unsigned i = 0; i < 200; i += 20) {
        redis_do(h->store->redis, "CLIENT KILL TYPE pubsub");
        hub_test_send_many(h, i, i + 9);
        hub_test_expect_many(&p, i, i + 9);
        hub_test_await_health(h, true);
        hub_test_send_many(h, i + 10, i + 19);
        hub_test_expect_many(&p, i + 10, i + 19);
    }
    assert_false(fcgi_peer_has(&p, "reset"));
    fcgi_peer_close(&p);
}

/* What a hub has not seen itself it reads. */
static void resumes_from_before_the_hub_began(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    hub_test_open(h, &p, token, "");
    const char *start = hub_test_id(h, &p);
    fcgi_peer_close(&p);
    assert_int_equal(hub_test_stop(h), 0);
    hub_test_send_many(h, 0, 299);
    hub_test_start(h, NULL);
    hub_test_open(h, &p, token, hub_test_since(h, start));
    assert_string_equal(hub_test_id(h, &p), start);
    hub_test_send_many(h, 300, 310);
    hub_test_expect_many(&p, 0, 310);
    assert_false(fcgi_peer_has(&p, "reset"));
    fcgi_peer_close(&p);
    /* Nobody gets what is not theirs. */
    hub_test_open(h, &p, hub_test_login(h, "3"), hub_test_since(h, start));
    fcgi_peer_expect(&p, "\"message\":\"n310\"");
    assert_int_equal(fcgi_peer_count(&p, "event: message"), 156);
    assert_false(fcgi_peer_has(&p, "1:2"));
    fcgi_peer_close(&p);
}

/* More streams than are read for at once, some of which go away. */
static void serves_a_crowd_from_the_log(void **state)
{
    struct hub_test *h = *state;
    enum { PEERS = 60 };
    static struct fcgi_peer peers[PEERS];
    struct fcgi_peer first;
    hub_test_start(h, NULL);
    const char *tokens[] = {hub_test_login(h, "1"), hub_test_login(h, "2")};
    hub_test_open(h, &first, tokens[0], "");
    const char *start = hub_test_id(h, &first);
    fcgi_peer_close(&first);
    hub_test_send_many(h, 0, 399);
    assert_int_equal(hub_test_stop(h), 0);
    hub_test_start(h, (const char *const[]){"SNUG_MAX_STREAMS=100", "SNUG_USER_STREAMS=60", NULL});
    for (unsigned i = 0; i < PEERS; i++) {
        /* Most of them do not wait for it. */
        hub_test_get(h, &peers[i], tokens[i % 2], hub_test_since(h, start));
        if (i >= 18) {
            fcgi_peer_close(&peers[i]);
        }
    }
    hub_test_send_many(h, 400, 400);
    for (unsigned i = 0; i < 18; i++) {
        hub_test_expect_many(&peers[i], 0, 400);
        fcgi_peer_close(&peers[i]);
    }
}

/* One that does not read what it gets is not read for either, until there is room again. */
static void reads_nothing_for_a_full_queue(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    static char text[7900];
    memset(text, 'z', sizeof text - 1);
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    hub_test_open(h, &p, token, "");
    const char *start = hub_test_id(h, &p);
    fcgi_peer_close(&p);
    assert_int_equal(hub_test_stop(h), 0);
    for (unsigned i = 0; i < 100; i++) {
        hub_test_send(h, "1", "0", text);
    }
    hub_test_start(h, NULL);
    redis_do(h->store->redis, "CONFIG RESETSTAT");
    hub_test_get(h, &p, token, hub_test_since(h, start));
    /* Another stream comes and goes meanwhile: time for the hub to do what it should not. */
    for (unsigned i = 0; i < 2000; i++) {
        hub_test_await_health(h, true);
    }
    const char *stats = redis_text(h->store->redis, "INFO commandstats");
    const char *evals = strstr(stats, "cmdstat_evalsha:calls=");
    assert_non_null(evals);
    assert_in_range(strtoul(strchr(evals, '=') + 1, NULL, 10), 1, 50);
    hub_test_send(h, "1", "0", "the last");
    fcgi_peer_expect(&p, "the last");
    assert_int_equal(fcgi_peer_count(&p, "event: message"), 101);
    fcgi_peer_close(&p);
}

/*
 * The log is ahead of the hub: somebody has left a room, and something is said there. Whoever reads
 * the log just then gets no more of it than the hub has come to, and so not what is not theirs.
 */
static void reads_no_further_than_the_hub_has_come(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    static char text[7900];
    memset(text, 'z', sizeof text - 1);
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    hub_test_open(h, &p, token, "");
    hub_test_send(h, "1", "1:2", "the room is there");
    fcgi_peer_expect(&p, "the room is there");
    hub_test_send(h, "1", "0", "from here");
    const char *start = hub_test_id(h, &p);
    fcgi_peer_close(&p);
    assert_int_equal(hub_test_stop(h), 0);
    for (unsigned i = 0; i < 100; i++) {
        hub_test_send(h, "1", "0", text);
    }
    hub_test_send_many(h, 0, 39); /* the last page is not full of what is large */
    hub_test_start(h, NULL);
    hub_test_open(h, &p, token, hub_test_since(h, start));
    append_silently(h, "room.left", "user:2", "{\"id\":\"1:2\"}");
    append_silently(h, "message", "room:1:2",
                    "{\"id\":\"1795485263.000001\",\"from\":\"1\",\"date\":1795485263,"
                    "\"message\":\"behind closed doors\",\"roomId\":\"1:2\"}");
    hub_test_expect_many(&p, 0, 39);
    hub_test_send(h, "1", "0", "the last");
    fcgi_peer_expect(&p, "event: room.left\n");
    fcgi_peer_expect(&p, "the last");
    assert_false(fcgi_peer_has(&p, "behind closed doors"));
    fcgi_peer_close(&p);
}

/* An entry that was trimmed away: nobody can say what followed it. */
static void resets_what_the_log_has_lost(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    hub_test_open(h, &p, token, "");
    const char *start = hub_test_id(h, &p);
    fcgi_peer_close(&p);
    assert_int_equal(hub_test_stop(h), 0);
    hub_test_send_many(h, 0, 9);
    redis_do(h->store->redis, "XTRIM snug:events MAXLEN 3");
    hub_test_start(h, NULL);
    hub_test_open(h, &p, token, hub_test_since(h, start));
    fcgi_peer_expect(&p, "event: reset\ndata: {}\n\n");
    hub_test_send_many(h, 10, 11);
    hub_test_expect_many(&p, 10, 11);
    assert_int_equal(fcgi_peer_count(&p, "event: message"), 2);
    fcgi_peer_close(&p);
}

/*
 * While the hub was deaf the log lost its place, and with it what was said of rooms and sessions:
 * each stream is looked up anew before it gets anything more.
 */
static void looks_everybody_up_after_a_loss(void **state)
{
    struct hub_test *h = *state;
    struct redis *r = h->store->redis;
    struct fcgi_peer joe, mary;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "3");
    hub_test_open(h, &joe, hub_test_login(h, "2"), "");
    hub_test_open(h, &mary, token, "");
    hub_test_send_many(h, 0, 0);
    fcgi_peer_expect(&joe, "n0");
    fcgi_peer_expect(&mary, "n0");
    /* All at once, so that the hub sees nothing in between. */
    redis_do(r, "EVAL %s 0 %s",
             "redis.call('DEL', 'snug:session:' .. ARGV[1]) "
             "redis.call('SADD', 'user:2:rooms', '1:2') "
             "for i = 1, 5 do redis.call('XADD', 'snug:events', redis.call('GET', 'snug:epoch') .. "
             "'-*', 'type', 'message', 'to', 'room:0', 'server', '', 'data', "
             "'{\"from\":\"1\",\"roomId\":\"0\",\"message\":\"lost\"}') end "
             "redis.call('XTRIM', 'snug:events', 'MAXLEN', 1)",
             rand_sha256(&h->store->arena, str_of(token)).ptr);
    hub_test_send_many(h, 1, 2);
    fcgi_peer_expect(&joe, "event: reset\ndata: {}\n\n");
    fcgi_peer_expect(&mary, "{\"reason\":\"logout\"}");
    fcgi_peer_expect_eof(&mary);
    hub_test_send_many(h, 3, 4);
    hub_test_expect_many(&joe, 3, 4);
    assert_false(fcgi_peer_has(&joe, "lost"));
    assert_false(fcgi_peer_has(&mary, "\"message\":\"n2\""));
    fcgi_peer_close(&joe);
    fcgi_peer_close(&mary);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HUB_TEST(fills_a_hole),
        HUB_TEST(fills_a_large_hole),
        HUB_TEST(reads_what_was_said_while_it_was_deaf),
        HUB_TEST(resumes_from_before_the_hub_began),
        HUB_TEST(serves_a_crowd_from_the_log),
        HUB_TEST(reads_nothing_for_a_full_queue),
        HUB_TEST(reads_no_further_than_the_hub_has_come),
        HUB_TEST(resets_what_the_log_has_lost),
        HUB_TEST(looks_everybody_up_after_a_loss),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
