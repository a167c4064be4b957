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

/* What is shown by an Authorization, where it is not NULL, and a session's cookie. */
static struct str key_of(const char *authorization, bool has_cookie)
{
    const struct http_var vars[] = {
        {STR("HTTP_COOKIE"), has_cookie ? STR("snug_session=" SESSION) : STR("a=b")},
        {STR("HTTP_AUTHORIZATION"), str_of(authorization)}};
    const struct http_req req = {
        .vars = vars, .nvars = authorization != NULL ? 2 : 1, .arena = &arena};
    return auth_credential_key(&req);
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
    assert_false(str_is_set(auth_credential_key(&req)));
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
    assert_false(str_is_set(auth_credential_asker(&config, &bare).key));

    const struct store_asker asker = auth_credential_asker(&config, &req);
    check_eq(asker.key, rand_sha256(&arena, STR(SESSION)));
    assert_int_equal(asker.ttl_s, 86400);
    assert_false(str_is_set(asker.user.id));
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
    };
    return cmocka_run_group_tests_name("auth/credential", tests, begin, end);
}
