#include "auth/session.h"

#include "base/rand.h"
#include "support/check.h"

#define TOKEN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_01234"

/* Nothing here reaches the store: there is none. */
static struct store_conn *const nowhere = NULL;

static int begin(void **state)
{
    static struct arena arena;
    arena_init(&arena);
    *state = &arena;
    return 0;
}

static int end(void **state)
{
    arena_finish(*state);
    return 0;
}

static struct str key_of(struct arena *arena, const char *cookie)
{
    const struct http_var var = {STR("HTTP_COOKIE"), str_of(cookie)};
    const struct http_req req = {.vars = &var, .nvars = 1, .arena = arena};
    return auth_session_key(&req);
}

static void the_key_is_the_tokens_hash(void **state)
{
    const struct str wanted = rand_sha256(*state, STR(TOKEN));
    check_eq(key_of(*state, "snug_session=" TOKEN), wanted);
    check_eq(key_of(*state, "a=b; snug_session=" TOKEN "; c=d"), wanted);
    check_eq(key_of(*state, "snug_session=\"" TOKEN "\""), wanted);
    assert_int_equal(wanted.len, 64);
    assert_false(str_eq(key_of(*state, "snug_session=x" TOKEN), wanted));
}

static void what_no_token_can_be_has_no_key(void **state)
{
    const char *const cookies[] = {
        "",
        "snug_session",
        "snug_session=",
        "other=" TOKEN,
        "snug_session=" TOKEN "a",
        "snug_session=bcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_01234",
        "snug_session=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_0123:",
        "snug_session=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_0123\n",
        "snug_session=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_012\xc3\xa9",
    };
    for (size_t i = 0; i < ARRAY_LEN(cookies); i++) {
        check_row(!str_is_set(key_of(*state, cookies[i])), str_of(cookies[i]));
    }
    const struct http_req bare = {.arena = *state};
    assert_false(str_is_set(auth_session_key(&bare)));
}

static void a_renewed_cookie_is_the_same_one(void **state)
{
    const struct config config = {.session_days = 1};
    const struct http_var vars[] = {{STR("HTTP_COOKIE"), STR("a=b; snug_session=" TOKEN)},
                                    {STR("SCRIPT_NAME"), STR("/chat/api/session")}};
    const struct http_req req = {
        .vars = vars, .nvars = ARRAY_LEN(vars), .https = true, .arena = *state};
    struct http_res res;
    http_res_init(&res, *state);
    auth_session_renew(&config, &req, &res);
    assert_int_equal(res.nheaders, 1);
    check_str(res.headers[0].name, "Set-Cookie");
    check_str(res.headers[0].value, "snug_session=" TOKEN "; Path=/chat/; Max-Age=86400; HttpOnly; "
                                    "SameSite=Lax; Secure");
}

/* Who shows something else than the cookie is given none. */
static void only_what_was_used_is_renewed(void **state)
{
    const struct config config = {.session_days = 1};
    const struct http_var vars[] = {{STR("HTTP_AUTHORIZATION"), STR("Bearer snug_x")},
                                    {STR("HTTP_COOKIE"), STR("snug_session=" TOKEN)}};
    for (size_t n = 0; n < ARRAY_LEN(vars) + 1; n += 2) {
        const struct http_req req = {.vars = vars, .nvars = n, .arena = *state};
        struct http_res res;
        http_res_init(&res, *state);
        auth_session_renew(&config, &req, &res);
        assert_int_equal(res.nheaders, 0);
    }
}

/* The Set-Cookie of a logout without a session. */
static struct str cleared(struct arena *arena, const struct config *config, struct str script,
                          bool https)
{
    struct http_res res;
    const struct http_var var = {STR("SCRIPT_NAME"), script};
    const struct http_req req = {.vars = &var, .nvars = 1, .https = https, .arena = arena};
    http_res_init(&res, arena);
    assert_int_equal(auth_session_close(config, nowhere, &req, &res), ERR_OK);
    assert_int_equal(res.nheaders, 1);
    check_str(res.headers[0].name, "Set-Cookie");
    return res.headers[0].value;
}

static void the_cookie_belongs_to_where_snug_is_mounted(void **state)
{
    static const struct {
        struct str script;
        const char *path;
    } rows[] = {
        {LIT("/api/session"), "/"},
        {LIT("/chat/api/session"), "/chat/"},
        {LIT("/a/b%20c/api/session"), "/a/b%20c/"},
        {LIT("/api/api/session"), "/api/"},
        {LIT("/cgi-bin/accounts.fcgi"), "/"},
        {LIT("/xapi/session"), "/"},
        {LIT(""), "/"},
        {LIT("/a;Domain=b/api/session"), "/"},
        {LIT("/a b/api/session"), "/"},
        {LIT("/a,b/api/session"), "/"},
        {LIT("/a\nb/api/session"), "/"},
        {LIT("/\xc3\xa9/api/session"), "/"},
    };
    const struct config config = {.session_days = 30};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct str wanted = arena_printf(
            *state, "snug_session=; Path=%s; Max-Age=0; HttpOnly; SameSite=Lax", rows[i].path);
        check_row(str_eq(cleared(*state, &config, rows[i].script, false), wanted), rows[i].script);
    }
}

static void the_cookie_is_secure_where_the_page_is(void **state)
{
    const struct config plain = {.session_days = 30};
    const struct config secure = {.session_days = 30, .secure_cookie = true};
    const struct str script = STR("/api/session");
    assert_false(str_ends(cleared(*state, &plain, script, false), STR("; Secure")));
    assert_true(str_ends(cleared(*state, &plain, script, true), STR("; Secure")));
    assert_true(str_ends(cleared(*state, &secure, script, false), STR("; Secure")));
}

static void days_are_seconds(void **state)
{
    assert_int_equal(auth_session_ttl_s(&(struct config){.session_days = 30}), 2592000);
    (void)state;
}

int main(void)
{
    rand_init();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_key_is_the_tokens_hash, begin, end),
        cmocka_unit_test_setup_teardown(what_no_token_can_be_has_no_key, begin, end),
        cmocka_unit_test_setup_teardown(a_renewed_cookie_is_the_same_one, begin, end),
        cmocka_unit_test_setup_teardown(only_what_was_used_is_renewed, begin, end),
        cmocka_unit_test_setup_teardown(the_cookie_belongs_to_where_snug_is_mounted, begin, end),
        cmocka_unit_test_setup_teardown(the_cookie_is_secure_where_the_page_is, begin, end),
        cmocka_unit_test(days_are_seconds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
