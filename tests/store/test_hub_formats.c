#include "support/check.h"
#include "support/hub.h"

/* The forms of a stream, and the rooms that it is narrowed to. */

static void speaks_json_by_the_line(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer json, sse, again;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &sse, token, "");
    const char *start = hub_test_id(h, &sse);
    hub_test_get(h, &json, token, "format=ndjson");
    fcgi_peer_expect(&json, "Content-Type: application/x-ndjson\r\n");
    fcgi_peer_expect(&json, "\r\n\r\n{\"event\":\"ready\",\"id\":\"");
    fcgi_peer_expect(&json, "\",\"retry\":");
    fcgi_peer_expect(&json, ",\"data\":{\"user\":{\"id\":\"1\",");
    const char *id = hub_test_send(h, "2", "0", "hello");
    fcgi_peer_expect(&sse, id);
    fcgi_peer_expect(&json, "\n{\"event\":\"message\",\"id\":\"");
    fcgi_peer_expect(&json, "\",\"data\":{\"id\":\"");
    fcgi_peer_expect(&json, id);
    fcgi_peer_expect(&json, "\"roomId\":\"0\"}}\n");
    /* The same from the ring. */
    const char *resume = arena_printf(&h->store->arena, "format=ndjson&lastEventId=%s", start).ptr;
    hub_test_get(h, &again, token, resume);
    fcgi_peer_expect(&again, "{\"event\":\"message\",\"id\":\"");
    fcgi_peer_expect(&again, id);
    assert_int_equal(hub_test_stop(h), 0);
    fcgi_peer_expect(&json, "{\"event\":\"bye\",\"retry\":");
    fcgi_peer_expect(&json, ",\"data\":{\"reason\":\"stopping\"}}\n");
    assert_false(fcgi_peer_has(&json, "event: "));
    fcgi_peer_close(&json);
    fcgi_peer_close(&again);
    fcgi_peer_close(&sse);
}

static void beats_in_both_forms(void **state)
{
    struct hub_test *h = *state;
    static const char *const settings[] = {"SNUG_HEARTBEAT=1", NULL};
    struct fcgi_peer json, sse;
    hub_test_start(h, settings);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &sse, token, "format=sse");
    hub_test_get(h, &json, token, "format=ndjson");
    fcgi_peer_expect(&json, "}\n{\"event\":\"heartbeat\"}\n");
    fcgi_peer_expect(&sse, "\n\n:\n");
    fcgi_peer_close(&json);
    fcgi_peer_close(&sse);
}

/* Of the rooms asked for, those that one is in; and what is opened afterwards, if it was asked for.
 */
static void narrows_to_rooms(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer direct, general, all;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &direct, token, "rooms=1:2,2:3,g99");
    hub_test_open(h, &general, token, "rooms=0");
    hub_test_open(h, &all, token, "");
    const char *start = hub_test_id(h, &all);
    (void)hub_test_send(h, "2", "0", "to everybody");
    (void)hub_test_send(h, "2", "2:3", "a secret");
    (void)hub_test_send(h, "1", "1:3", "to Mary");
    (void)hub_test_send(h, "2", "1:2", "to Pablo");
    (void)hub_test_send(h, "2", "0", "the end");
    fcgi_peer_expect(&all, "to everybody");
    fcgi_peer_expect(&all, "to Mary");
    fcgi_peer_expect(&all, "to Pablo");
    fcgi_peer_expect(&all, "the end");
    fcgi_peer_expect(&direct, "event: show.room\n");
    fcgi_peer_expect(&direct, "to Pablo");
    fcgi_peer_expect(&general, "to everybody");
    fcgi_peer_expect(&general, "the end");
    assert_int_equal(fcgi_peer_count(&direct, "event: message\n"), 1);
    assert_int_equal(fcgi_peer_count(&direct, "event: show.room\n"), 1);
    assert_int_equal(fcgi_peer_count(&general, "event: message\n"), 2);
    assert_int_equal(fcgi_peer_count(&general, "event: show.room\n"), 0);
    fcgi_peer_close(&direct);
    /* And so in a replay. */
    const char *resume = arena_printf(&h->store->arena, "rooms=2:3,1:2&since=%s", start).ptr;
    hub_test_open(h, &direct, token, resume);
    fcgi_peer_expect(&direct, "to Pablo");
    (void)hub_test_send(h, "1", "1:2", "and back");
    fcgi_peer_expect(&direct, "and back");
    assert_int_equal(fcgi_peer_count(&direct, "event: message\n"), 2);
    fcgi_peer_close(&direct);
    fcgi_peer_close(&general);
    fcgi_peer_close(&all);
}

static void refuses_bad_parameters(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *token = hub_test_login(h, "1");
    static const char *const rows[] = {"format=xml", "rooms=0,x", "rooms="};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        hub_test_get(h, &p, token, rows[i]);
        fcgi_peer_expect(&p, "Status: 400 Bad Request\r\n");
        fcgi_peer_expect(&p, "\"code\":\"invalid\"}");
        fcgi_peer_close(&p);
        hub_test_get(h, &p, NULL, rows[i]);
        fcgi_peer_expect(&p, "Status: 401 ");
        fcgi_peer_close(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(speaks_json_by_the_line),
        HUB_TEST(beats_in_both_forms),
        HUB_TEST(narrows_to_rooms),
        HUB_TEST(refuses_bad_parameters),
    };
    return cmocka_run_group_tests_name("hub formats", tests, store_test_begin, store_test_end);
}
