#include "hub/pulse.h"

#include "base/clock.h"
#include "base/rand.h"
#include "support/check.h"
#include "support/client.h"

/* The page's sign of life: what a request must be, whose stream it is for, and what silence does.
 */

#define TOKEN "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
#define JSON  "application/json"
#define FORM  "application/x-www-form-urlencoded"

static void reads_a_request(void **state UNUSED)
{
    static char large[HUB_PULSE_BODY_MAX + 1];
    memset(large, ' ', sizeof(large));
    static const struct {
        const char *type, *cookie, *site;
        struct str body;
        enum err err;
        const char *detail;
    } rows[] = {
        {JSON, "snug_session=" TOKEN, NULL, LIT("{\"stream\":\"abc\"}"), ERR_OK, NULL},
        {FORM, "snug_session=" TOKEN, "same-origin", LIT("stream=abc"), ERR_OK, NULL},
        {JSON, "snug_session=" TOKEN, "cross-site", LIT("{\"stream\":\"abc\"}"), ERR_CROSS_SITE,
         NULL},
        {JSON, NULL, NULL, LIT("{\"stream\":\"abc\"}"), ERR_UNAUTHENTICATED, NULL},
        {JSON, "snug_session=short", NULL, LIT("{\"stream\":\"abc\"}"), ERR_UNAUTHENTICATED, NULL},
        {JSON, "snug_session=" TOKEN, NULL, LIT("{}"), ERR_INVALID, "stream is missing."},
        {JSON, "snug_session=" TOKEN, NULL, LIT(""), ERR_BODY, "The body is not a JSON object."},
        {JSON, "snug_session=" TOKEN, NULL, LIT("{\"stream\":["), ERR_BODY,
         "The body is not a JSON object."},
        {FORM, "snug_session=" TOKEN, NULL, LIT("stream=%g0"), ERR_BODY,
         "stream has a broken percent escape."},
        {"text/plain", "snug_session=" TOKEN, NULL, LIT("abc"), ERR_MEDIA_TYPE,
         "Send application/json, or a form."},
        {JSON, "snug_session=" TOKEN, NULL, {large, sizeof(large)}, ERR_TOO_LARGE, NULL},
        {JSON,
         "snug_session=" TOKEN,
         NULL,
         {large, sizeof(large) - 1},
         ERR_BODY,
         "The body is not a JSON object."},
    };
    const struct config config = {.origin = ""};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct arena arena;
        arena_init(&arena);
        const struct http_var vars[] = {
            {STR("REQUEST_METHOD"), STR("POST")},
            {STR("CONTENT_TYPE"), str_of(rows[i].type)},
            {rows[i].cookie != NULL ? STR("HTTP_COOKIE") : STR("X"), str_of(rows[i].cookie)},
            {rows[i].site != NULL ? STR("HTTP_SEC_FETCH_SITE") : STR("X"), str_of(rows[i].site)},
        };
        struct http_req req;
        struct str session = STR_NONE, stream = STR_NONE, detail;
        assert_int_equal(http_req_init(&req, vars, ARRAY_LEN(vars), &arena), ERR_OK);
        req.body = rows[i].body;
        assert_int_equal(hub_pulse_read(&config, &req, &session, &stream, &detail), rows[i].err);
        check_str(detail, rows[i].detail);
        if (rows[i].err) {
            assert_false(str_is_set(session) || str_is_set(stream));
        } else {
            check_str(stream, "abc");
            check_eq(session, rand_sha256(&arena, STR(TOKEN)));
        }
        arena_finish(&arena);
    }
}

static void finds_the_stream_of_a_session(void **state UNUSED)
{
    struct hub_rooms *rooms = hub_rooms_create();
    struct hub_client clients[3];
    memset(clients, 0, sizeof(clients));
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        clients[i].state = HUB_CLIENT_LIVE;
        hub_pulse_begin(&clients[i]);
        assert_int_equal(strlen(clients[i].stream), HUB_CLIENT_STREAM_MAX);
        hub_rooms_join(rooms, HUB_ROOMS_SESSION, i < 2 ? STR("s1") : STR("s2"), &clients[i]);
    }
    assert_string_not_equal(clients[0].stream, clients[1].stream);
    assert_true(hub_pulse_take(rooms, STR("s1"), str_of(clients[1].stream), 42));
    assert_int_equal(clients[0].pulse_ms, 0);
    assert_int_equal(clients[1].pulse_ms, 42);
    /* Of another session, unknown, none, and one that is over. */
    assert_false(hub_pulse_take(rooms, STR("s1"), str_of(clients[2].stream), 43));
    assert_false(hub_pulse_take(rooms, STR("s3"), str_of(clients[1].stream), 43));
    assert_false(hub_pulse_take(rooms, STR("s1"), STR("x"), 43));
    assert_false(hub_pulse_take(rooms, STR("s1"), STR(""), 43));
    clients[1].state = HUB_CLIENT_CLOSING;
    assert_false(hub_pulse_take(rooms, STR("s1"), str_of(clients[1].stream), 43));
    assert_int_equal(clients[1].pulse_ms, 42);
    assert_int_equal(clients[2].pulse_ms, 0);
    for (size_t i = 0; i < ARRAY_LEN(clients); i++) {
        hub_rooms_leave_all(rooms, &clients[i]);
    }
    hub_rooms_destroy(rooms);
}

static void silence_ends_who_has_spoken(void **state)
{
    struct client_test *w = *state;
    const int64_t now = clock_mono_ms();
    client_test_go_live(w, 1, PEER_KEEP_CONN);
    hub_pulse_begin(w->client);
    hub_pulse_check(w->client, now + 100 * HUB_PULSE_MS);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
    w->client->pulse_ms = now;
    hub_pulse_check(w->client, now + HUB_PULSE_MS);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
    hub_pulse_check(w->client, now + HUB_PULSE_MS + 1);
    assert_int_equal(w->client->state, HUB_CLIENT_CLOSING);
    assert_int_equal(w->client->end, HUB_END_SILENT);
    client_test_settle(w);
    assert_true(fcgi_peer_has(&w->peer, "event: bye\ndata: {\"reason\":\"silent\"}\n\n"));
    /* The next stream on the connection has said nothing yet. */
    client_test_go_live(w, 1, PEER_KEEP_CONN);
    hub_pulse_begin(w->client);
    hub_pulse_check(w->client, now + 100 * HUB_PULSE_MS);
    assert_int_equal(w->client->state, HUB_CLIENT_LIVE);
}

int main(void)
{
    rand_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_a_request),
        cmocka_unit_test(finds_the_stream_of_a_session),
        CLIENT_TEST(silence_ends_who_has_spoken),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
