#include <stdlib.h>
#include "base/rand.h"
#include "support/api.h"

/* Incoming webhooks: who makes them, and what they take. */

#define SAY "{\"text\":\"a\"}"

static const char *ada; /* an admin, user 2 */
static const char *zoe; /* nobody in particular, user 1 */

static int setup(void **state)
{
    api_test_setup(state);
    zoe = api_test_join(*state, "Zoe");
    ada = api_test_join(*state, "Ada");
    redis_do(((struct api_test *)*state)->redis, "HSET snug:user:2 role admin");
    return 0;
}

#define HOOK_TEST(test) cmocka_unit_test_setup_teardown(test, setup, api_test_teardown)

static const struct http_res *make(struct api_test *t, const char *cookie, const char *room,
                                   const char *name)
{
    return API_ASK(t, .path = api_test_text(t, "/rooms/%s/hooks", room), .method = "POST",
                   .type = ASK_JSON, .text = api_test_text(t, "{\"name\":\"%s\"}", name),
                   .cookie = cookie);
}

/* "/hooks/SECRET" of a hook that was made. */
static const char *address(struct api_test *t, const struct http_res *made)
{
    struct str url = ask_field(made, "url");
    while (!str_starts(url, STR("/hooks/"))) {
        assert_true(url.len > 0);
        url = str_skip(url, 1);
    }
    return arena_cstr(&t->store->arena, url);
}

static const char *sha256_of(struct api_test *t, const char *path)
{
    const struct str secret = str_of(path + strlen("/hooks/"));
    return arena_cstr(&t->store->arena, rand_sha256(&t->store->arena, secret));
}

static const struct http_res *post(struct api_test *t, const char *path, const char *json)
{
    return API_ASK(t, .path = path, .method = "POST", .type = ASK_JSON, .text = json);
}

static void says(const struct http_res *res, int status, const char *word)
{
    ask_is(res, status);
    ask_body_is(res, word);
    check_str(res->content_type, "text/plain; charset=utf-8");
}

/* The newest message of General. */
static const char *newest(struct api_test *t)
{
    return api_test_text(t, "%s", redis_lines(t->redis, "ZREVRANGE room:0 0 0"));
}

static void has(struct api_test *t, const struct http_res *res, const char *text)
{
    assert_non_null(strstr(store_test_cstr(t->store, buf_str(&res->body)), text));
}

static void is_shown_once(void **state)
{
    struct api_test *t = *state;
    const struct http_res *made = make(t, ada, "0", "CI");
    ask_is(made, 201);
    check_str(ask_field(made, "id"), "3");
    check_str(ask_field(made, "by"), "2");
    check_str(ask_header(made, "Location"), "hooks/3");
    const char *path = address(t, made);
    const char *sha256 = sha256_of(t, path);
    has(t, made, "/chat/api/hooks/");
    assert_string_equal(redis_text(t->redis, "HGET snug:hook:%s room", sha256), "0");
    redis_do(t->redis, "HSET snug:hook:%s created 1000", sha256);
    ask_body_is(API_ASK(t, .path = "/rooms/0/hooks", .cookie = ada),
                "{\"hooks\":[{\"id\":\"3\",\"name\":\"CI\",\"by\":\"2\",\"created\":1000}]}");
    assert_int_equal(redis_int(t->redis, "EXISTS snug:hook:%s", path + strlen("/hooks/")), 0);
}

static void what_is_posted_is_in_the_room(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    struct redisContext *listener = redis_listen(t->redis);
    says(post(t, path, "{\"text\":\"see <https://a.example|\\u00e4> &amp; rest\"}"), 200, "ok");
    const char *stored = newest(t);
    assert_non_null(strstr(stored, ",\"message\":\"see \\u00e4 (https://a.example) & rest\","
                                   "\"roomId\":\"0\"}"));
    assert_non_null(strstr(stored, "\"from\":\"3\""));
    const char *heard = redis_heard(listener);
    assert_non_null(strstr(heard, "MESSAGES {\"serverId\":\"snug:test\",\"type\":\"message\""));
    assert_non_null(strstr(heard, stored));
    redis_unlisten(listener);
    assert_int_equal(redis_int(t->redis, "HEXISTS snug:hook:%s seen", sha256_of(t, path)), 1);
}

static void who_is_called_is_mentioned(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    says(post(t, path, "{\"text\":\"<!here> @zoe\",\"username\":\"x\"}"), 200, "ok");
    assert_non_null(
        strstr(newest(t), ",\"roomId\":\"0\",\"as\":\"x\",\"mentions\":[\"room\",\"1\"]}"));
}

/* The name of the payload stands in the message, and comes back in history as it was stored. */
static void a_name_is_kept_beside_the_bot(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    says(
        post(t, path,
             "{\"text\":\"x\",\"username\":\"Build \\\"7\\\" \\u00e4\",\"icon_emoji\":\":tada:\"}"),
        200, "ok");
    const char *stored = newest(t);
    assert_non_null(strstr(stored, ",\"roomId\":\"0\",\"as\":\"Build \\\"7\\\" \\u00e4\"}"));
    const struct http_res *page = API_ASK(t, .path = "/messages/0", .cookie = zoe);
    has(t, page, stored);
    has(t, page, "\"users\":{\"3\":\"CI\"}");
}

static void takes_what_slack_takes(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    static const struct {
        const char *type, *text;
        int status;
        const char *word;
    } rows[] = {
        {ASK_JSON, SAY, 200, "ok"},
        {ASK_FORM, "payload=%7B%22text%22%3A%22a+b%22%7D", 200, "ok"},
        {ASK_FORM, SAY, 200, "ok"},
        {NULL, SAY, 200, "ok"},
        {"text/plain", "{\"attachments\":[{\"fallback\":\"f\"}]}", 200, "ok"},
        {ASK_JSON, "", 400, "invalid_payload"},
        {ASK_JSON, "hello", 400, "invalid_payload"},
        {ASK_FORM, "text=hello+%3Chttps://a.example%3E&username=me", 200, "ok"},
        {ASK_FORM, "text=", 400, "no_text"},
        {ASK_FORM, "text=%7", 400, "invalid_payload"},
        {ASK_FORM, "payload=%7", 400, "invalid_payload"},
        {ASK_FORM, "payload=", 400, "invalid_payload"},
        {ASK_JSON, "{\"text\":\" \"}", 400, "no_text"},
        {ASK_JSON, "{}", 400, "no_text"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res =
            API_ASK(t, .path = path, .method = "POST", .type = rows[i].type, .text = rows[i].text);
        check_row(res->status == rows[i].status, str_of(rows[i].text));
        says(res, rows[i].status, rows[i].word);
    }
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 6);
    ask_is_problem(API_ASK(t, .path = path, .method = "POST", .too_large = true), ERR_TOO_LARGE);
    ask_is_problem(API_ASK(t, .path = path), ERR_METHOD);
}

/* No session, no cookie, from whatever page: the address is all there is. */
static void who_asks_does_not_matter(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    static const char *const vars[] = {"HTTP_SEC_FETCH_SITE=cross-site",
                                       "HTTP_ORIGIN=https://evil.example",
                                       "HTTP_AUTHORIZATION=Bearer nonsense"};
    for (size_t i = 0; i < ARRAY_LEN(vars); i++) {
        says(API_ASK(t, .path = path, .method = "POST", .type = ASK_JSON, .text = SAY,
                     .cookie = zoe, .vars = {vars[i]}),
             200, "ok");
        assert_non_null(strstr(newest(t), "\"from\":\"3\""));
    }
}

static void there_is_no_such_hook(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    says(post(t, "/hooks/x", SAY), 404, "no_service");
    says(post(t, "/hooks/abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_01234", SAY), 404, "no_service");
    says(post(t, "/hooks/abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_0123!", SAY), 404, "no_service");
    /* The hash that Redis has is no secret. */
    says(post(t, api_test_text(t, "/hooks/%s", sha256_of(t, path)), SAY), 404, "no_service");
    redis_do(t->redis, "HSET snug:user:3 active 0");
    says(post(t, path, SAY), 404, "no_service");
    redis_do(t->redis, "HDEL snug:user:3 active");
    redis_do(t->redis, "HSET snug:room:0 archived 1");
    says(post(t, path, SAY), 410, "channel_is_archived");
    assert_int_equal(redis_int(t->redis, "EXISTS room:0"), 0);
}

static void a_banned_address_posts_nothing(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    redis_do(t->redis, "HSET snug:bans 192.0.2.7 0");
    says(post(t, path, SAY), 403, "action_prohibited");
    assert_int_equal(redis_int(t->redis, "EXISTS room:0"), 0);
}

static void turns_and_ends(void **state)
{
    struct api_test *t = *state;
    const char *first = address(t, make(t, ada, "0", "CI"));
    const struct http_res *rotated =
        API_ASK(t, .path = "/rooms/0/hooks/3/rotate", .method = "POST", .cookie = ada);
    ask_is(rotated, 200);
    const char *second = address(t, rotated);
    says(post(t, first, SAY), 404, "no_service");
    says(post(t, second, SAY), 200, "ok");
    ask_is_problem(API_ASK(t, .path = "/rooms/0/hooks/9/rotate", .method = "POST", .cookie = ada),
                   ERR_NOT_FOUND);
    ask_is(API_ASK(t, .path = "/rooms/0/hooks/3", .method = "DELETE", .cookie = ada), 204);
    says(post(t, second, SAY), 404, "no_service");
    ask_is_problem(API_ASK(t, .path = "/rooms/0/hooks/3", .method = "DELETE", .cookie = ada),
                   ERR_NOT_FOUND);
    ask_body_is(API_ASK(t, .path = "/rooms/0/hooks", .cookie = ada), "{\"hooks\":[]}");
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 1);
    /* The name leads to the same bot again. */
    const struct http_res *again = make(t, ada, "0", "ci");
    ask_is(again, 201);
    check_str(ask_field(again, "id"), "3");
    check_str(ask_field(again, "name"), "CI");
    says(post(t, address(t, again), SAY), 200, "ok");
    ask_is_problem(make(t, ada, "0", "CI"), ERR_NAME_TAKEN);
}

/* An export has bots, and no secrets: who runs the room gives the bot another one. */
static void comes_back_after_an_import(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    redis_do(t->redis, "DEL snug:room:0:hooks snug:hook:%s", sha256_of(t, path));
    redis_do(t->redis, "SET room:7:name Seven");
    redis_do(t->redis, "SADD user:2:rooms 7");
    ask_is_problem(make(t, ada, "7", "CI"), ERR_NAME_TAKEN);
    const struct http_res *again = make(t, ada, "0", "CI");
    ask_is(again, 201);
    check_str(ask_field(again, "id"), "3");
    says(post(t, address(t, again), SAY), 200, "ok");
}

/* The name under which it was said stays, whatever becomes of the text. */
static void a_name_outlives_an_edit(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    says(post(t, path, "{\"text\":\"x\",\"username\":\"Jenkins\"}"), 200, "ok");
    struct str rest = str_of(newest(t)), id;
    (void)str_split(&rest, '"', &id);
    for (int i = 0; i < 3; i++) {
        (void)str_split(&rest, '"', &id);
    }
    ask_is(API_ASK(t, .path = api_test_text(t, "/messages/0/%.*s", STR_FMT(id)), .method = "PATCH",
                   .type = ASK_FORM, .text = "message=y", .cookie = ada),
           200);
    assert_non_null(strstr(newest(t), "\"message\":\"y\""));
    assert_non_null(strstr(newest(t), ",\"as\":\"Jenkins\""));
}

/* who x which room */
static void who_may(void **state)
{
    struct api_test *t = *state;
    redis_do(t->redis, "SET room:7:name Seven");
    redis_do(t->redis, "SADD user:1:rooms 7 1:2");
    redis_do(t->redis, "HSET snug:room:7 owner 1");
    redis_do(t->redis, "HSET snug:room:g8 name Eight owner 1");
    redis_do(t->redis, "SADD snug:room:g8:members 1");
    static const struct {
        bool is_admin; /* else the owner of 7 and g8 */
        const char *room;
        enum err err;
    } rows[] = {
        {false, "0", ERR_FORBIDDEN},   {true, "0", ERR_OK},          {false, "7", ERR_OK},
        {true, "7", ERR_NOT_FOUND},    {false, "g8", ERR_OK},        {true, "g8", ERR_NOT_FOUND},
        {false, "1:2", ERR_FORBIDDEN}, {true, "1:2", ERR_FORBIDDEN}, {false, "9", ERR_NOT_FOUND},
        {true, "x", ERR_NOT_FOUND},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *who = rows[i].is_admin ? ada : zoe;
        const char *path = api_test_text(t, "/rooms/%s/hooks", rows[i].room);
        const struct http_res *made = make(t, who, rows[i].room, api_test_text(t, "Hook%zu", i));
        const struct http_res *list = API_ASK(t, .path = path, .cookie = who);
        check_row((made->status == 201) == (rows[i].err == ERR_OK), str_of(path));
        if (rows[i].err != ERR_OK) {
            ask_is_problem(made, rows[i].err);
            ask_is_problem(list, rows[i].err);
        } else {
            ask_is(list, 200);
        }
    }
    ask_is_problem(make(t, NULL, "0", "None"), ERR_UNAUTHENTICATED);
    ask_is_problem(make(t, ada, "0", "zoe"), ERR_NAME_TAKEN);
    /* A hook of another room is not this one's. */
    ask_is_problem(API_ASK(t, .path = "/rooms/7/hooks/3", .method = "DELETE", .cookie = zoe),
                   ERR_NOT_FOUND);
}

static void a_name_is_a_users(void **state)
{
    struct api_test *t = *state;
    static const char *const bad[] = {"", "a b", "7", "/x"};
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ask_is_problem(make(t, ada, "0", bad[i]), ERR_INVALID);
    }
    ask_is_problem(API_ASK(t, .path = "/rooms/0/hooks", .method = "POST", .cookie = ada,
                           .type = ASK_JSON, .text = "{}"),
                   ERR_INVALID);
}

static void no_token_makes_one(void **state)
{
    struct api_test *t = *state;
    const struct http_res *token = API_ASK(t, .path = "/tokens", .method = "POST", .type = ASK_FORM,
                                           .text = "name=a&scope=read+write", .cookie = ada);
    const char *bearer =
        api_test_text(t, "HTTP_AUTHORIZATION=Bearer %.*s", STR_FMT(ask_field(token, "token")));
    ask_is_problem(API_ASK(t, .path = "/rooms/0/hooks", .method = "POST", .type = ASK_FORM,
                           .text = "name=CI", .vars = {bearer}),
                   ERR_SCOPE);
    ask_is_problem(API_ASK(t, .path = "/rooms/0/hooks", .vars = {bearer}), ERR_SCOPE);
}

static void there_are_so_many(void **state)
{
    struct api_test *t = *state;
    for (int i = 0; i < 20; i++) {
        ask_is(make(t, ada, "0", api_test_text(t, "Hook%d", i)), 201);
    }
    ask_is_problem(make(t, ada, "0", "More"), ERR_CONFLICT);
    ask_is(API_ASK(t, .path = "/rooms/0/hooks/3", .method = "DELETE", .cookie = ada), 204);
    ask_is_problem(make(t, ada, "0", "More"), ERR_CONFLICT);
    ask_is(make(t, ada, "0", "Hook0"), 201);
}

static void each_has_a_limit(void **state)
{
    struct api_test *t = *state;
    t->config.hook_limit = 2;
    const char *one = address(t, make(t, ada, "0", "One"));
    const char *two = address(t, make(t, ada, "0", "Two"));
    says(post(t, one, SAY), 200, "ok");
    says(post(t, one, SAY), 200, "ok");
    const struct http_res *refused = post(t, one, SAY);
    says(refused, 429, "rate_limited");
    check_str(ask_header(refused, "Retry-After"), "30");
    says(post(t, two, SAY), 200, "ok");
    assert_int_equal(redis_int(t->redis, "ZCARD room:0"), 3);
}

/* Nobody comes in as the bot of a hook, and with its account it is gone. */
static void its_bot_is_nobody(void **state)
{
    struct api_test *t = *state;
    const char *path = address(t, make(t, ada, "0", "CI"));
    static const char *const tries[] = {"*", "", "CI"};
    for (size_t i = 0; i < ARRAY_LEN(tries); i++) {
        ask_is_problem(API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                               .text = api_test_text(t, "username=CI&password=%s", tries[i])),
                       ERR_CREDENTIALS);
    }
    ask_is(API_ASK(t, .path = "/users/3", .method = "DELETE", .cookie = ada), 204);
    says(post(t, path, SAY), 404, "no_service");
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:0:hooks"), 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:hook:%s", sha256_of(t, path)), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HOOK_TEST(is_shown_once),
        HOOK_TEST(what_is_posted_is_in_the_room),
        HOOK_TEST(who_is_called_is_mentioned),
        HOOK_TEST(a_name_is_kept_beside_the_bot),
        HOOK_TEST(takes_what_slack_takes),
        HOOK_TEST(who_asks_does_not_matter),
        HOOK_TEST(there_is_no_such_hook),
        HOOK_TEST(a_banned_address_posts_nothing),
        HOOK_TEST(turns_and_ends),
        HOOK_TEST(comes_back_after_an_import),
        HOOK_TEST(a_name_outlives_an_edit),
        HOOK_TEST(who_may),
        HOOK_TEST(a_name_is_a_users),
        HOOK_TEST(no_token_makes_one),
        HOOK_TEST(there_are_so_many),
        HOOK_TEST(each_has_a_limit),
        HOOK_TEST(its_bot_is_nobody),
    };
    return cmocka_run_group_tests_name("api/hooks", tests, store_test_begin, store_test_end);
}
