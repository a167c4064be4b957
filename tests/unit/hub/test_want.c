#include "hub/want.h"

#include <stdio.h>
#include "support/check.h"

static struct arena arena;

/* What a request wants; header NULL: none. */
static enum err read_want(const char *query, const char *header, struct hub_want *out,
                          struct str *detail)
{
    static struct http_var vars[3];
    size_t n = 0;
    struct http_req req;
    vars[n++] = (struct http_var){STR("REQUEST_METHOD"), STR("GET")};
    vars[n++] = (struct http_var){STR("QUERY_STRING"), str_of(query)};
    if (header != NULL) {
        vars[n++] = (struct http_var){STR("HTTP_LAST_EVENT_ID"), str_of(header)};
    }
    assert_int_equal(http_req_init(&req, vars, n, &arena), ERR_OK);
    return hub_want_read(&req, out, detail);
}

static struct hub_want want_of(const char *query, const char *header)
{
    struct hub_want want;
    struct str detail = STR_NONE;
    assert_int_equal(read_want(query, header, &want, &detail), ERR_OK);
    check_str(detail, NULL);
    return want;
}

static void nothing_asked(void **state)
{
    (void)state;
    const struct hub_want want = want_of("", NULL);
    assert_false(want.has_since || want.is_bad || want.is_head);
    check_str(want.rooms, NULL);
    assert_int_equal(want.format, HUB_FORMAT_SSE);
}

/* The header, then the names in their order. seq 0: none; 99: one that makes no sense. */
static void cursor_names(void **state)
{
    (void)state;
    static const struct {
        const char *query, *header;
        unsigned seq;
    } rows[] = {
        {"since=7.1", NULL, 1},
        {"last_event_id=7.2", NULL, 2},
        {"lastEventId=7-3", NULL, 3},
        {"lastEventId=7.3&last_event_id=7.2&since=7.1", NULL, 1},
        {"lastEventId=7.3&last_event_id=7.2", NULL, 2},
        {"lastEventId=7.3&last_event_id=7.2&since=7.1", "7.4", 4},
        {"since=7.1", "", 1},
        {"", "7.4", 4},
        {"since=7.1", "x", 99},
        {"since=x&last_event_id=7.2", NULL, 99},
        {"since=%zz", NULL, 99},
        {"lastEventId=", NULL, 99},
        {"lasteventid=7.1", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct hub_want want = want_of(rows[i].query, rows[i].header);
        const struct str row = str_of(rows[i].query);
        check_row(want.is_bad == (rows[i].seq == 99), row);
        check_row(want.has_since == (rows[i].seq > 0 && rows[i].seq < 99), row);
        check_row(!want.has_since || (want.since.epoch == 7 && want.since.seq == rows[i].seq), row);
    }
}

static void room_lists(void **state)
{
    (void)state;
    const struct hub_want want = want_of("rooms=0,1%3A2,g7", NULL);
    check_str(want.rooms, "0,1:2,g7");
    assert_true(hub_want_has(want.rooms, STR("0")));
    assert_true(hub_want_has(want.rooms, STR("1:2")));
    assert_true(hub_want_has(want.rooms, STR("g7")));
    assert_false(hub_want_has(want.rooms, STR("1")));
    assert_false(hub_want_has(want.rooms, STR("2")));
    assert_false(hub_want_has(want.rooms, STR("")));
    assert_true(hub_want_has(STR_NONE, STR("1")));
}

static void bad_parameters(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "rooms=",        "rooms=0,",         "rooms=,0",    "rooms=0,,1",  "rooms=x",
        "rooms=2:1",     "rooms=0 ,1:2",     "rooms=0;1:2", "rooms=%zz",   "rooms=0%00",
        "rooms=General", "format=",          "format=SSE",  "format=json", "format=ndjson,sse",
        "format=%",      "rooms=0&format=x",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct hub_want want;
        struct str detail = STR_NONE;
        check_row(read_want(rows[i], NULL, &want, &detail) == ERR_INVALID, str_of(rows[i]));
        const bool is_rooms = str_starts(detail, STR("rooms "));
        check_row(is_rooms || str_starts(detail, STR("format ")), str_of(rows[i]));
    }
}

static void too_many_rooms(void **state)
{
    (void)state;
    char query[1024] = "rooms=1";
    struct hub_want want;
    struct str detail;
    for (int i = 2; i <= HUB_WANT_ROOMS_MAX; i++) {
        snprintf(query + strlen(query), sizeof query - strlen(query), ",%d", i);
    }
    assert_true(hub_want_has(want_of(query, NULL).rooms, STR("100")));
    strcat(query, ",101");
    assert_int_equal(read_want(query, NULL, &want, &detail), ERR_INVALID);
}

static void formats(void **state)
{
    (void)state;
    assert_int_equal(want_of("format=sse", NULL).format, HUB_FORMAT_SSE);
    assert_int_equal(want_of("since=1.1&format=ndjson", NULL).format, HUB_FORMAT_NDJSON);
    struct http_req req;
    struct hub_want want;
    struct str detail;
    const struct http_var vars[] = {{STR("HTTP_ACCEPT"), STR("application/x-ndjson")},
                                    {STR("QUERY_STRING"), STR("format=sse")}};
    for (size_t n = 1; n <= ARRAY_LEN(vars); n++) {
        assert_int_equal(http_req_init(&req, vars, n, &arena), ERR_OK);
        assert_int_equal(hub_want_read(&req, &want, &detail), ERR_OK);
        assert_int_equal(want.format, n == 1 ? HUB_FORMAT_NDJSON : HUB_FORMAT_SSE);
    }
    assert_true(str_starts(hub_format_head(&arena, HUB_FORMAT_NDJSON, STR_NONE),
                           STR("Status: 200 OK\r\nContent-Type: application/x-ndjson\r\n")));
}

/* What a token is for, and what the request asks for of that. */
static void a_token_narrows(void **state)
{
    static const struct {
        struct str rooms, narrow, both;
    } rows[] = {
        {{NULL, 0}, {NULL, 0}, {NULL, 0}},
        {LIT("0,1:2"), {NULL, 0}, LIT("0,1:2")},
        {{NULL, 0}, LIT("1:2"), LIT("1:2")},
        {LIT("0,1:2,7"), LIT("7,1:2,8"), LIT("1:2,7")},
    };
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str both = hub_want_narrow(&arena, rows[i].rooms, rows[i].narrow);
        assert_int_equal(str_is_set(both), str_is_set(rows[i].both));
        check_eq(both, rows[i].both);
    }
    const struct str none = hub_want_narrow(&arena, STR("0"), STR("1:2"));
    assert_false(hub_want_has(none, STR("0")));
    assert_false(hub_want_has(none, STR("1:2")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_asked),   cmocka_unit_test(cursor_names),
        cmocka_unit_test(room_lists),      cmocka_unit_test(bad_parameters),
        cmocka_unit_test(too_many_rooms),  cmocka_unit_test(formats),
        cmocka_unit_test(a_token_narrows),
    };
    arena_init(&arena);
    const int failed = cmocka_run_group_tests_name("hub/want", tests, NULL, NULL);
    arena_finish(&arena);
    return failed;
}
