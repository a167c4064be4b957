#include "auth/guard.h"

#include "support/check.h"

struct row {
    const char *what;
    const char *ours; /* SNUG_ORIGIN */
    const char *host, *site, *origin;
    bool https;
    bool passes;
};

/* clang-format off */
static const struct row rows[] = {
    {"curl sends neither",             "", "chat.example",      NULL,          NULL,                        false, true},
    {"our page, Sec-Fetch-Site",       "", "chat.example",      "same-origin", "http://chat.example",       false, true},
    {"typed or bookmarked",            "", "chat.example",      "none",        NULL,                        false, true},
    {"a sibling site",                 "", "chat.example",      "same-site",   "http://chat.example",       false, false},
    {"another site",                   "", "chat.example",      "cross-site",  NULL,                        false, false},
    {"another case is another word",   "", "chat.example",      "Same-Origin", NULL,                        false, false},
    {"an empty Sec-Fetch-Site",        "", "chat.example",      "",            "http://chat.example",       false, false},
    {"the header wins over Origin",    "", "chat.example",      "same-origin", "http://evil.example",       false, true},
    {"our page, Origin",               "", "chat.example",      NULL,          "http://chat.example",       false, true},
    {"host names have no case",        "", "Chat.Example",      NULL,          "http://chat.example",       false, true},
    {"another host",                   "", "chat.example",      NULL,          "http://evil.example",       false, false},
    {"a host that ends like ours",     "", "chat.example",      NULL,          "http://evilchat.example",   false, false},
    {"a host that begins like ours",   "", "chat.example",      NULL,          "http://chat.example.evil",  false, false},
    {"our name as a user",             "", "chat.example",      NULL,          "http://chat.example@evil",  false, false},
    {"opaque",                         "", "chat.example",      NULL,          "null",                      false, false},
    {"empty",                          "", "chat.example",      NULL,          "",                          false, false},
    {"a scheme and no host",           "", "chat.example",      NULL,          "http://",                   false, false},
    {"another scheme",                 "", "chat.example",      NULL,          "ftp://chat.example",        false, false},
    {"no scheme",                      "", "chat.example",      NULL,          "chat.example",              false, false},
    {"with our port",                  "", "chat.example:8080", NULL,          "http://chat.example:8080",  false, true},
    {"another port",                   "", "chat.example:8080", NULL,          "http://chat.example:8081",  false, false},
    {"no port is 80",                  "", "chat.example:80",   NULL,          "http://chat.example",       false, true},
    {"80 is no port",                  "", "chat.example",      NULL,          "http://chat.example:80",    false, true},
    {"443 is another",                 "", "chat.example",      NULL,          "http://chat.example:443",   false, false},
    {"443 is no port of https",        "", "chat.example:443",  NULL,          "https://chat.example",      true,  true},
    {"an address",                     "", "[2001:db8::1]:81",  NULL,          "http://[2001:db8::1]:81",   false, true},
    {"under TLS, http is another",     "", "chat.example",      NULL,          "http://chat.example",       true,  false},
    {"under TLS",                      "", "chat.example",      NULL,          "https://chat.example",      true,  true},
    {"TLS ended before us",            "", "chat.example",      NULL,          "https://chat.example",      false, true},
    {"no Host to compare with",        "", NULL,                NULL,          "http://chat.example",       false, false},
    {"an empty Host",                  "", "",                  NULL,          "http://",                   false, false},
    {"SNUG_ORIGIN",                    "https://out.example", "in:8080", NULL, "https://out.example",       false, true},
    {"SNUG_ORIGIN and its port",       "https://out.example", "in:8080", NULL, "https://out.example:443",   false, true},
    {"SNUG_ORIGIN in another case",    "https://Out.Example", "in:8080", NULL, "https://out.example",       false, true},
    {"SNUG_ORIGIN, another scheme",    "https://out.example", "in:8080", NULL, "http://out.example",        false, false},
    {"SNUG_ORIGIN, another port",      "https://out.example", "in:8080", NULL, "https://out.example:8443",  false, false},
    {"SNUG_ORIGIN instead of Host",    "https://out.example", "in:8080", NULL, "http://in:8080",            false, false},
    {"SNUG_ORIGIN and null",           "https://out.example", "in:8080", NULL, "null",                      false, false},
    {"SNUG_ORIGIN and curl",           "https://out.example", "in:8080", NULL, NULL,                        false, true},
};
/* clang-format on */

static enum err ask(const struct row *row, enum http_method method)
{
    struct http_var vars[3];
    struct http_req req = {.method = method, .https = row->https, .vars = vars};
    const struct config config = {.origin = row->ours};
    if (row->host != NULL) {
        vars[req.nvars++] = (struct http_var){STR("HTTP_HOST"), str_of(row->host)};
    }
    if (row->site != NULL) {
        vars[req.nvars++] = (struct http_var){STR("HTTP_SEC_FETCH_SITE"), str_of(row->site)};
    }
    if (row->origin != NULL) {
        vars[req.nvars++] = (struct http_var){STR("HTTP_ORIGIN"), str_of(row->origin)};
    }
    return auth_guard_same_origin(&config, &req);
}

static void a_change_comes_from_our_page_or_from_none(void **state)
{
    const enum http_method unsafe[] = {HTTP_POST, HTTP_PUT, HTTP_PATCH, HTTP_DELETE, HTTP_OTHER};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (size_t m = 0; m < ARRAY_LEN(unsafe); m++) {
            const enum err wanted = rows[i].passes ? ERR_OK : ERR_CROSS_SITE;
            check_row(ask(&rows[i], unsafe[m]) == wanted, str_of(rows[i].what));
        }
    }
    (void)state;
}

/* A page of another origin, with this Authorization, or listed. */
static void what_no_browser_sends_by_itself_passes(void **state UNUSED)
{
    static const struct {
        const char *authorization; /* NULL: none */
        const char *cors;          /* SNUG_CORS */
        const char *origin;
        bool passes;
    } tries[] = {
        {"Bearer abc", "", "https://evil.example", true},
        {"bearer abc", "", "https://evil.example", true},
        {"Bearer ", "", "https://evil.example", false},
        {"Bearer", "", "https://evil.example", false},
        {"Basic YTpi", "", "https://evil.example", false},
        {"Basic Bearer abc", "", "https://evil.example", false},
        {"Negotiate abc", "", "https://evil.example", false},
        {NULL, "", "https://evil.example", false},
        {NULL, "*", "https://evil.example", false},
        {"Basic YTpi", "*", "https://evil.example", false},
        {"Bearer abc", "*", "https://evil.example", true},
        {NULL, "https://good.example", "https://good.example", true},
        {"Basic YTpi", "https://good.example", "https://good.example", true},
        {NULL, "https://good.example", "https://evil.example", false},
        {NULL, "https://good.example", "null", false},
        {NULL, "https://good.example", NULL, false},
    };
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        struct http_var vars[3] = {{STR("HTTP_SEC_FETCH_SITE"), STR("cross-site")}};
        struct http_req req = {.method = HTTP_POST, .vars = vars, .nvars = 1};
        const struct config config = {.origin = "https://chat.example", .cors = tries[i].cors};
        if (tries[i].authorization != NULL) {
            vars[req.nvars++] =
                (struct http_var){STR("HTTP_AUTHORIZATION"), str_of(tries[i].authorization)};
        }
        if (tries[i].origin != NULL) {
            vars[req.nvars++] = (struct http_var){STR("HTTP_ORIGIN"), str_of(tries[i].origin)};
        }
        auth_guard_receive(&config, &req);
        check_row((auth_guard_same_origin(&config, &req) == ERR_OK) == tries[i].passes,
                  str_of(tries[i].cors));
    }
}

static void reading_passes_always(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(ask(&rows[i], HTTP_GET) == ERR_OK, str_of(rows[i].what));
        check_row(ask(&rows[i], HTTP_HEAD) == ERR_OK, str_of(rows[i].what));
    }
    (void)state;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_change_comes_from_our_page_or_from_none),
        cmocka_unit_test(what_no_browser_sends_by_itself_passes),
        cmocka_unit_test(reading_passes_always),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
