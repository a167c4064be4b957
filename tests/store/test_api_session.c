#include "base/log.h"
#include "base/rand.h"
#include "support/api.h"

/* Logging in, asking who one is, logging out. */

static const struct http_res *login(struct api_test *t, const char *body)
{
    return API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON, .text = body);
}

/* Somebody with a password, from the API itself. */
static void join(struct api_test *t, const char *name)
{
    ask_is(API_ASK(t, .path = "/users", .method = "POST", .type = ASK_JSON,
                   .text = api_test_text(t, "{\"username\":\"%s\",\"password\":\"password of %s\"}",
                                         name, name)),
           201);
}

static void a_login_gives_a_session(void **state)
{
    struct api_test *t = *state;
    join(t, "Pablo");
    const struct http_res *res =
        login(t, "{\"username\":\"Pablo\",\"password\":\"password of Pablo\"}");
    ask_is(res, 200);
    ask_body_is(res, "{\"id\":\"1\",\"username\":\"Pablo\"}");
    check_str(res->content_type, "application/json");
    check_str(t->ctx.who.user.id, "1");

    const struct str set = ask_header(res, "Set-Cookie");
    assert_true(str_starts(set, STR("snug_session=")));
    assert_true(str_ends(set, STR("; Path=/chat/; Max-Age=2592000; HttpOnly; SameSite=Lax")));

    const char *cookie = api_test_cookie(t, res);
    const struct str token = str_skip(str_of(cookie), strlen("snug_session="));
    assert_int_equal(token.len, 43);
    const struct str key = rand_sha256(&t->store->arena, token);
    assert_string_equal(redis_lines(t->redis, "HMGET snug:session:%s user ip agent", key.ptr),
                        "1\n192.0.2.7\ntest/1");
    ask_body_is(API_ASK(t, .path = "/session", .cookie = cookie),
                "{\"id\":\"1\",\"username\":\"Pablo\"}");
}

static void a_form_logs_in_too(void **state)
{
    struct api_test *t = *state;
    join(t, "Pablo");
    ask_is(API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                   .text = "username=pAbLo&password=password+of%20Pablo"),
           200);
}

/* Nothing tells an unknown name from a wrong password. */
static void a_failed_login_says_one_thing(void **state)
{
    static const char *const bodies[] = {
        "{\"username\":\"Pablo\",\"password\":\"password of Joe\"}",
        "{\"username\":\"Nobody\",\"password\":\"password of Pablo\"}",
        "{\"username\":\"1\",\"password\":\"password of Pablo\"}",
        "{\"username\":\"Pablo\",\"password\":\"\"}",
        "{\"username\":\"\",\"password\":\"\"}",
        "{\"username\":\"Bare\",\"password\":\"\"}",
        "{\"username\":1,\"password\":true}",
    };
    struct api_test *t = *state;
    join(t, "Pablo");
    redis_do(t->redis, "SET username:Bare user:9");
    redis_do(t->redis, "HSET user:9 username Bare");
    const struct str wanted = buf_str(&login(t, bodies[0])->body);
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        const struct http_res *res = login(t, bodies[i]);
        ask_is_problem(res, ERR_CREDENTIALS);
        check_eq(buf_str(&res->body), wanted);
        assert_false(str_is_set(ask_header(res, "Set-Cookie")));
        assert_false(str_is_set(t->ctx.who.user.id));
    }
}

static void a_bad_body_is_told_so(void **state)
{
    static const struct {
        const char *type;
        struct str body;
        enum err err;
    } rows[] = {
        {ASK_JSON, LIT("{\"username\":\"Pablo\",\"passw"), ERR_BODY},
        {ASK_JSON, LIT("[]"), ERR_BODY},
        {ASK_JSON, LIT(""), ERR_BODY},
        {ASK_JSON, LIT("{\"username\":\"a\",\"username\":\"b\",\"password\":\"c\"}"), ERR_BODY},
        {ASK_JSON, LIT("{\"username\":\"Pablo\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"username\":\"Pablo\",\"password\":null}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"username\":{},\"password\":\"x\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"username\":\"P\xff\",\"password\":\"x\"}"), ERR_TEXT},
        {ASK_JSON, LIT("{\"username\":\"P\\u0000\",\"password\":\"x\"}"), ERR_TEXT},
        {ASK_FORM, LIT("username=Pablo"), ERR_INVALID},
        {ASK_FORM, LIT("username=%zz&password=x"), ERR_BODY},
        {ASK_FORM, LIT("username=%00&password=x"), ERR_TEXT},
        {ASK_FORM, LIT("username=%ff&password=x"), ERR_TEXT},
        {"text/plain", LIT("username=Pablo&password=x"), ERR_MEDIA_TYPE},
        {NULL, LIT("{\"username\":\"Pablo\",\"password\":\"x\"}"), ERR_MEDIA_TYPE},
    };
    struct api_test *t = *state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(API_ASK(t, .path = "/session", .method = "POST", .type = rows[i].type,
                               .body = rows[i].body),
                       rows[i].err);
    }
    ask_is_problem(login(t, api_test_text(t, "{\"username\":\"Pablo\",\"password\":\"%s\"}",
                                          api_test_repeat(t, 'x', 2000))),
                   ERR_TOO_LARGE);
}

static void a_new_login_ends_the_one_before(void **state)
{
    struct api_test *t = *state;
    const char *const body = "{\"username\":\"Pablo\",\"password\":\"password of Pablo\"}";
    join(t, "Pablo");
    const char *first = api_test_cookie(t, login(t, body));
    const char *second =
        api_test_cookie(t, API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON,
                                   .text = body, .cookie = first));
    assert_string_not_equal(first, second);
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = first), ERR_UNAUTHENTICATED);
    ask_is(API_ASK(t, .path = "/session", .cookie = second), 200);

    /* A failed one leaves it alone. */
    ask_is_problem(API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON,
                           .text = "{\"username\":\"Pablo\",\"password\":\"?\"}", .cookie = second),
                   ERR_CREDENTIALS);
    ask_is(API_ASK(t, .path = "/session", .cookie = second), 200);
}

static void logging_out_ends_the_session(void **state)
{
    struct api_test *t = *state;
    const char *cookie = api_test_join(t, "Pablo");
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(API_ASK(t, .path = "/session", .cookie = cookie), 200);
    const struct http_res *res =
        API_ASK(t, .path = "/session", .method = "DELETE", .cookie = cookie);
    ask_is(res, 204);
    check_str(ask_header(res, "Set-Cookie"),
              "snug_session=; Path=/chat/; Max-Age=0; HttpOnly; SameSite=Lax");
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = cookie), ERR_UNAUTHENTICATED);

    ask_is(API_ASK(t, .path = "/session", .method = "DELETE", .cookie = cookie), 204);
    ask_is(API_ASK(t, .path = "/session", .method = "DELETE"), 204);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void a_session_of_nobody_is_none(void **state)
{
    struct api_test *t = *state;
    const char *cookie = api_test_join(t, "Pablo");
    const char *unknown = "snug_session=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_01234";
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = unknown), ERR_UNAUTHENTICATED);
    redis_do(t->redis, "DEL user:1");
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = cookie), ERR_UNAUTHENTICATED);
}

/* Who registered with a demo server logs in with the same name and password. */
static void the_family_logs_in(void **state)
{
    static const char *const names[] = {"Pablo", "Joe", "Mary", "Alex"};
    struct api_test *t = *state;
    redis_load(t->redis, "tests/support/family-keys.txt");
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ask_is(login(t, api_test_text(t, "{\"username\":\"%s\",\"password\":\"password123\"}",
                                      names[i])),
               200);
    }
    ask_is_problem(login(t, "{\"username\":\"Pablo\",\"password\":\"password124\"}"),
                   ERR_CREDENTIALS);
}

static const char *stored(struct api_test *t, const char *user)
{
    return api_test_text(t, "%s", redis_text(t->redis, "HGET user:%s password", user));
}

/* A login that succeeds stores the password as the settings have it; sessions go on. */
static void a_login_renews_the_stored_password(void **state)
{
    static const char *const log_in = "{\"username\":\"Pablo\",\"password\":\"password123\"}";
    struct api_test *t = *state;
    redis_load(t->redis, "tests/support/family-keys.txt");
    const char *family = stored(t, "1");
    assert_true(str_starts(str_of(family), STR("$2b$10$")));
    t->config.password_hash = CONFIG_HASH_BCRYPT;
    const char *cookie = api_test_cookie(t, login(t, log_in));
    assert_string_equal(stored(t, "1"), family);

    t->config.password_hash = CONFIG_HASH_ARGON2ID;
    ask_is_problem(login(t, "{\"username\":\"Pablo\",\"password\":\"password124\"}"),
                   ERR_CREDENTIALS);
    assert_string_equal(stored(t, "1"), family);
    ask_is(login(t, log_in), 200);
    const char *first = stored(t, "1");
    assert_true(str_starts(str_of(first), STR("$argon2id$v=19$m=8,t=1,p=1$")));
    ask_is(login(t, log_in), 200);
    assert_string_equal(stored(t, "1"), first);

    t->config.argon2_kib = 16;
    ask_is(login(t, log_in), 200);
    assert_true(str_starts(str_of(stored(t, "1")), STR("$argon2id$v=19$m=16,t=1,p=1$")));
    t->config.argon2_ops = 2;
    ask_is(login(t, log_in), 200);
    assert_true(str_starts(str_of(stored(t, "1")), STR("$argon2id$v=19$m=16,t=2,p=1$")));

    /* Where demo servers are to read it, it becomes theirs. */
    t->config.password_hash = CONFIG_HASH_BCRYPT;
    ask_is(login(t, log_in), 200);
    assert_true(str_starts(str_of(stored(t, "1")), STR("$2b$10$")));
    ask_is(login(t, log_in), 200);
    ask_is(API_ASK(t, .path = "/session", .cookie = cookie), 200);
}

/* bcrypt would look at 72 bytes of it only: a longer one stays as it is, and still logs in. */
static void a_long_password_stays(void **state)
{
    struct api_test *t = *state;
    const char *body =
        api_test_text(t, "{\"username\":\"Zoe\",\"password\":\"%s\"}", api_test_repeat(t, 'x', 73));
    ask_is(API_ASK(t, .path = "/users", .method = "POST", .type = ASK_JSON, .text = body), 201);
    const char *before = stored(t, "1");
    t->config.password_hash = CONFIG_HASH_BCRYPT;
    ask_is(login(t, body), 200);
    assert_string_equal(stored(t, "1"), before);
}

static void the_cookie_is_secure_under_tls(void **state)
{
    struct api_test *t = *state;
    join(t, "Pablo");
    const struct http_res *res =
        API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                .text = "username=Pablo&password=password+of+Pablo", .vars = {"HTTPS=on"});
    assert_true(str_ends(ask_header(res, "Set-Cookie"), STR("; Secure")));
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_login_gives_a_session),         API_TEST(a_form_logs_in_too),
        API_TEST(a_failed_login_says_one_thing),   API_TEST(a_bad_body_is_told_so),
        API_TEST(a_new_login_ends_the_one_before), API_TEST(logging_out_ends_the_session),
        API_TEST(a_session_of_nobody_is_none),     API_TEST(the_family_logs_in),
        API_TEST(the_cookie_is_secure_under_tls),  API_TEST(a_login_renews_the_stored_password),
        API_TEST(a_long_password_stays),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
