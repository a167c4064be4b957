#include "http/req.h"

#include "support/check.h"

static struct arena arena;

static int teardown(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void methods(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        enum http_method method;
        const char *name;
    } rows[] = {
        {"GET", HTTP_GET, "GET"},       {"HEAD", HTTP_HEAD, "HEAD"},
        {"POST", HTTP_POST, "POST"},    {"PUT", HTTP_PUT, "PUT"},
        {"PATCH", HTTP_PATCH, "PATCH"}, {"DELETE", HTTP_DELETE, "DELETE"},
        {"get", HTTP_OTHER, "OTHER"},   {"OPTIONS", HTTP_OTHER, "OTHER"},
        {"OTHER", HTTP_OTHER, "OTHER"}, {"GET ", HTTP_OTHER, "OTHER"},
        {"", HTTP_OTHER, "OTHER"},      {NULL, HTTP_OTHER, "OTHER"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_var vars[] = {{STR("REQUEST_METHOD"), str_of(rows[i].text)}};
        struct http_req req;
        assert_int_equal(http_req_init(&req, vars, rows[i].text != NULL ? 1 : 0, &arena), ERR_OK);
        check_row(req.method == rows[i].method, str_of(rows[i].text));
        assert_string_equal(http_req_method_name(req.method), rows[i].name);
    }
    assert_string_equal(http_req_method_name(HTTP_METHOD__MAX), "OTHER");
}

static void paths(void **state)
{
    (void)state;
    static const struct {
        struct str script, info;
        const char *path; /* NULL: ERR_PATH */
    } rows[] = {
        {LIT("/api/messages"), LIT("/0"), "/messages/0"},
        {LIT("/chat/api/messages"), LIT("/0"), "/messages/0"},
        {LIT("/messages"), LIT("/0/1.5"), "/messages/0/1.5"},
        {LIT("messages"), LIT("/0"), "/messages/0"},
        {LIT("/api/messages"), LIT(""), "/messages"},
        {LIT("/api/messages"), {NULL, 0}, "/messages"},
        {LIT("/api/messages"), LIT("/"), "/messages"},
        {LIT("/api/messages"), LIT("/0/"), "/messages/0"},
        {LIT("/api/messages/"), LIT("/0"), "/messages/0"},
        {LIT(""), LIT("/messages/0"), "/messages/0"},
        {LIT("/"), LIT("/messages/0"), "/messages/0"},
        {{NULL, 0}, LIT("/messages/0"), "/messages/0"},
        {{NULL, 0}, {NULL, 0}, "/"},
        {LIT(""), LIT("/"), "/"},
        {LIT("/api/rooms"), LIT("/1:2"), "/rooms/1:2"},
        {LIT("/api/rooms"), LIT("/\xc3\xa4 b"), "/rooms/\xc3\xa4 b"},
        {LIT("/api/rooms"), LIT("/..."), "/rooms/..."},
        {LIT("/api/rooms"), LIT("/.a"), "/rooms/.a"},
        {LIT("/api/rooms"), LIT("//"), NULL},
        {LIT("/api/rooms"), LIT("//0"), NULL},
        {LIT("/api/rooms"), LIT("/0//1"), NULL},
        {LIT("/api/rooms"), LIT("/0//"), NULL},
        {LIT(""), LIT("//"), NULL},
        {LIT("/api/rooms"), LIT("0"), NULL},
        {LIT("/api/rooms"), LIT("/."), NULL},
        {LIT("/api/rooms"), LIT("/.."), NULL},
        {LIT("/api/rooms"), LIT("/../"), NULL},
        {LIT("/api/rooms"), LIT("/a/../b"), NULL},
        {LIT("/api/rooms"), LIT("/a/./b"), NULL},
        {LIT("/api/.."), LIT("/a"), NULL},
        {LIT("/api/rooms"), LIT("/a\0b"), NULL},
        {LIT("/api/rooms"), LIT("/a\nb"), NULL},
        {LIT("/api/rooms"), LIT("/a\x7f"), NULL},
        {LIT("/api/rooms"), LIT("/\xff"), NULL},
        {LIT("/api/rooms"), LIT("/\xc0\xaf"), NULL},
        {LIT("/api/ro\x01oms"), LIT("/a"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_var vars[] = {
            {STR("SCRIPT_NAME"), rows[i].script},
            {STR("PATH_INFO"), rows[i].info},
            {STR("REQUEST_METHOD"), STR("PUT")},
        };
        struct http_req req;
        check_row(http_req_init(&req, vars, ARRAY_LEN(vars), &arena) ==
                      (rows[i].path != NULL ? ERR_OK : ERR_PATH),
                  rows[i].info);
        check_str(req.path, rows[i].path != NULL ? rows[i].path : "/");
        assert_int_equal(req.method, HTTP_PUT); /* filled in either way */
    }
}

static void everything_else(void **state)
{
    (void)state;
    const struct http_var vars[] = {
        {STR("QUERY_STRING"), STR("a=%20&b")},
        {STR("REMOTE_ADDR"), STR("2001:db8::1")},
        {STR("CONTENT_TYPE"), STR("text/plain")},
    };
    struct http_req req;
    assert_int_equal(http_req_init(&req, vars, ARRAY_LEN(vars), &arena), ERR_OK);
    check_str(req.query, "a=%20&b");
    check_str(req.remote, "2001:db8::1");
    check_str(req.content_type, "text/plain");
    check_str(req.body, "");
    assert_false(req.https);
    assert_ptr_equal(req.vars, vars);
    assert_int_equal(req.nvars, 3);
    assert_ptr_equal(req.arena, &arena);
    for (size_t i = 0; i < HTTP_PARAMS_MAX; i++) {
        check_str(req.params[i], NULL);
    }
}

static void nothing_at_all(void **state)
{
    (void)state;
    struct http_req req;
    assert_int_equal(http_req_init(&req, NULL, 0, &arena), ERR_OK);
    check_str(req.path, "/");
    check_str(req.query, "");
    check_str(req.body, "");
    check_str(req.content_type, NULL);
    assert_int_equal(req.remote.len, 0);
    assert_int_equal(req.method, HTTP_OTHER);
    assert_false(req.https);
    check_str(http_req_var(&req, STR("X")), NULL);
    check_str(http_req_header(&req, "x"), NULL);
}

static void content_types(void **state)
{
    (void)state;
    static const struct {
        const char *header, *type;
    } rows[] = {
        {"application/json", "application/json"},
        {"Application/JSON; charset=UTF-8", "application/json"},
        {" text/plain ;charset=x", "text/plain"},
        {"text/plain;", "text/plain"},
        {"", NULL},
        {" ", NULL},
        {";charset=x", NULL},
        {NULL, NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_var vars[] = {{STR("CONTENT_TYPE"), str_of(rows[i].header)}};
        struct http_req req;
        assert_int_equal(http_req_init(&req, vars, 1, &arena), ERR_OK);
        check_str(req.content_type, rows[i].type);
    }
}

static void tls(void **state)
{
    (void)state;
    static const struct {
        const char *name, *value;
        bool https;
    } rows[] = {
        {"HTTPS", "on", true},
        {"HTTPS", "ON", true},
        {"HTTPS", "1", true},
        {"HTTPS", "off", false},
        {"HTTPS", "0", false},
        {"HTTPS", "", false},
        {"REQUEST_SCHEME", "https", true},
        {"REQUEST_SCHEME", "http", false},
        {"HTTP_HTTPS", "on", false}, /* a header says nothing */
        {"HTTP_X_FORWARDED_PROTO", "https", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_var vars[] = {{str_of(rows[i].name), str_of(rows[i].value)}};
        struct http_req req;
        assert_int_equal(http_req_init(&req, vars, 1, &arena), ERR_OK);
        check_row(req.https == rows[i].https, str_of(rows[i].value));
    }
}

static void variables_and_headers(void **state)
{
    (void)state;
    const struct http_var vars[] = {
        {STR("HTTP_IF_NONE_MATCH"), STR("\"tag\"")},
        {STR("HTTP_COOKIE"), STR("a=b")},
        {STR("HTTP_COOKIE"), STR("second")},
        {STR("HTTP_EMPTY"), STR("")},
        {STR("CONTENT_TYPE"), STR("text/plain")},
        {STR("CONTENT_LENGTH"), STR("12")},
        {STR("HTTP_CONTENT_TYPE"), STR("forged")},
        {STR("HTTP_CONTENT_LENGTH"), STR("forged")},
        {STR("HTTP_X_2"), STR("digit")},
        {STR("SERVER_NAME"), STR("server")},
    };
    struct http_req req;
    assert_int_equal(http_req_init(&req, vars, ARRAY_LEN(vars), &arena), ERR_OK);
    static const struct {
        const char *name, *value;
    } headers[] = {
        {"if-none-match", "\"tag\""},
        {"cookie", "a=b"},
        {"empty", ""},
        {"content-type", "text/plain"},
        {"content-length", "12"},
        {"x-2", "digit"},
        {"if-none", NULL},
        {"if-none-match-x", NULL},
        {"server-name", NULL},
        {"cooki", NULL},
        {"", NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(headers); i++) {
        check_str(http_req_header(&req, headers[i].name), headers[i].value);
    }
    check_str(http_req_var(&req, STR("HTTP_COOKIE")), "a=b");
    check_str(http_req_var(&req, STR("SERVER_NAME")), "server");
    check_str(http_req_var(&req, STR("server_name")), NULL);
    check_str(http_req_var(&req, STR("SERVER")), NULL);
    check_str(http_req_var(&req, STR("")), NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(methods),
        cmocka_unit_test(paths),
        cmocka_unit_test(everything_else),
        cmocka_unit_test(nothing_at_all),
        cmocka_unit_test(content_types),
        cmocka_unit_test(tls),
        cmocka_unit_test(variables_and_headers),
    };
    return cmocka_run_group_tests(tests, NULL, teardown);
}
