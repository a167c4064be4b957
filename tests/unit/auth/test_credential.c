#include "auth/credential.h"

#include <sodium.h>
#include "base/rand.h"
#include "support/check.h"

#define SECRET  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-_"
#define TOKEN   "snug_" SECRET
#define SESSION "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno-_"

static struct arena arena;

static int begin(void **state)
{
    (void)state;
    arena_init(&arena);
    rand_init();
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static struct str shown(const struct config *config, const struct http_req *req)
{
    struct store_asker asker;
    assert_int_equal(auth_credential_read(config, req, &asker), ERR_OK);
    assert_false(str_is_set(asker.remote.name));
    return asker.key;
}

/* What is shown by an Authorization, where it is not NULL, and a session's cookie. */
static struct str key_of(const char *authorization, bool has_cookie)
{
    const struct http_var vars[] = {
        {STR("HTTP_COOKIE"), has_cookie ? STR("snug_session=" SESSION) : STR("a=b")},
        {STR("HTTP_AUTHORIZATION"), str_of(authorization)}};
    const struct http_req req = {
        .vars = vars, .nvars = authorization != NULL ? 2 : 1, .arena = &arena};
    return shown(&(struct config){0}, &req);
}

/* "Basic " and text in base64. */
static const char *basic(struct str text)
{
    char *out = arena_alloc(&arena, sodium_base64_encoded_len(text.len, 1));
    sodium_bin2base64(out, sodium_base64_encoded_len(text.len, 1), (const unsigned char *)text.ptr,
                      text.len, sodium_base64_VARIANT_ORIGINAL);
    return arena_cstr(&arena, arena_printf(&arena, "Basic %s", out));
}

static void a_token_is_shown_as_bearer_or_as_a_password(void **state)
{
    (void)state;
    const char *rows[] = {
        "Bearer " TOKEN,
        "bearer  " TOKEN " ",
        basic(STR("Pablo:" TOKEN)),
        basic(STR(":" TOKEN)),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_eq(key_of(rows[i], false), rand_sha256(&arena, STR(TOKEN)));
        check_eq(key_of(rows[i], true), rand_sha256(&arena, STR(TOKEN)));
    }
}

/* Nor is the cookie used that comes with it. */
static void what_is_no_token_shows_nothing(void **state)
{
    (void)state;
    const char *rows[] = {
        "",
        "Bearer",
        "Bearer ",
        "Bearer " SECRET,
        "Bearer " SESSION,
        "Bearer snug_short",
        "Bearer " TOKEN "x",
        "Bearer snug_abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNO-+",
        "Token " TOKEN,
        "Basic",
        "Basic " TOKEN,
        "Basic !!!!",
        basic(STR(TOKEN)),
        basic(STR("Pablo:password")),
        basic(STR(TOKEN ":")),
        basic((struct str){arena_zalloc(&arena, 2000, 1), 2000}),
        "Basic YTpi=",
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_row(!str_is_set(key_of(rows[i], true)), str_of(rows[i]));
    }
}

static void without_it_the_session_counts(void **state)
{
    (void)state;
    check_eq(key_of(NULL, true), rand_sha256(&arena, STR(SESSION)));
    assert_false(str_is_set(key_of(NULL, false)));
}

/* A token that somebody puts into the cookie opens nothing. */
static void a_token_is_no_session(void **state)
{
    (void)state;
    const struct http_var var = {STR("HTTP_COOKIE"), STR("snug_session=" TOKEN)};
    const struct http_req req = {.vars = &var, .nvars = 1, .arena = &arena};
    assert_false(str_is_set(shown(&(struct config){0}, &req)));
}

static void a_new_one_is_recognised(void **state)
{
    (void)state;
    const struct str token = auth_credential_new_token(&arena);
    const struct str other = auth_credential_new_token(&arena);
    const struct str header = arena_printf(&arena, "Bearer %.*s", STR_FMT(token));
    assert_int_equal(token.len, strlen(TOKEN));
    assert_false(str_eq(token, other));
    check_eq(key_of(arena_cstr(&arena, header), false), rand_sha256(&arena, token));
}

static void an_asker_is_what_the_request_shows(void **state)
{
    (void)state;
    const struct config config = {.session_days = 1};
    const struct http_var var = {STR("HTTP_COOKIE"), STR("snug_session=" SESSION)};
    const struct http_req bare = {.arena = &arena};
    const struct http_req req = {.vars = &var, .nvars = 1, .arena = &arena};
    struct store_asker asker;
    assert_false(str_is_set(shown(&config, &bare)));

    assert_int_equal(auth_credential_read(&config, &req, &asker), ERR_OK);
    check_eq(asker.key, rand_sha256(&arena, STR(SESSION)));
    assert_int_equal(asker.ttl_s, 86400);
    assert_false(str_is_set(asker.user.id));
}

/* What is read where the web server logs people in. */
static enum err read_remote(const struct http_var *vars, size_t n, struct store_asker *asker)
{
    const struct config config = {.remote_user = true, .session_days = 1};
    const struct http_req req = {.vars = vars, .nvars = n, .remote = STR("::1"), .arena = &arena};
    return auth_credential_read(&config, &req, asker);
}

static void the_web_server_says_who_it_is(void **state)
{
    (void)state;
    const struct http_var vars[] = {{STR("REMOTE_USER"), STR("Pablo")},
                                    {STR("HTTP_USER_AGENT"), STR("curl")},
                                    {STR("HTTP_COOKIE"), STR("snug_session=" SESSION)},
                                    {STR("HTTP_AUTHORIZATION"), STR("Basic UGFibG86eA==")}};
    struct store_asker asker;
    assert_int_equal(read_remote(vars, ARRAY_LEN(vars), &asker), ERR_OK);
    check_eq(asker.key, rand_sha256(&arena, STR("remote:pablo")));
    check_eq(asker.remote.name, STR("Pablo"));
    check_eq(asker.remote.address, STR("::1"));
    check_eq(asker.remote.agent, STR("curl"));

    /* A stored password of bcrypt's form, another one each time. */
    struct store_asker other;
    assert_int_equal(read_remote(vars, 1, &other), ERR_OK);
    assert_int_equal(asker.remote.hash.len, 60);
    assert_true(str_starts(asker.remote.hash, STR("$2b$10$")));
    assert_true(str_is_made_of(str_skip(asker.remote.hash, 7), STR("./")));
    assert_false(str_eq(asker.remote.hash, other.remote.hash));

    /* A token is meant, and shown by no browser. */
    const struct http_var both[] = {{STR("REMOTE_USER"), STR("Pablo")},
                                    {STR("HTTP_AUTHORIZATION"), STR("Bearer " TOKEN)}};
    assert_int_equal(read_remote(both, 2, &asker), ERR_OK);
    check_eq(asker.key, rand_sha256(&arena, STR(TOKEN)));
    assert_false(str_is_set(asker.remote.name));
    const struct http_var bad[] = {{STR("REMOTE_USER"), STR("Pablo")},
                                   {STR("HTTP_AUTHORIZATION"), STR("Bearer x")}};
    assert_int_equal(read_remote(bad, 2, &asker), ERR_OK);
    assert_false(str_is_set(asker.key));
    assert_false(str_is_set(asker.remote.name));
}

static void a_name_that_nobody_can_have_is_refused(void **state)
{
    (void)state;
    const char *rows[] = {"pablo@example.org",
                          "CORP\\pablo",
                          "12",
                          "a b",
                          "Pabl\xc3\xb3",
                          "abcdefghijklmnopqrstuvwxyz0123456"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_var var = {STR("REMOTE_USER"), str_of(rows[i])};
        struct store_asker asker;
        check_row(read_remote(&var, 1, &asker) == ERR_REMOTE_NAME, var.value);
        check_row(!str_is_set(asker.key) && !str_is_set(asker.remote.name), var.value);
    }
}

static void nobody_else_says_who_it_is(void **state)
{
    (void)state;
    const struct http_var vars[] = {{STR("HTTP_REMOTE_USER"), STR("Pablo")},
                                    {STR("HTTP_X_REMOTE_USER"), STR("Pablo")},
                                    {STR("REMOTE_USER"), STR("")},
                                    {STR("HTTP_COOKIE"), STR("snug_session=" SESSION)},
                                    {STR("HTTP_AUTHORIZATION"), str_of(basic(STR("a:" TOKEN)))}};
    struct store_asker asker;
    assert_int_equal(read_remote(vars, ARRAY_LEN(vars), &asker), ERR_OK);
    assert_false(str_is_set(asker.key));
    assert_false(str_is_set(asker.remote.name));

    /* Unless it is switched on, the web server says nothing either. */
    const struct http_var var = {STR("REMOTE_USER"), STR("Pablo")};
    const struct http_req req = {.vars = &var, .nvars = 1, .arena = &arena};
    assert_false(str_is_set(shown(&(struct config){0}, &req)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_token_is_shown_as_bearer_or_as_a_password),
        cmocka_unit_test(what_is_no_token_shows_nothing),
        cmocka_unit_test(without_it_the_session_counts),
        cmocka_unit_test(a_token_is_no_session),
        cmocka_unit_test(a_new_one_is_recognised),
        cmocka_unit_test(an_asker_is_what_the_request_shows),
        cmocka_unit_test(the_web_server_says_who_it_is),
        cmocka_unit_test(a_name_that_nobody_can_have_is_refused),
        cmocka_unit_test(nobody_else_says_who_it_is),
    };
    return cmocka_run_group_tests_name("auth/credential", tests, begin, end);
}
