#include "api/api.h"

#include "http/path.h"
#include "support/check.h"

static const struct api_routes *const programs[] = {
    &api_routes_accounts,
    &api_routes_messages,
    &api_routes_rooms,
};

/* Calls check for every route there is. */
static void each(void (*check)(const struct api_route *route))
{
    for (size_t p = 0; p < ARRAY_LEN(programs); p++) {
        assert_true(programs[p]->n > 0);
        for (size_t i = 0; i < programs[p]->n; i++) {
            check(&programs[p]->routes[i]);
        }
    }
}

static void check_whole(const struct api_route *route)
{
    check_row(route->handler != NULL && route->pattern[0] == '/', str_of(route->pattern));
    check_row(route->method != HTTP_HEAD && route->method != HTTP_OTHER, str_of(route->pattern));
}

static void every_route_is_whole(void **state)
{
    each(check_whole);
    (void)state;
}

/* A webhook's path is its secret. Logging in, out, registering, the link by which one comes in
 * again, and what a page has to know before that are for everybody; all else asks who it is. */
static void check_demand(const struct api_route *route)
{
    const bool entrance =
        route->method != HTTP_GET && (str_eq(str_of(route->pattern), STR("/session")) ||
                                      str_eq(str_of(route->pattern), STR("/session/reset")) ||
                                      str_eq(str_of(route->pattern), STR("/users")));
    const bool notice = str_eq(str_of(route->pattern), STR("/server"));
    const bool hook = str_eq(str_of(route->pattern), STR("/hooks/:secret"));
    check_row((route->demand == API_LOGIN) == entrance, str_of(route->pattern));
    check_row((route->demand == API_PUBLIC) == notice, str_of(route->pattern));
    check_row((route->demand == API_SECRET) == hook, str_of(route->pattern));
}

static void only_the_entrance_is_public(void **state)
{
    each(check_demand);
    (void)state;
}

/* What reads a body bounds it, and nothing else takes one in. */
static void check_body(const struct api_route *route)
{
    /* Who deletes their account shows their password once more; a ban says how long it is, a marker
     * where. */
    const bool account =
        route->method == HTTP_DELETE && str_eq(str_of(route->pattern), STR("/users/:user"));
    const bool address =
        route->method == HTTP_PUT && str_eq(str_of(route->pattern), STR("/bots/:bot/hook"));
    const bool ban = route->method == HTTP_PUT && str_starts(str_of(route->pattern), STR("/bans/"));
    const bool marks = str_eq(str_of(route->pattern), STR("/rooms/:room/read"));
    const bool reads = route->method == HTTP_POST || route->method == HTTP_PATCH || account ||
                       address || ban || marks;
    check_row((route->body_max > 0) == reads, str_of(route->pattern));
    check_row(route->body_max <= (size_t)64 * 1024, str_of(route->pattern));
}

static void every_body_is_bounded(void **state)
{
    each(check_body);
    assert_int_equal(api_routes_body_max(&api_routes_accounts), 4096);
    assert_int_equal(api_routes_body_max(&api_routes_messages), 65536);
    assert_int_equal(api_routes_body_max(&api_routes_rooms), 4096);
    (void)state;
}

/* No route hides another, and they stand in order: by path, then by method. */
static void routes_are_sorted(void **state)
{
    for (size_t p = 0; p < ARRAY_LEN(programs); p++) {
        for (size_t i = 1; i < programs[p]->n; i++) {
            const struct api_route *a = &programs[p]->routes[i - 1];
            const struct api_route *b = &programs[p]->routes[i];
            const int order = strcmp(a->pattern, b->pattern);
            check_row(order < 0 || (order == 0 && a->method < b->method), str_of(b->pattern));
        }
    }
    (void)state;
}

static void programs_are_called_like_their_files(void **state)
{
    assert_string_equal(api_routes_accounts.program, "accounts");
    assert_string_equal(api_routes_messages.program, "messages");
    assert_string_equal(api_routes_rooms.program, "rooms");
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_route_is_whole),
        cmocka_unit_test(only_the_entrance_is_public),
        cmocka_unit_test(every_body_is_bounded),
        cmocka_unit_test(routes_are_sorted),
        cmocka_unit_test(programs_are_called_like_their_files),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
