#include "http/forwarded.h"

#include "support/check.h"

/* From peer, with these headers, trusting 127.0.0.1 and 10.0.0.0/8 and 2001:db8:1::/48. */
static const struct {
    const char *peer, *hops;
    const char *remote;
} addresses[] = {
    {"127.0.0.1", "203.0.113.5", "203.0.113.5"},
    {"10.9.9.9", " 203.0.113.5 ", "203.0.113.5"},
    {"::ffff:10.9.9.9", "203.0.113.5", "203.0.113.5"},
    {"2001:db8:1::7", "2001:db8:2::9", "2001:db8:2::9"},
    {"127.0.0.1", "[2001:db8:2::9]", "2001:db8:2::9"},
    {"127.0.0.1", "[2001:db8:2::9]:4711", "2001:db8:2::9"},
    {"127.0.0.1", "203.0.113.5:4711", "203.0.113.5"},
    /* What the client itself wrote is to the left, and nobody believes it. */
    {"127.0.0.1", "198.51.100.1, 203.0.113.5", "203.0.113.5"},
    {"127.0.0.1", "198.51.100.1, 203.0.113.5, 10.0.0.1", "203.0.113.5"},
    {"127.0.0.1", "10.0.0.1, 203.0.113.5", "203.0.113.5"},
    {"127.0.0.1", "' OR 1=1, 203.0.113.5", "203.0.113.5"},
    {"127.0.0.1", ",,,, 203.0.113.5,10.0.0.1", "203.0.113.5"},
    /* Nobody but proxies. */
    {"127.0.0.1", "10.0.0.7", "10.0.0.7"},
    {"127.0.0.1", "10.0.0.7, 10.0.0.8", "10.0.0.7"},
    /* It cannot be said. */
    {"127.0.0.1", NULL, "127.0.0.1"},
    {"127.0.0.1", "", "127.0.0.1"},
    {"127.0.0.1", "unknown", "127.0.0.1"},
    {"127.0.0.1", "203.0.113.5, unknown", "127.0.0.1"},
    {"127.0.0.1", "203.0.113.5, ", "127.0.0.1"},
    {"127.0.0.1", "203.0.113.5, , 10.0.0.1", "127.0.0.1"},
    {"127.0.0.1", "unknown, 10.0.0.1", "127.0.0.1"},
    {"127.0.0.1", "203.0.113.5:port", "127.0.0.1"},
    {"127.0.0.1", "203.0.113.5 198.51.100.1", "127.0.0.1"},
    {"127.0.0.1", "[2001:db8:2::9", "127.0.0.1"},
    {"127.0.0.1", "[2001:db8:2::9]x", "127.0.0.1"},
    {"127.0.0.1", "[]", "127.0.0.1"},
    {"127.0.0.1", "203.0.113.256", "127.0.0.1"},
    /* No proxy of ours. */
    {"203.0.113.9", "198.51.100.1", "203.0.113.9"},
    {"127.0.0.2", "198.51.100.1", "127.0.0.2"},
    {"", "198.51.100.1", ""},
    {"/run/web.sock", "198.51.100.1", "/run/web.sock"},
};

static struct http_req make(struct http_var vars[2], const char *peer, const char *hops,
                            const char *proto)
{
    struct http_req req = {.remote = str_of(peer), .vars = vars};
    if (hops != NULL) {
        vars[req.nvars++] = (struct http_var){STR("HTTP_X_FORWARDED_FOR"), str_of(hops)};
    }
    if (proto != NULL) {
        vars[req.nvars++] = (struct http_var){STR("HTTP_X_FORWARDED_PROTO"), str_of(proto)};
    }
    return req;
}

static void who_asks(void **state UNUSED)
{
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++) {
        struct http_var vars[2];
        struct http_req req = make(vars, addresses[i].peer, addresses[i].hops, NULL);
        http_forwarded_read(&req, STR("127.0.0.1, 10.0.0.0/8,2001:db8:1::/48"));
        check_str(req.remote, addresses[i].remote);
        check_row(!req.https, str_of(addresses[i].hops));
    }
}

static void over_tls_or_not(void **state UNUSED)
{
    static const struct {
        const char *peer, *proto;
        bool before, after;
    } rows[] = {
        {"127.0.0.1", "https", false, true}, {"127.0.0.1", "HTTPS", false, true},
        {"127.0.0.1", "http", true, false},  {"127.0.0.1", NULL, true, true},
        {"127.0.0.1", "", false, false},     {"127.0.0.1", "https, http", false, false},
        {"127.0.0.1", "wss", true, true},    {"203.0.113.9", "https", false, false},
        {"203.0.113.9", "http", true, true},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct http_var vars[2];
        struct http_req req = make(vars, rows[i].peer, NULL, rows[i].proto);
        req.https = rows[i].before;
        http_forwarded_read(&req, STR("127.0.0.1"));
        check_row(req.https == rows[i].after, str_of(rows[i].proto));
        check_str(req.remote, rows[i].peer);
    }
}

static void nobody_is_trusted_unless_said(void **state UNUSED)
{
    const struct str lists[] = {STR_NONE, STR(""), STR("10.0.0.0/8")};
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        struct http_var vars[2];
        struct http_req req = make(vars, "127.0.0.1", "203.0.113.5", "https");
        http_forwarded_read(&req, lists[i]);
        check_str(req.remote, "127.0.0.1");
        assert_false(req.https);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(who_asks),
        cmocka_unit_test(over_tls_or_not),
        cmocka_unit_test(nobody_is_trusted_unless_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
