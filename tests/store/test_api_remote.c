#include "base/rand.h"
#include "support/api.h"

/* Where the web server logs people in (SNUG_REMOTE_USER): who they are, and what is refused then.
 */

#define PABLO "REMOTE_USER=Pablo"

static struct api_test *begin(void **state)
{
    struct api_test *t = *state;
    t->config.remote_user = true;
    return t;
}

static struct str id_of(struct api_test *t, const char *var)
{
    const struct http_res *res = API_ASK(t, .path = "/session", .vars = {var});
    ask_is(res, 200);
    return ask_field(res, "id");
}

static void who_is_new_becomes_a_user(void **state)
{
    struct api_test *t = begin(state);
    const struct http_res *res = API_ASK(t, .path = "/session", .vars = {PABLO});
    ask_is(res, 200);
    ask_body_is(res, "{\"id\":\"1\",\"username\":\"Pablo\"}");
    assert_false(str_is_set(ask_header(res, "Set-Cookie")));
    check_eq(id_of(t, "REMOTE_USER=PABLO"), STR("1"));
    check_eq(id_of(t, "REMOTE_USER=Joe"), STR("2"));
    assert_string_equal(redis_text(t->redis, "GET username:Pablo"), "user:1");
    assert_int_equal(redis_int(t->redis, "SCARD snug:user:1:sessions"), 1);
}

static void whatever_is_asked_first_makes_them(void **state)
{
    struct api_test *t = begin(state);
    ask_is(API_ASK(t, .path = "/rooms", .vars = {PABLO}), 200);
    ask_is(API_ASK(t, .method = "POST", .path = "/messages/0", .text = "hello",
                   .vars = {"REMOTE_USER=Joe"}),
           201);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "2");
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1);
}

static void an_account_that_is_there_is_theirs(void **state)
{
    struct api_test *t = begin(state);
    api_test_join(t, "Mary");
    check_eq(id_of(t, "REMOTE_USER=mary"), STR("1"));
}

static void a_cookie_says_nothing(void **state)
{
    struct api_test *t = begin(state);
    const char *cookie = api_test_join(t, "Mary");
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = cookie), ERR_UNAUTHENTICATED);
    check_eq(
        ask_field(API_ASK(t, .path = "/session", .cookie = cookie, .vars = {PABLO}), "username"),
        STR("Pablo"));
}

static void a_header_says_nothing(void **state)
{
    struct api_test *t = begin(state);
    const char *rows[] = {"HTTP_REMOTE_USER=Pablo", "HTTP_X_REMOTE_USER=Pablo",
                          "REMOTE_USER=", "remote_user=Pablo"};
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(API_ASK(t, .path = "/session", .vars = {rows[i]}), ERR_UNAUTHENTICATED);
    }
    t->config.remote_user = false;
    ask_is_problem(API_ASK(t, .path = "/session", .vars = {PABLO}), ERR_UNAUTHENTICATED);
    assert_int_equal(redis_int(t->redis, "EXISTS total_users"), 0);
}

static void a_name_that_nobody_can_have(void **state)
{
    struct api_test *t = begin(state);
    ask_is_problem(API_ASK(t, .path = "/session", .vars = {"REMOTE_USER=a@b.example"}),
                   ERR_REMOTE_NAME);
    assert_int_equal(redis_int(t->redis, "EXISTS total_users"), 0);
}

static void who_was_shut_out_stays_out(void **state)
{
    struct api_test *t = begin(state);
    id_of(t, PABLO);
    redis_do(t->redis, "HSET snug:user:1 active 0");
    redis_do(t->redis, "DEL snug:session:%s",
             arena_cstr(&t->store->arena, rand_sha256(&t->store->arena, STR("remote:pablo"))));
    ask_is_problem(API_ASK(t, .path = "/session", .vars = {PABLO}), ERR_FORBIDDEN);
    redis_do(t->redis, "HDEL snug:user:1 active");
    redis_do(t->redis, "HSET snug:user:1 bot 1");
    ask_is_problem(API_ASK(t, .path = "/session", .vars = {PABLO}), ERR_FORBIDDEN);
    redis_do(t->redis, "HSET snug:bans 192.0.2.7 0");
    ask_is_problem(API_ASK(t, .path = "/session", .vars = {"REMOTE_USER=Joe"}), ERR_BANNED);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "1");
}

/* A browser sends what makes REMOTE_USER by itself. */
static void another_page_changes_nothing(void **state)
{
    struct api_test *t = begin(state);
    const struct http_res *res =
        API_ASK(t, .method = "POST", .path = "/messages/0", .text = "hello",
                .vars = {PABLO, "HTTP_SEC_FETCH_SITE=cross-site"});
    ask_is_problem(res, ERR_CROSS_SITE);
    /* A Bearer token is shown by no browser; but then it is the token that counts. */
    res = API_ASK(
        t, .method = "POST", .path = "/messages/0", .text = "hello",
        .vars = {PABLO, "HTTP_SEC_FETCH_SITE=cross-site", "HTTP_AUTHORIZATION=Bearer snug_x"});
    ask_is_problem(res, ERR_UNAUTHENTICATED);
    assert_int_equal(redis_int(t->redis, "EXISTS total_users"), 0);
}

static void passwords_are_the_web_servers(void **state)
{
    struct api_test *t = begin(state);
    static const struct {
        const char *method, *path, *text;
    } rows[] = {
        {"POST", "/session", "{\"username\":\"Pablo\",\"password\":\"password123\"}"},
        {"DELETE", "/session", NULL},
        {"POST", "/session/reset", "{\"code\":\"x\",\"password\":\"password123\"}"},
        {"POST", "/users", "{\"username\":\"Joe\",\"password\":\"brown fox jumps\"}"},
        {"PATCH", "/users/me", "{\"password\":\"brown fox jumps\",\"oldPassword\":\"x\"}"},
    };
    id_of(t, PABLO);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(API_ASK(t, .method = rows[i].method, .path = rows[i].path, .type = ASK_JSON,
                               .text = rows[i].text, .vars = {PABLO}),
                       ERR_FORBIDDEN);
    }
    ask_body_is(API_ASK(t, .path = "/server"),
                "{\"login\":\"server\",\"registration\":\"closed\"}");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(who_is_new_becomes_a_user),
        API_TEST(whatever_is_asked_first_makes_them),
        API_TEST(an_account_that_is_there_is_theirs),
        API_TEST(a_cookie_says_nothing),
        API_TEST(a_header_says_nothing),
        API_TEST(a_name_that_nobody_can_have),
        API_TEST(who_was_shut_out_stays_out),
        API_TEST(another_page_changes_nothing),
        API_TEST(passwords_are_the_web_servers),
    };
    return cmocka_run_group_tests_name("api/remote", tests, store_test_begin, store_test_end);
}
