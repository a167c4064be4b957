#include "api/api.h"

#include "base/rand.h"
#include "support/ask.h"
#include "support/check.h"

/* The store is never reached: there is none, and whoever tried would crash. */
static const struct config config = {.origin = "", .session_days = 30};

struct test {
    struct arena arena;
    struct api_ctx ctx;
};

static int begin(void **state)
{
    static struct test test;
    test = (struct test){.ctx = {.config = &config, .who = {.user.id = STR("of another request")}}};
    arena_init(&test.arena);
    *state = &test;
    return 0;
}

static int end(void **state)
{
    arena_finish(&((struct test *)*state)->arena);
    return 0;
}

#define ASK(t, ...) ask_answer(&(t)->ctx, &(t)->arena, &(struct ask){__VA_ARGS__})

static void an_unknown_path_is_404(void **state)
{
    static const char *const paths[] = {
        "/",          "/nothing",        "/session/1", "/Session", "/users/1/2",
        "/messages/", "/messages/0/1/x", "/rooms/0/1", "/events",
    };
    struct test *t = *state;
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        ask_is_problem(ASK(t, .path = paths[i]), ERR_NOT_FOUND);
        ask_is_problem(ASK(t, .path = paths[i], .method = "POST"), ERR_NOT_FOUND);
        assert_false(str_is_set(ask_header(ASK(t, .path = paths[i]), "Allow")));
    }
}

static void an_unknown_method_is_405_and_says_which_are_known(void **state)
{
    static const struct {
        const char *path, *allow;
    } rows[] = {
        {"/session", "GET, HEAD, POST, DELETE"},
        {"/users", "GET, HEAD, POST"},
        {"/rooms", "GET, HEAD, POST"},
        {"/messages/0", "GET, HEAD, POST"},
    };
    const char *const methods[] = {"PUT", "PATCH", "OPTIONS", "TRACE", "get", ""};
    struct test *t = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t m = 0; m < ARRAY_LEN(methods); m++) {
            const struct http_res *res = ASK(t, .path = rows[i].path, .method = methods[m]);
            ask_is_problem(res, ERR_METHOD);
            check_str(ask_header(res, "Allow"), rows[i].allow);
        }
    }
    ask_is_problem(ASK(t, .path = "/rooms", .method = "DELETE"), ERR_METHOD);
}

static void a_change_from_elsewhere_is_403(void **state)
{
    struct test *t = *state;
    const char *const paths[] = {"/session", "/users", "/rooms", "/messages/0"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        ask_is_problem(ASK(t, .path = paths[i], .method = "POST", .text = "{}", .type = ASK_JSON,
                           .vars = {"HTTP_SEC_FETCH_SITE=cross-site"}),
                       ERR_CROSS_SITE);
        ask_is_problem(ASK(t, .path = paths[i], .method = "POST", .text = "{}", .type = ASK_JSON,
                           .vars = {"HTTP_ORIGIN=http://evil.example"}),
                       ERR_CROSS_SITE);
    }
    ask_is_problem(ASK(t, .path = "/session", .method = "DELETE", .vars = {"HTTP_ORIGIN=null"}),
                   ERR_CROSS_SITE);
    ask_is(
        ASK(t, .path = "/session", .method = "DELETE", .vars = {"HTTP_ORIGIN=http://chat.example"}),
        204);
}

/* The body's limit comes before who asks: nobody makes us read more. */
static void a_body_over_the_limit_is_413(void **state)
{
    static char bytes[64 * 1024 + 1];
    struct test *t = *state;
    memset(bytes, 'x', sizeof(bytes));
    const char *const paths[] = {"/session", "/users", "/rooms", "/messages/0"};
    for (size_t i = 0; i < ARRAY_LEN(paths); i++) {
        const size_t max = i < 3 ? 4096 : 65536;
        ask_is_problem(ASK(t, .path = paths[i], .method = "POST", .body = {bytes, max + 1}),
                       ERR_TOO_LARGE);
        ask_is_problem(ASK(t, .path = paths[i], .method = "POST", .too_large = true),
                       ERR_TOO_LARGE);
        assert_int_not_equal(
            ASK(t, .path = paths[i], .method = "POST", .body = {bytes, max})->status, 413);
    }
}

/* A GET has no use for a body, and does not mind one. */
static void a_body_that_nobody_reads_is_ignored(void **state)
{
    struct test *t = *state;
    ask_is_problem(ASK(t, .path = "/rooms", .too_large = true), ERR_UNAUTHENTICATED);
    ask_is(ASK(t, .path = "/session", .method = "DELETE", .text = "{"), 204);
}

static void who_is_nobody_gets_401(void **state)
{
    static const struct {
        const char *path, *method;
    } rows[] = {
        {"/session", "GET"},     {"/session", "HEAD"},    {"/users", "GET"},
        {"/rooms", "GET"},       {"/rooms", "POST"},      {"/messages/0", "GET"},
        {"/messages/0", "HEAD"}, {"/messages/0", "POST"}, {"/messages/none", "GET"},
    };
    struct test *t = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(ASK(t, .path = rows[i].path, .method = rows[i].method), ERR_UNAUTHENTICATED);
        ask_is_problem(
            ASK(t, .path = rows[i].path, .method = rows[i].method, .cookie = "snug_session=short"),
            ERR_UNAUTHENTICATED);
        assert_false(str_is_set(t->ctx.who.user.id));
    }
}

static void a_plain_client_gets_a_line(void **state)
{
    struct test *t = *state;
    const struct http_res *res = ASK(t, .path = "/rooms", .vars = {"HTTP_ACCEPT=text/plain"});
    ask_is(res, 401);
    check_str(res->content_type, "text/plain; charset=utf-8");
    assert_true(str_starts(buf_str(&res->body), STR("unauthenticated: ")));
    assert_true(str_ends(buf_str(&res->body), STR("\n")));
}

static void what_the_web_server_refused_is_said_as_a_problem(void **state)
{
    static const struct {
        const char *path, *status;
        enum err err;
    } rows[] = {
        {"/error", "REDIRECT_STATUS=400", ERR_INVALID},
        {"/error", "REDIRECT_STATUS=411", ERR_NO_LENGTH},
        {"/error", "REDIRECT_STATUS=413", ERR_TOO_LARGE},
        {"/error", "REDIRECT_STATUS=414", ERR_INVALID},
        {"/error", "REDIRECT_STATUS=431", ERR_HEADERS},
        {"/error", "REDIRECT_STATUS=503", ERR_UNAVAILABLE},
        {"/error", "REDIRECT_STATUS=502", ERR_INTERNAL},
        /* Who asks for it themselves. */
        {"/error", "REDIRECT_STATUS=200", ERR_NOT_FOUND},
        {"/error", "REDIRECT_STATUS=600", ERR_NOT_FOUND},
        {"/error", "REDIRECT_STATUS=", ERR_NOT_FOUND},
        {"/error", "HTTP_REDIRECT_STATUS=411", ERR_NOT_FOUND},
        {"/error/", "REDIRECT_STATUS=411", ERR_NO_LENGTH},
        {"/error/411", "REDIRECT_STATUS=411", ERR_NOT_FOUND},
        {"/rooms", "REDIRECT_STATUS=411", ERR_UNAUTHENTICATED},
    };
    struct test *t = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(ASK(t, .path = rows[i].path, .vars = {rows[i].status}), rows[i].err);
    }
    /* From whom and how it was asked does not matter any more. */
    ask_is_problem(ASK(t, .path = "/error", .method = "POST", .too_large = true,
                       .vars = {"REDIRECT_STATUS=413", "HTTP_ORIGIN=null"}),
                   ERR_TOO_LARGE);
}

static void a_refusal_is_complete(void **state)
{
    struct test *t = *state;
    struct http_res res;
    const struct http_req req = {.arena = &t->arena};
    http_res_init(&res, &t->arena);
    api_dispatch_refuse(&t->ctx, &req, ERR_PATH, &res);
    ask_is_problem(&res, ERR_PATH);
    assert_false(str_is_set(t->ctx.who.user.id));
}

int main(void)
{
    rand_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_unknown_path_is_404, begin, end),
        cmocka_unit_test_setup_teardown(an_unknown_method_is_405_and_says_which_are_known, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_change_from_elsewhere_is_403, begin, end),
        cmocka_unit_test_setup_teardown(a_body_over_the_limit_is_413, begin, end),
        cmocka_unit_test_setup_teardown(a_body_that_nobody_reads_is_ignored, begin, end),
        cmocka_unit_test_setup_teardown(who_is_nobody_gets_401, begin, end),
        cmocka_unit_test_setup_teardown(a_plain_client_gets_a_line, begin, end),
        cmocka_unit_test_setup_teardown(what_the_web_server_refused_is_said_as_a_problem, begin,
                                        end),
        cmocka_unit_test_setup_teardown(a_refusal_is_complete, begin, end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
