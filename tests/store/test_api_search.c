#include "base/log.h"
#include "support/api.h"

/* Searching: GET /search. */

static const struct http_res *ask(struct api_test *t, const char *cookie, const char *query)
{
    return API_ASK(t, .path = "/search", .query = query, .cookie = cookie);
}

static void say(struct api_test *t, const char *cookie, const char *path, const char *text)
{
    ask_is(API_ASK(t, .path = path, .method = "POST", .cookie = cookie, .text = text), 201);
}

static void answers_a_page(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    say(t, pablo, "/messages/0", "Green tea");
    say(t, joe, "/messages/1:2", "no, black TÉA");
    say(t, joe, "/messages/0", "coffee");
    const struct http_res *res = ask(t, pablo, "q=tea&limit=1");
    ask_is(res, 200);
    const struct str body = buf_str(&res->body);
    assert_true(str_starts(body, STR("{\"messages\":[{\"id\":\"")));
    check_str(ask_field(res, "message"), "no, black T\\u00c9A");
    check_str(ask_field(res, "roomId"), "1:2");
    const char *middle = "],\"users\":{\"2\":\"Joe\"},\"cursor\":\"";
    assert_non_null(memmem(body.ptr, body.len, middle, strlen(middle)));
    assert_true(str_ends(body, STR("\",\"more\":true}")));

    res = ask(t, pablo, api_test_text(t, "q=tea&cursor=%.*s", STR_FMT(ask_field(res, "cursor"))));
    ask_is(res, 200);
    check_str(ask_field(res, "message"), "Green tea");
    assert_true(str_ends(buf_str(&res->body), STR("\"users\":{\"1\":\"Pablo\"},\"more\":false}")));

    res = ask(t, pablo, "q=%22green%20tea%22+from%3Apablo+in%3A0&room=0");
    check_str(ask_field(res, "message"), "Green tea");
    res = ask(t, pablo, "q=nothing");
    ask_is(res, 200);
    ask_body_is(res, "{\"messages\":[],\"users\":{},\"more\":false}");
}

static void what_is_asked_has_bounds(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    static const char *const bad[] = {
        NULL,
        "",
        "q=",
        "q=in%3A0",
        "q=a&limit=0",
        "q=a&limit=101",
        "q=a&limit=x",
        "q=a&cursor=",
        "q=a&cursor=1795485263.175001",
        "q=a&cursor=1~1~x",
        "q=a+before%3A2026-02-30",
        "q=a+from%3Aa+from%3Ab",
        "q=%zz",
    };
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ask_is_problem(ask(t, pablo, bad[i]), ERR_INVALID);
    }
    ask_is_problem(ask(t, pablo, api_test_text(t, "q=%s", api_test_repeat(t, 'a', 501))),
                   ERR_INVALID);
    ask_is_problem(ask(t, pablo, "q=%ff"), ERR_TEXT);
    ask_is_problem(ask(t, pablo, "q=a%1bb"), ERR_TEXT);
    ask_is(ask(t, pablo, api_test_text(t, "q=%s", api_test_repeat(t, 'a', 500))), 200);
    ask_is(ask(t, pablo, "q=a&limit=100"), 200);
}

/* Nobody finds out whether there is a room, or who is nobody anything at all. */
static void a_room_of_others_is_no_room(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    say(t, joe, "/messages/2:3", "tea");
    ask_is_problem(ask(t, pablo, "q=tea&room=2:3"), ERR_NOT_FOUND);
    ask_is_problem(ask(t, pablo, "q=tea&room=77"), ERR_NOT_FOUND);
    ask_is_problem(ask(t, pablo, "q=tea&room="), ERR_NOT_FOUND);
    ask_is_problem(ask(t, pablo, "q=tea&room=General"), ERR_NOT_FOUND);
    ask_is_problem(ask(t, NULL, "q=tea"), ERR_UNAUTHENTICATED);
    ask_is_problem(ask(t, "snug_session=none", ""), ERR_UNAUTHENTICATED);
    const struct http_res *res = ask(t, pablo, "q=tea+in%3A2%3A3");
    ask_is(res, 200);
    ask_body_is(res, "{\"messages\":[],\"users\":{},\"more\":false}");
    check_str(ask_field(ask(t, joe, "q=tea&room=2:3"), "message"), "tea");
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(answers_a_page),
        API_TEST(what_is_asked_has_bounds),
        API_TEST(a_room_of_others_is_no_room),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
