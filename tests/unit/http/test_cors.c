#include "http/cors.h"

#include "support/check.h"

static struct arena arena;

static int teardown(void **state UNUSED)
{
    arena_finish(&arena);
    return 0;
}

/* A request by method with this Origin, NULL: none, and Access-Control-Request-Method or not. */
static struct http_req ask(struct http_var vars[3], const char *list, const char *method,
                           const char *origin, bool asks_before)
{
    struct http_req req = {.arena = &arena, .vars = vars, .nvars = 1};
    vars[0] = (struct http_var){STR("REQUEST_METHOD"), str_of(method)};
    if (origin != NULL) {
        vars[req.nvars++] = (struct http_var){STR("HTTP_ORIGIN"), str_of(origin)};
    }
    if (asks_before) {
        vars[req.nvars++] =
            (struct http_var){STR("HTTP_ACCESS_CONTROL_REQUEST_METHOD"), STR("PUT")};
    }
    http_cors_read(&req, str_of(list));
    return req;
}

static struct str header(const struct http_res *res, const char *name)
{
    for (size_t i = 0; i < res->nheaders; i++) {
        if (str_eq(res->headers[i].name, str_of(name))) {
            return res->headers[i].value;
        }
    }
    return STR_NONE;
}

static const struct {
    const char *list, *origin;
    const char *allowed; /* Access-Control-Allow-Origin; NULL: none */
    bool listed, varies;
} rows[] = {
    {"", "https://a.example", NULL, false, false},
    {NULL, "https://a.example", NULL, false, false},
    {"https://a.example", "https://a.example", "https://a.example", true, true},
    {"https://a.example:443", "https://a.example", "https://a.example", true, true},
    {"https://A.example", "https://a.example", "https://a.example", true, true},
    {"http://b.example, https://a.example", "https://a.example", "https://a.example", true, true},
    {"https://a.example", "http://a.example", NULL, false, true},
    {"https://a.example", "https://a.example:8443", NULL, false, true},
    {"https://a.example", "https://a.example.evil", NULL, false, true},
    {"https://a.example", "https://evil-a.example", NULL, false, true},
    {"https://a.example", "https://x.a.example", NULL, false, true},
    {"https://a.example", "null", NULL, false, true},
    {"https://a.example", "", NULL, false, true},
    {"https://a.example", NULL, NULL, false, true},
    {"*", "https://a.example", "*", false, true},
    {"*", "null", "*", false, true},
    {"*", NULL, "*", false, true},
};

static void who_may_read(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_var vars[3];
        struct http_res res;
        const struct http_req req = ask(vars, rows[i].list, "GET", rows[i].origin, false);
        http_res_init(&res, &arena);
        check_row(!http_cors_preflight(&req, &res) && res.nheaders == 0, str_of(rows[i].origin));
        http_cors_say(&req, &res);
        check_str(header(&res, "Access-Control-Allow-Origin"), rows[i].allowed);
        check_str(header(&res, "Vary"), rows[i].varies ? "Origin" : NULL);
        check_str(header(&res, "Access-Control-Allow-Credentials"), rows[i].listed ? "true" : NULL);
        check_row(str_is_set(header(&res, "Access-Control-Expose-Headers")) ==
                      (rows[i].allowed != NULL),
                  str_of(rows[i].origin));
        check_row(http_cors_is_listed(&req) == rows[i].listed, str_of(rows[i].origin));
    }
}

static void the_question_before(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_var vars[3];
        struct http_res res;
        const struct http_req req = ask(vars, rows[i].list, "OPTIONS", rows[i].origin, true);
        http_res_init(&res, &arena);
        check_row(http_cors_preflight(&req, &res) == (rows[i].allowed != NULL),
                  str_of(rows[i].origin));
        if (rows[i].allowed != NULL) {
            assert_int_equal(res.status, 204);
            check_str(header(&res, "Access-Control-Allow-Methods"),
                      "GET, HEAD, POST, PUT, PATCH, DELETE");
            check_str(header(&res, "Access-Control-Allow-Headers"),
                      "Authorization, Content-Type, Idempotency-Key, If-None-Match, "
                      "Last-Event-ID");
            check_str(header(&res, "Access-Control-Max-Age"), "7200");
        } else {
            assert_int_equal(res.nheaders, 0);
        }
    }
}

static void options_without_the_question_is_none(void **state UNUSED)
{
    struct http_var vars[3];
    struct http_res res;
    struct http_req req = ask(vars, "*", "OPTIONS", "https://a.example", false);
    http_res_init(&res, &arena);
    assert_false(http_cors_preflight(&req, &res));
    req = ask(vars, "*", "PUT", "https://a.example", true);
    assert_false(http_cors_preflight(&req, &res));
    assert_int_equal(res.nheaders, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(who_may_read, teardown),
        cmocka_unit_test_teardown(the_question_before, teardown),
        cmocka_unit_test_teardown(options_without_the_question_is_none, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
