#include "http/accept.h"
#include "support/check.h"

static struct arena arena;

static int setup(void **state)
{
    (void)state;
    arena_init(&arena);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static struct http_req ask(const char *query, const char *accept)
{
    struct http_var *vars = arena_alloc(&arena, 2 * sizeof(*vars));
    struct http_req req;
    vars[0] = (struct http_var){STR("HTTP_ACCEPT"), str_of(accept)};
    vars[1] = (struct http_var){STR("QUERY_STRING"), str_of(query)};
    assert_int_equal(http_req_init(&req, vars, 2, &arena), ERR_OK);
    return req;
}

static void accept_says_it(void **state)
{
    (void)state;
    static const struct {
        const char *accept;
        enum http_form form;
    } rows[] = {
        {"text/plain", HTTP_FORM_TEXT},
        {"Text/Plain", HTTP_FORM_TEXT},
        {"text/plain;charset=utf-8", HTTP_FORM_TEXT},
        {"text/plain, */*;q=0.5", HTTP_FORM_TEXT},
        {"application/json;q=0.9, text/plain", HTTP_FORM_TEXT},
        {"application/json;q=0.001,text/plain;q=0.002", HTTP_FORM_TEXT},
        {"text/plain;q=0.9, text/plain", HTTP_FORM_TEXT},
        {"text/html, text/plain ; q=0.8", HTTP_FORM_TEXT},
        {"text/plain; Q=0.5, application/*; q=0.25", HTTP_FORM_TEXT},
        {"application/json;q=0, text/plain;q=0.1", HTTP_FORM_TEXT},
        {NULL, HTTP_FORM_JSON},
        {"", HTTP_FORM_JSON},
        {"*/*", HTTP_FORM_JSON},
        {"text/*", HTTP_FORM_JSON},
        {"application/json", HTTP_FORM_JSON},
        {"text/plain, application/json", HTTP_FORM_JSON},
        {"text/plain, */*", HTTP_FORM_JSON},
        {"text/plain, application/*", HTTP_FORM_JSON},
        {"text/plain, application/problem+json", HTTP_FORM_JSON},
        {"text/plain;q=0", HTTP_FORM_JSON},
        {"text/plain;q=0.000", HTTP_FORM_JSON},
        {"text/plain;q=0.5, application/json;q=0.5", HTTP_FORM_JSON},
        {"text/plain;q=0.5, application/json;q=0.6", HTTP_FORM_JSON},
        {"text/plainx", HTTP_FORM_JSON},
        {"text/plain;q=2", HTTP_FORM_JSON}, /* no quality at all */
        {"text/plain;q=1.001", HTTP_FORM_JSON},
        {"text/plain;q=0.1234", HTTP_FORM_JSON},
        {"text/plain;q=10", HTTP_FORM_JSON},
        {"text/plain;q=01", HTTP_FORM_JSON},
        {"text/plain;q=-1", HTTP_FORM_JSON},
        {"text/plain;q=", HTTP_FORM_JSON},
        {"text/plain;q=x", HTTP_FORM_JSON},
        {"text/plain;q=0.x", HTTP_FORM_JSON},
        {"text/plain;q=0..1", HTTP_FORM_JSON},
        {",,;,", HTTP_FORM_JSON},
        {"application/x-ndjson", HTTP_FORM_NDJSON},
        {"Application/NDJSON", HTTP_FORM_NDJSON},
        {"application/x-ndjson, */*;q=0.1", HTTP_FORM_NDJSON},
        {"application/x-ndjson, text/plain", HTTP_FORM_NDJSON},
        {"application/x-ndjson;q=0.5, text/plain", HTTP_FORM_TEXT},
        {"application/x-ndjson, application/json", HTTP_FORM_JSON},
        {"application/x-ndjson;q=0", HTTP_FORM_JSON},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_req req = ask("", rows[i].accept);
        enum http_form form;
        check_row(http_accept_form(&req, &form) == ERR_OK, str_of(rows[i].accept));
        check_row(form == rows[i].form, str_of(rows[i].accept));
        check_row(http_accept_is_text(&req) == (form == HTTP_FORM_TEXT), str_of(rows[i].accept));
    }
}

static void a_named_format_says_it_first(void **state)
{
    (void)state;
    static const struct {
        const char *query, *accept;
        enum err err;
        enum http_form form;
    } rows[] = {
        {"format=json", "text/plain", ERR_OK, HTTP_FORM_JSON},
        {"a=1&format=ndjson", "text/plain", ERR_OK, HTTP_FORM_NDJSON},
        {"format=te%78t", NULL, ERR_OK, HTTP_FORM_TEXT},
        {"format=", "text/plain", ERR_INVALID, HTTP_FORM_JSON},
        {"format=Text", "text/plain", ERR_INVALID, HTTP_FORM_JSON},
        {"format=%zz", "text/plain", ERR_INVALID, HTTP_FORM_JSON},
        {"formats=text", "application/x-ndjson", ERR_OK, HTTP_FORM_NDJSON},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_req req = ask(rows[i].query, rows[i].accept);
        enum http_form form;
        check_row(http_accept_form(&req, &form) == rows[i].err, str_of(rows[i].query));
        check_row(form == rows[i].form, str_of(rows[i].query));
    }
}

static void each_form_has_a_type(void **state)
{
    (void)state;
    check_str(http_accept_type(HTTP_FORM_JSON), "application/json");
    check_str(http_accept_type(HTTP_FORM_NDJSON), "application/x-ndjson");
    check_str(http_accept_type(HTTP_FORM_TEXT), "text/plain; charset=utf-8");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(accept_says_it),
        cmocka_unit_test(a_named_format_says_it_first),
        cmocka_unit_test(each_form_has_a_type),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
