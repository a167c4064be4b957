#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include "base/log.h"
#include "base/rand.h"
#include "store/session.h"
#include "support/check.h"
#include "support/hub.h"

/* Streams that come back, and streams that open while something happens. */

/* Opens with a Last-Event-ID, and a query that it wins over. */
static void open_with_header(struct hub_test *h, struct fcgi_peer *p, const char *token,
                             const char *id, const char *query)
{
    struct arena *arena = &h->store->arena;
    const char *const vars[] = {"REQUEST_METHOD=GET",
                                "SCRIPT_NAME=/api/events",
                                arena_printf(arena, "HTTP_LAST_EVENT_ID=%s", id).ptr,
                                arena_printf(arena, "QUERY_STRING=%s", query).ptr,
                                arena_printf(arena, "HTTP_COOKIE=snug_session=%s", token).ptr,
                                NULL};
    fcgi_peer_connect(p, h->path);
    fcgi_peer_request(p, 1, 0, vars);
    fcgi_peer_expect(p, "event: ready\n");
}

static void goes_on_where_it_was(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer live, p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    hub_test_open(h, &live, token, "");
    const char *start = hub_test_id(h, &live);
    hub_test_send_many(h, 0, 9);
    fcgi_peer_expect(&live, "event: message");
    const char *first = hub_test_id(h, &live);
    hub_test_expect_many(&live, 1, 9);

    /* From a message on, by query and by header. */
    hub_test_open(h, &p, token, hub_test_since(h, first));
    assert_string_equal(hub_test_id(h, &p), first);
    hub_test_expect_many(&p, 1, 9);
    assert_false(fcgi_peer_has(&p, "n0"));
    assert_false(fcgi_peer_has(&p, "reset"));
    hub_test_send_many(h, 10, 12);
    hub_test_expect_many(&p, 10, 12);
    fcgi_peer_close(&p);
    open_with_header(h, &p, token, first, hub_test_since(h, "1.1"));
    hub_test_expect_many(&p, 1, 12);
    assert_false(fcgi_peer_has(&p, "reset"));
    fcgi_peer_close(&p);

    /* From before the first event, and with nothing missed. */
    hub_test_open(h, &p, token, hub_test_since(h, start));
    hub_test_expect_many(&p, 0, 12);
    fcgi_peer_close(&p);
    hub_test_expect_many(&live, 10, 12);
    fcgi_peer_close(&live);
    hub_test_open(h, &live, token, "");
    const char *end = hub_test_id(h, &live);
    hub_test_open(h, &p, token, hub_test_since(h, end));
    assert_string_equal(hub_test_id(h, &p), end);
    hub_test_send_many(h, 13, 13);
    hub_test_expect_many(&p, 13, 13);
    assert_int_equal(fcgi_peer_count(&p, "event: message"), 1);
    fcgi_peer_close(&live);
    fcgi_peer_close(&p);
}

/* What somebody may not see is not replayed either. */
static void replays_only_what_is_theirs(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer live, p;
    hub_test_start(h, NULL);
    hub_test_open(h, &live, hub_test_login(h, "3"), "");
    const char *start = hub_test_id(h, &live);
    hub_test_send_many(h, 0, 9);
    assert_int_equal(live.ends, 0);
    hub_test_open(h, &p, hub_test_login(h, "3"), hub_test_since(h, start));
    fcgi_peer_expect(&live, "n8");
    fcgi_peer_expect(&p, "n8");
    assert_int_equal(fcgi_peer_count(&p, "event: message"), 5);
    assert_false(fcgi_peer_has(&p, "1:2"));
    fcgi_peer_close(&live);
    fcgi_peer_close(&p);
}

/* A cursor that says nothing is not passed over in silence. */
static void resets_a_bad_cursor(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p, live;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &live, token, "");
    hub_test_send_many(h, 0, 3);
    hub_test_expect_many(&live, 0, 3);
    const char *epoch =
        arena_printf(&h->store->arena, "%s", redis_text(h->store->redis, "GET snug:epoch")).ptr;
    static const char *const queries[] = {
        "since=",
        "since=x",
        "since=-1.2",
        "since=1.1",
        "since=99999999999999.1",
        "since=%s.999999",
        "since=%s.-1",
        "since=%s",
        "since=%s.1.1",
        "since=%%00",
        "since=%%zz",
        "since=%%ff",
        "since=%s.1%%0a",
        "since=%s.99999999999999999999",
    };
    for (size_t i = 0; i < ARRAY_LEN(queries); i++) {
        char query[200];
        const char *at = strstr(queries[i], "%s");
        if (at != NULL) {
            snprintf(query, sizeof query, "%.*s%s%s", (int)(at - queries[i]), queries[i], epoch,
                     at + 2);
        } else {
            snprintf(query, sizeof query, "%s", queries[i]);
        }
        hub_test_open(h, &p, token, query);
        fcgi_peer_expect(&p, "event: reset\ndata: {}\n\n");
        hub_test_send_many(h, 100, 100);
        fcgi_peer_expect(&p, "\"message\":\"n100\"");
        assert_int_equal(fcgi_peer_count(&p, "event: message"), 1);
        fcgi_peer_close(&p);
    }
    fcgi_peer_close(&live);
}

/* The hub is younger than the cursor: all but the log's end is unknown to it. */
static void resumes_at_the_end_of_the_log_after_a_restart(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_send_many(h, 0, 4);
    hub_test_open(h, &p, token, "");
    const char *end = hub_test_id(h, &p);
    fcgi_peer_close(&p);
    assert_int_equal(hub_test_stop(h), 0);
    hub_test_start(h, NULL);
    hub_test_open(h, &p, token, hub_test_since(h, end));
    hub_test_send_many(h, 5, 5);
    hub_test_expect_many(&p, 5, 5);
    assert_false(fcgi_peer_has(&p, "reset"));
    fcgi_peer_close(&p);
}

/* Far more than a client's queue may hold at once. */
static void replays_more_than_fits(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer live, p;
    static char text[8000];
    memset(text, 'z', sizeof text - 1);
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &live, token, "");
    const char *start = hub_test_id(h, &live);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(text, sizeof text, "<%u>", i);
        text[strlen(text)] = 'z';
        hub_test_send(h, "1", "0", text);
        fcgi_peer_take(&live);
    }
    hub_test_get(h, &p, token, hub_test_since(h, start));
    fcgi_peer_expect(&live, "<199>");
    hub_test_send(h, "1", "0", "the last");
    for (unsigned i = 0; i < 200; i++) {
        char mark[16];
        snprintf(mark, sizeof mark, "\"<%u>", i);
        fcgi_peer_expect(&p, mark);
        assert_int_equal(fcgi_peer_count(&p, mark), 1);
    }
    fcgi_peer_expect(&p, "the last");
    assert_int_equal(fcgi_peer_count(&p, "event: message"), 201);
    fcgi_peer_close(&live);
    fcgi_peer_close(&p);
}

/*
 * Messages are published while streams open. Whatever order the hub reads its two connections in,
 * a stream gets exactly the messages above the cursor that it was told.
 */
static void has_no_seam(void **state)
{
    struct hub_test *h = *state;
    enum { PEERS = 40 };
    static struct fcgi_peer peers[PEERS];
    hub_test_start(h, (const char *const[]){"SNUG_USER_STREAMS=40", NULL});
    const char *token = hub_test_login(h, "2");
    for (unsigned i = 0; i < PEERS; i++) {
        hub_test_get(h, &peers[i], token, "");
        hub_test_send_many(h, i, i);
    }
    unsigned long starts[PEERS];
    for (unsigned i = 0; i < PEERS; i++) {
        fcgi_peer_expect(&peers[i], "event: ready\n");
        starts[i] = strtoul(strchr(hub_test_id(h, &peers[i]), '.') + 1, NULL, 10);
    }
    hub_test_send_many(h, PEERS, PEERS);
    for (unsigned i = 0; i < PEERS; i++) {
        struct fcgi_peer *p = &peers[i];
        char last[32];
        snprintf(last, sizeof last, "\"message\":\"n%u\"", (unsigned)PEERS);
        fcgi_peer_expect(p, last);
        /* One event of the log is the room's; it may come before or after the stream. */
        const size_t got =
            fcgi_peer_count(p, "event: message\n") + fcgi_peer_count(p, "event: show.room\n");
        assert_int_equal(starts[i] + got, PEERS + 2);
        fcgi_peer_close(p);
    }
}

/* Redis answers nothing for a moment: the stream, the room and the message wait in its sockets. */
static void learns_of_a_room_while_it_opens(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "2");
    for (unsigned i = 0; i < 5; i++) {
        redis_do(h->store->redis, "SREM user:1:rooms 1:2");
        redis_do(h->store->redis, "SREM user:2:rooms 1:2");
        hub_test_get(h, &p, token, "");
        const char *id = hub_test_send(h, "1", "1:2", "into a new room");
        fcgi_peer_expect(&p, "event: ready\n");
        hub_test_send(h, "1", "1:2", "mark");
        fcgi_peer_expect(&p, "\"message\":\"mark\"");
        assert_true(fcgi_peer_count(&p, id) <= 1);
        fcgi_peer_close(&p);
    }
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        HUB_TEST(goes_on_where_it_was),
        HUB_TEST(replays_only_what_is_theirs),
        HUB_TEST(resets_a_bad_cursor),
        HUB_TEST(resumes_at_the_end_of_the_log_after_a_restart),
        HUB_TEST(replays_more_than_fits),
        HUB_TEST(has_no_seam),
        HUB_TEST(learns_of_a_room_while_it_opens),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
