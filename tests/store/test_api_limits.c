#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "auth/password.h"
#include "auth/slot.h"
#include "base/log.h"
#include "base/rand.h"
#include "support/api.h"

/* Throttles as clients meet them: 429, when to come back, how much is left. */

static const char *const right = "username=Pablo&password=password+of+Pablo";
static const char *const wrong = "username=Pablo&password=password+of+Joe";
static const char *const nobody = "username=Nobody&password=password+of+Joe";

static const struct http_res *login(struct api_test *t, const char *form)
{
    return API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM, .text = form);
}

static const struct http_res *join(struct api_test *t, const char *name)
{
    return API_ASK(t, .path = "/users", .method = "POST", .type = ASK_FORM,
                   .text = api_test_text(t, "username=%s&password=password+of+%s", name, name));
}

static const struct http_res *say(struct api_test *t, const char *who, const char *form)
{
    return API_ASK(t, .path = "/messages/0", .method = "POST", .type = ASK_FORM, .cookie = who,
                   .text = form);
}

/* Retry-After is a number of seconds in this range. */
static void comes_back_in(const struct http_res *res, uint64_t least, uint64_t most)
{
    uint64_t seconds = 0;
    assert_true(str_u64(ask_header(res, "Retry-After"), &seconds));
    assert_in_range(seconds, least, most);
}

static void guessing_is_stopped(void **state)
{
    struct api_test *t = *state;
    t->config.login_limit = 3;
    t->config.login_address_limit = 20;
    ask_is(join(t, "Pablo"), 201);
    for (int left = 2; left >= 0; left--) {
        const struct http_res *res = login(t, wrong);
        ask_is_problem(res, ERR_CREDENTIALS);
        check_str(ask_header(res, "RateLimit-Policy"), "\"login\";q=3;w=600");
        assert_true(str_starts(ask_header(res, "RateLimit"),
                               str_of(api_test_text(t, "\"login\";r=%d;t=", left))));
        assert_false(str_is_set(ask_header(res, "Retry-After")));
    }
    const struct http_res *res = login(t, right);
    ask_is_problem(res, ERR_RATE_LIMITED);
    comes_back_in(res, 190, 200);
    check_str(ask_header(res, "RateLimit-Policy"), "\"login\";q=3;w=600");
    assert_true(str_starts(ask_header(res, "RateLimit"), STR("\"login\";r=0;t=")));
    assert_false(str_is_set(ask_header(res, "Set-Cookie")));
}

/* From the first try to the last refusal, a name that nobody has is answered alike. */
static void names_are_not_told(void **state)
{
    struct api_test *t = *state;
    t->config.login_limit = 3;
    t->config.login_name_limit = 3;
    ask_is(join(t, "Pablo"), 201);
    for (int i = 0; i < 6; i++) {
        const struct http_res *known = login(t, wrong);
        const struct http_res *unknown = login(t, nobody);
        assert_int_equal(known->status, i < 3 ? 401 : 429);
        assert_int_equal(known->status, unknown->status);
        assert_int_equal(known->nheaders, unknown->nheaders);
        check_eq(ask_field(known, "code"), ask_field(unknown, "code"));
        check_eq(ask_header(known, "RateLimit-Policy"), ask_header(unknown, "RateLimit-Policy"));
        if (i < 3) {
            check_eq(buf_str(&known->body), buf_str(&unknown->body));
        } else {
            comes_back_in(known, 1190, 1200);
            comes_back_in(unknown, 1190, 1200);
        }
    }
}

static void a_success_is_not_counted(void **state)
{
    struct api_test *t = *state;
    t->config.login_limit = 3;
    t->config.login_address_limit = 4;
    t->config.login_name_limit = 4;
    ask_is(join(t, "Pablo"), 201);
    for (int i = 0; i < 12; i++) {
        const struct http_res *res = login(t, right);
        ask_is(res, 200);
        check_str(ask_header(res, "RateLimit"), "\"login\";r=3;t=0");
    }
    ask_is_problem(login(t, wrong), ERR_CREDENTIALS);
    ask_is_problem(login(t, wrong), ERR_CREDENTIALS);
    ask_is(login(t, right), 200);
    ask_is_problem(login(t, wrong), ERR_CREDENTIALS);
}

/* The limit that is nearest is told, and which one refuses. */
static void the_address_has_a_limit_too(void **state)
{
    struct api_test *t = *state;
    t->config.login_limit = 3;
    t->config.login_address_limit = 2;
    check_str(ask_header(login(t, nobody), "RateLimit-Policy"), "\"login_address\";q=2;w=600");
    ask_is_problem(login(t, "username=a&password=x"), ERR_CREDENTIALS);
    const struct http_res *res = login(t, "username=b&password=x");
    ask_is_problem(res, ERR_RATE_LIMITED);
    check_str(ask_header(res, "RateLimit-Policy"), "\"login_address\";q=2;w=600");
    comes_back_in(res, 290, 300);
}

/* The processor time of a login. */
static clock_t cost(struct api_test *t, const char *form, enum err err)
{
    const clock_t began = clock();
    ask_is_problem(login(t, form), err);
    return clock() - began;
}

/* Who is refused costs no hash. */
static void a_refusal_is_cheap(void **state)
{
    struct api_test *t = *state;
    t->config.login_limit = 1;
    t->config.argon2_kib = 65536;
    t->config.argon2_ops = 3;
    const clock_t tried = cost(t, nobody, ERR_CREDENTIALS);
    const clock_t refused = cost(t, nobody, ERR_RATE_LIMITED);
    assert_true(refused < tried / 4);
}

static void a_session_guesses_no_more_than_a_login(void **state)
{
    static const char *const body = "password=another+one&oldPassword=password+of+Joe";
    struct api_test *t = *state;
    t->config.login_limit = 2;
    const char *pablo = api_test_cookie(t, join(t, "Pablo"));
    for (int i = 0; i < 2; i++) {
        ask_is_problem(API_ASK(t, .path = "/users/me", .method = "PATCH", .type = ASK_FORM,
                               .cookie = pablo, .text = body),
                       ERR_CREDENTIALS);
    }
    const struct http_res *res = API_ASK(t, .path = "/users/me", .method = "PATCH",
                                         .type = ASK_FORM, .cookie = pablo, .text = body);
    ask_is_problem(res, ERR_RATE_LIMITED);
    comes_back_in(res, 290, 300);
    ask_is_problem(login(t, right), ERR_RATE_LIMITED);
    ask_is(API_ASK(t, .path = "/session", .cookie = pablo), 200);
}

static void registrations_count_by_address(void **state)
{
    struct api_test *t = *state;
    t->config.register_limit = 3;
    ask_is_problem(join(t, "no name"), ERR_INVALID);
    ask_is(join(t, "Pablo"), 201);
    const struct http_res *taken = join(t, "pablo");
    ask_is_problem(taken, ERR_NAME_TAKEN);
    check_str(ask_header(taken, "RateLimit-Policy"), "\"register\";q=3;w=3600");
    assert_true(str_starts(ask_header(taken, "RateLimit"), STR("\"register\";r=1;t=")));
    ask_is(join(t, "Mary"), 201);
    const struct http_res *res = join(t, "Joe");
    ask_is_problem(res, ERR_RATE_LIMITED);
    comes_back_in(res, 1190, 1200);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "2");
}

static void messages_count_by_user(void **state)
{
    struct api_test *t = *state;
    t->config.send_limit = 2;
    const char *pablo = api_test_join(t, "Pablo");
    const char *mary = api_test_join(t, "Mary");
    const struct http_res *res = say(t, pablo, "message=one&nonce=n1");
    ask_is(res, 201);
    check_str(ask_header(res, "RateLimit-Policy"), "\"send\";q=2;w=60");
    check_str(ask_header(res, "RateLimit"), "\"send\";r=1;t=30");
    ask_is(say(t, pablo, "message=one&nonce=n1"), 201);
    ask_is(say(t, pablo, "message=two"), 201);
    res = say(t, pablo, "message=three");
    ask_is_problem(res, ERR_RATE_LIMITED);
    comes_back_in(res, 25, 30);
    ask_is(say(t, pablo, "message=one&nonce=n1"), 201);
    ask_is(say(t, mary, "message=hers"), 201);
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 3);
    ask_is(API_ASK(t, .path = "/messages/0", .cookie = pablo), 200);
}

/* Without limits there is nothing to tell. */
static void no_limit_is_no_header(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const struct http_res *const answers[] = {say(t, pablo, "hi"), login(t, wrong), join(t, "Joe")};
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        assert_false(str_is_set(ask_header(answers[i], "RateLimit")));
        assert_false(str_is_set(ask_header(answers[i], "RateLimit-Policy")));
    }
}

/* Where as many hash as may, whoever comes is sent away for a second; nothing was counted. */
static void hashing_is_for_a_few(void **state)
{
    struct api_test *t = *state;
    char dir[] = "/tmp/snug-slot-XXXXXX";
    struct auth_slot slot;
    const char *pablo = api_test_cookie(t, join(t, "Pablo"));
    t->config.login_limit = 3;
    t->config.hash_slots = 1;
    t->config.run_dir = mkdtemp(dir);
    assert_int_equal(auth_slot_take(&t->config, &slot), ERR_OK);
    const struct http_res *const answers[] = {
        login(t, right),
        join(t, "Mary"),
        API_ASK(t, .path = "/users/me", .method = "PATCH", .type = ASK_FORM, .cookie = pablo,
                .text = "password=another+one&oldPassword=password+of+Pablo"),
    };
    for (size_t i = 0; i < ARRAY_LEN(answers); i++) {
        ask_is_problem(answers[i], ERR_BUSY);
        check_str(ask_header(answers[i], "Retry-After"), "1");
    }
    assert_string_equal(redis_lines(t->redis, "KEYS snug:limit:*"), "");
    ask_is(API_ASK(t, .path = "/session", .cookie = pablo), 200);
    auth_slot_give(&slot);
    ask_is(login(t, right), 200);
    ask_is_problem(login(t, wrong), ERR_CREDENTIALS);
    assert_int_equal(auth_slot_take(&t->config, &slot), ERR_OK);
    auth_slot_give(&slot);
    unlink(api_test_text(t, "%s/hash.lock", dir));
    rmdir(dir);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(guessing_is_stopped),
        API_TEST(names_are_not_told),
        API_TEST(a_success_is_not_counted),
        API_TEST(the_address_has_a_limit_too),
        API_TEST(a_refusal_is_cheap),
        API_TEST(a_session_guesses_no_more_than_a_login),
        API_TEST(registrations_count_by_address),
        API_TEST(messages_count_by_user),
        API_TEST(no_limit_is_no_header),
        API_TEST(hashing_is_for_a_few),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
