#include "http/problem.h"

#include <stdio.h>
#include "support/check.h"

static struct arena arena;
static struct http_req json_client, text_client;
static const struct http_var accept_text[] = {{LIT("HTTP_ACCEPT"), LIT("text/plain")}};

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return http_req_init(&json_client, NULL, 0, &arena) != ERR_OK ||
           http_req_init(&text_client, accept_text, 1, &arena) != ERR_OK;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

/* The table of docs/API.md, and what must look like a bug of ours. */
static const struct {
    enum err err;
    int status;
    const char *title, *code;
} problems[] = {
    {ERR_INVALID, 400, "Bad Request", "invalid"},
    {ERR_BODY, 400, "Bad Request", "bad_body"},
    {ERR_TEXT, 400, "Bad Request", "bad_text"},
    {ERR_PATH, 400, "Bad Request", "bad_path"},
    {ERR_PASSWORD_COMMON, 400, "Bad Request", "password_common"},
    {ERR_PASSWORD_LONG, 400, "Bad Request", "password_long"},
    {ERR_UNAUTHENTICATED, 401, "Unauthorized", "unauthenticated"},
    {ERR_CREDENTIALS, 401, "Unauthorized", "bad_credentials"},
    {ERR_FORBIDDEN, 403, "Forbidden", "forbidden"},
    {ERR_REMOTE_NAME, 403, "Forbidden", "remote_name"},
    {ERR_BANNED, 403, "Forbidden", "banned"},
    {ERR_SCOPE, 403, "Forbidden", "insufficient_scope"},
    {ERR_CROSS_SITE, 403, "Forbidden", "cross_site"},
    {ERR_LINK, 403, "Forbidden", "bad_link"},
    {ERR_NOT_FOUND, 404, "Not Found", "not_found"},
    {ERR_METHOD, 405, "Method Not Allowed", "method_not_allowed"},
    {ERR_CONFLICT, 409, "Conflict", "conflict"},
    {ERR_NAME_TAKEN, 409, "Conflict", "name_taken"},
    {ERR_ARCHIVED, 409, "Conflict", "archived"},
    {ERR_NONCE_REUSED, 409, "Conflict", "nonce_reused"},
    {ERR_FOREIGN, 409, "Conflict", "foreign_message"},
    {ERR_LAST_ADMIN, 409, "Conflict", "last_admin"},
    {ERR_NO_LENGTH, 411, "Length Required", "length_required"},
    {ERR_TOO_LARGE, 413, "Content Too Large", "too_large"},
    {ERR_HEADERS, 431, "Request Header Fields Too Large", "headers_too_large"},
    {ERR_MEDIA_TYPE, 415, "Unsupported Media Type", "unsupported_media_type"},
    {ERR_RATE_LIMITED, 429, "Too Many Requests", "rate_limited"},
    {ERR_BUSY, 429, "Too Many Requests", "busy"},
    {ERR_INTERNAL, 500, "Internal Server Error", "internal"},
    {ERR_UNAVAILABLE, 503, "Service Unavailable", "unavailable"},
    {ERR_STORAGE_FULL, 507, "Insufficient Storage", "storage_full"},
    {ERR_OK, 500, "Internal Server Error", "internal"},
    {ERR_PROTOCOL, 500, "Internal Server Error", "internal"},
    {ERR__MAX, 500, "Internal Server Error", "internal"},
};

static void every_error_for_programs(void **state)
{
    (void)state;
    assert_int_equal(ARRAY_LEN(problems), ERR__MAX + 1);
    for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
        struct http_res res;
        http_res_init(&res, &arena);
        res.detail = STR("Say \"why\".");
        http_problem_write(&res, &json_client, problems[i].err);
        char wanted[256];
        (void)snprintf(wanted, sizeof(wanted),
                       "{\"type\":\"about:blank\",\"title\":\"%s\",\"status\":%d,"
                       "\"detail\":\"Say \\\"why\\\".\",\"code\":\"%s\"}",
                       problems[i].title, problems[i].status, problems[i].code);
        check_str(buf_str(&res.body), wanted);
        check_str(res.content_type, "application/problem+json");
        assert_int_equal(res.status, problems[i].status);
        assert_int_equal(http_problem_status(problems[i].err), problems[i].status);
    }
}

static void every_error_for_people(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
        struct http_res res;
        http_res_init(&res, &arena);
        res.detail = STR("Say \"why\".");
        http_problem_write(&res, &text_client, problems[i].err);
        char wanted[256];
        (void)snprintf(wanted, sizeof(wanted), "%s: Say \"why\".\n", problems[i].code);
        check_str(buf_str(&res.body), wanted);
        check_str(res.content_type, "text/plain; charset=utf-8");
        assert_int_equal(res.status, problems[i].status);
    }
}

/* RFC 6750 section 3; never Basic, for which browsers ask by themselves. */
static void says_how_to_come_in(void **state)
{
    (void)state;
    static const struct http_var shown = {LIT("HTTP_AUTHORIZATION"), LIT("Bearer x")};
    const struct http_req with = {.vars = &shown, .nvars = 1, .arena = &arena};
    static const struct {
        enum err err;
        const char *bare, *with;
    } rows[] = {
        {ERR_UNAUTHENTICATED, "Bearer", "Bearer error=\"invalid_token\""},
        {ERR_CREDENTIALS, "Bearer", "Bearer error=\"invalid_token\""},
        {ERR_SCOPE, "Bearer error=\"insufficient_scope\"", "Bearer error=\"insufficient_scope\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_res bare_res, with_res;
        http_res_init(&bare_res, &arena);
        http_res_init(&with_res, &arena);
        http_problem_write(&bare_res, &json_client, rows[i].err);
        http_problem_write(&with_res, &with, rows[i].err);
        check_str(bare_res.headers[0].name, "WWW-Authenticate");
        check_str(bare_res.headers[0].value, rows[i].bare);
        check_str(with_res.headers[0].value, rows[i].with);
    }
}

/* Each error has a sentence of its own, on one line. */
static void default_sentences(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
        struct http_res res;
        http_res_init(&res, &arena);
        http_problem_write(&res, &text_client, problems[i].err);
        struct str text = buf_str(&res.body), code;
        assert_true(str_split(&text, ':', &code));
        check_str(code, problems[i].code);
        check_row(str_starts(text, STR(" ")) && str_ends(text, STR(".\n")), code);
        check_row(!str_has((struct str){text.ptr, text.len - 1}, '\n'), code);
    }
}

static void body_goes_and_headers_stay(void **state)
{
    (void)state;
    struct http_res res;
    http_res_init(&res, &arena);
    res.status = 201;
    http_res_header(&res, "Allow", STR("GET, HEAD"));
    buf_add_cstr(&res.body, "{\"half\":");
    res.body.full = true;
    res.detail = STR("No.");
    http_problem_write(&res, &text_client, ERR_METHOD);
    check_str(buf_str(&res.body), "method_not_allowed: No.\n");
    assert_int_equal(buf_err(&res.body), ERR_OK);
    assert_int_equal(res.nheaders, 1);
    check_str(res.headers[0].value, "GET, HEAD");
}

static void trying_again(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(problems); i++) {
        struct http_res res;
        http_res_init(&res, &arena);
        http_problem_write(&res, &json_client, problems[i].err);
        const bool helps = problems[i].err == ERR_RATE_LIMITED || problems[i].err == ERR_BUSY ||
                           problems[i].err == ERR_UNAVAILABLE;
        check_row(http_res_has(&res, STR("Retry-After")) == helps, str_of(problems[i].code));
        if (helps) {
            check_str(res.headers[0].name, "Retry-After");
            check_str(res.headers[0].value, "1");
        }
    }
}

static void trying_again_as_the_handler_said(void **state)
{
    (void)state;
    struct http_res res;
    http_res_init(&res, &arena);
    http_res_header(&res, "retry-after", STR("30"));
    http_problem_write(&res, &json_client, ERR_RATE_LIMITED);
    assert_int_equal(res.nheaders, 1);
    check_str(res.headers[0].value, "30");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_error_for_programs),
        cmocka_unit_test(every_error_for_people),
        cmocka_unit_test(says_how_to_come_in),
        cmocka_unit_test(default_sentences),
        cmocka_unit_test(body_goes_and_headers_stay),
        cmocka_unit_test(trying_again),
        cmocka_unit_test(trying_again_as_the_handler_said),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
