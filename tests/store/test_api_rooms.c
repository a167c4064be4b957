#include "base/log.h"
#include "support/api.h"

/* The list of rooms, and direct rooms. */

static const struct http_res *open_with(struct api_test *t, const char *cookie, const char *user)
{
    return API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_JSON, .cookie = cookie,
                   .text = api_test_text(t, "{\"user\":\"%s\"}", user));
}

/* Sends; the id. */
static struct str send_to(struct api_test *t, const char *cookie, const char *path,
                          const char *text)
{
    const struct http_res *res =
        API_ASK(t, .path = path, .method = "POST", .cookie = cookie, .text = text);
    ask_is(res, 201);
    return ask_field(res, "id");
}

static void everybody_is_in_general(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const struct http_res *res = API_ASK(t, .path = "/rooms", .cookie = pablo);
    ask_is(res, 200);
    ask_body_is(res, api_test_text(
                         t,
                         "{\"rooms\":[{\"id\":\"0\",\"kind\":\"public\",\"name\":"
                         "\"General\",\"onlineCount\":0,\"read\":\"%.*s\"}],\"cursor\":\"%s.0\"}",
                         STR_FMT(ask_field(res, "read")), redis_text(t->redis, "GET snug:epoch")));
}

static void rooms_come_by_their_newest_message(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    redis_do(t->redis, "SADD online_users 2");
    send_to(t, pablo, "/messages/1:2", "older");
    const struct str newer = send_to(t, pablo, "/messages/1:3", "newer");
    const struct http_res *res = API_ASK(t, .path = "/rooms", .cookie = pablo);
    ask_is(res, 200);
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    const char *first = strstr(body, "{\"id\":\"1:3\",\"kind\":\"direct\"");
    const char *second = strstr(body, "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Pablo\","
                                      "\"Joe\"],\"users\":[\"1\",\"2\"],\"online\":[\"2\"]");
    assert_true(first != NULL && second != NULL && first < second);
    assert_non_null(
        strstr(body, api_test_text(t, "\"last\":{\"id\":\"%.*s\",\"from\":\"1\"", STR_FMT(newer))));
    assert_non_null(strstr(body, "\"message\":\"newer\",\"roomId\":\"1:3\"}}"));
}

static void a_direct_room_is_opened_once(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const char *mary = api_test_join(t, "Mary");
    const struct http_res *res = open_with(t, zoe, "Mary");
    ask_is(res, 201);
    check_str(ask_header(res, "Location"), "messages/1:2");
    ask_body_is(res, "{\"id\":\"1:2\",\"kind\":\"direct\",\"names\":[\"Zoe\",\"Mary\"],"
                     "\"users\":[\"1\",\"2\"],\"online\":[]}");
    const char *const others[] = {"Mary", "mARY", "2"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        res = open_with(t, zoe, others[i]);
        ask_is(res, 200);
        check_str(ask_field(res, "id"), "1:2");
        assert_false(str_is_set(ask_header(res, "Location")));
    }
    ask_is(open_with(t, mary, "Zoe"), 201);
    ask_is(API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_JSON, .cookie = zoe,
                   .text = "{\"user\":2}"),
           200);
    ask_is(API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_FORM, .cookie = zoe,
                   .text = "user=Mary"),
           200);
}

static void a_direct_room_is_with_somebody_else(void **state)
{
    static const struct {
        const char *type;
        struct str body;
        enum err err;
    } rows[] = {
        {ASK_JSON, LIT("{\"user\":\"Nobody\"}"), ERR_NOT_FOUND},
        {ASK_JSON, LIT("{\"user\":\"99\"}"), ERR_NOT_FOUND},
        {ASK_JSON, LIT("{\"user\":\"Zoe\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"user\":\"1\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"user\":\"\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"user\":[\"Mary\"]}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"name\":\"x\"}"), ERR_INVALID},
        {ASK_JSON, LIT("{}"), ERR_INVALID},
        {ASK_JSON, LIT("{\"user\":\"Mary\""), ERR_BODY},
        {ASK_JSON, LIT("{\"user\":\"Ma\xffry\"}"), ERR_TEXT},
        {ASK_JSON, LIT("{\"user\":\"Mary\\u0000\"}"), ERR_TEXT},
        {ASK_FORM, LIT("user=%4"), ERR_BODY},
        {"text/plain", LIT("Mary"), ERR_MEDIA_TYPE},
    };
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    api_test_join(t, "Mary");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(API_ASK(t, .path = "/rooms", .method = "POST", .type = rows[i].type,
                               .body = rows[i].body, .cookie = zoe),
                       rows[i].err);
    }
    ask_is_problem(open_with(t, zoe, api_test_repeat(t, 'x', 257)), ERR_INVALID);
    ask_is_problem(open_with(t, zoe, api_test_repeat(t, 'x', 256)), ERR_NOT_FOUND);
    ask_is_problem(open_with(t, zoe, api_test_repeat(t, 'x', 4096)), ERR_TOO_LARGE);
    assert_int_equal(redis_int(t->redis, "SCARD user:1:rooms"), 1);
}

static void the_familys_rooms_are_listed(void **state)
{
    struct api_test *t = *state;
    redis_load(t->redis, "tests/support/family-keys.txt");
    const struct http_res *in = API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                                        .text = "username=Nina&password=nina-pw");
    ask_is(in, 200);
    const struct http_res *res = API_ASK(t, .path = "/rooms", .cookie = api_test_cookie(t, in));
    ask_is(res, 200);
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    const char *general =
        strstr(body, "{\"rooms\":[{\"id\":\"0\",\"kind\":\"public\",\"name\":"
                     "\"General\",\"onlineCount\":2,\"unread\":7,\"last\":{\"id\":\"1795485894~");
    assert_ptr_equal(general, body);
    assert_non_null(strstr(body, "\"names\":[\"Pablo\",\"Nina\"]"));
    assert_null(strstr(body, "\"1:2\""));
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(everybody_is_in_general),      API_TEST(rooms_come_by_their_newest_message),
        API_TEST(a_direct_room_is_opened_once), API_TEST(a_direct_room_is_with_somebody_else),
        API_TEST(the_familys_rooms_are_listed),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
