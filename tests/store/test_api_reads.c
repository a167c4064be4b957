#include "base/log.h"
#include "http/problem.h"
#include "support/api.h"

/* What somebody has read. */

static const struct http_res *mark(struct api_test *t, const char *cookie, const char *room,
                                   struct str id)
{
    return API_ASK(t, .path = api_test_text(t, "/rooms/%s/read", room), .method = "PUT",
                   .type = ASK_JSON, .cookie = cookie,
                   .text = api_test_text(t, "{\"id\":\"%.*s\"}", STR_FMT(id)));
}

/* Sends; the id. */
static struct str send_to(struct api_test *t, const char *cookie, const char *room,
                          const char *text)
{
    const struct http_res *res = API_ASK(t, .path = api_test_text(t, "/messages/%s", room),
                                         .method = "POST", .cookie = cookie, .text = text);
    ask_is(res, 201);
    return ask_field(res, "id");
}

/* What the list says of the room between its name and its newest message. */
static const char *stands(struct api_test *t, const char *cookie, const char *room)
{
    const struct http_res *res = API_ASK(t, .path = "/rooms", .cookie = cookie);
    ask_is(res, 200);
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    const char *here = strstr(body, api_test_text(t, "{\"id\":\"%s\",\"kind\"", room));
    assert_non_null(here);
    const char *unread = strstr(here, ",\"unread\":");
    const char *read = strstr(here, ",\"read\":");
    const char *from = unread != NULL && (read == NULL || unread < read) ? unread : read;
    const char *to = strstr(here, ",\"last\":");
    assert_true(from != NULL && to != NULL && from < to);
    return api_test_text(t, "%.*s", (int)(to - from), from);
}

static void unread_is_what_is_behind_the_marker(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const struct str one = send_to(t, pablo, "0", "one");
    const struct str two = send_to(t, pablo, "0", "two");
    const struct str three = send_to(t, pablo, "0", "three");

    /* Who has sent them has read them. */
    assert_string_equal(stands(t, pablo, "0"),
                        api_test_text(t, ",\"read\":\"%.*s\"", STR_FMT(three)));
    assert_non_null(strstr(stands(t, joe, "0"), ",\"unread\":3,\"read\":\""));

    const struct http_res *res = mark(t, joe, "0", one);
    ask_is(res, 200);
    ask_body_is(res,
                api_test_text(t, "{\"roomId\":\"0\",\"id\":\"%.*s\",\"unread\":2,\"mentions\":0}",
                              STR_FMT(one)));
    assert_string_equal(stands(t, joe, "0"),
                        api_test_text(t, ",\"unread\":2,\"read\":\"%.*s\"", STR_FMT(one)));
    ask_is(mark(t, joe, "0", three), 200);
    assert_string_equal(stands(t, joe, "0"),
                        api_test_text(t, ",\"read\":\"%.*s\"", STR_FMT(three)));

    /* Never backwards. */
    res = mark(t, joe, "0", two);
    ask_is(res, 200);
    ask_body_is(res,
                api_test_text(t, "{\"roomId\":\"0\",\"id\":\"%.*s\",\"unread\":0,\"mentions\":0}",
                              STR_FMT(three)));
    ask_is(API_ASK(t, .path = "/rooms/0/read", .method = "PUT", .type = ASK_FORM, .cookie = joe,
                   .text = api_test_text(t, "id=%.*s", STR_FMT(two))),
           200);
}

static void a_marker_that_moves_is_told(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    const struct str one = send_to(t, pablo, "1:2", "one");
    send_to(t, pablo, "1:2", "two");
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(mark(t, joe, "1:2", one), 200);
    const char *heard = redis_heard(listener);
    assert_ptr_equal(strstr(heard, "SNUG {"), heard);
    assert_non_null(
        strstr(heard, api_test_text(t,
                                    "\"type\":\"read\",\"data\":{\"roomId\":\"1:2\","
                                    "\"id\":\"%.*s\",\"unread\":1,\"mentions\":0},\"epoch\":",
                                    STR_FMT(one))));
    assert_non_null(strstr(heard, "\"to\":\"user:2\"}"));
    ask_is(mark(t, joe, "1:2", one), 200);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    assert_non_null(strstr(redis_lines(t->redis, "XREVRANGE snug:events + - COUNT 1"),
                           "type\nread\ndata\n{\"roomId\":\"1:2\",\"id\":\""));
}

static void marks_what_is_there(void **state)
{
    static const struct {
        const char *room, *id;
        enum err err;
    } rows[] = {
        {"0", "", ERR_INVALID},
        {"0", "x", ERR_INVALID},
        {"0", "7", ERR_INVALID},
        {"0", "7.5", ERR_INVALID},
        {"0", "5~xyz", ERR_INVALID},
        {"0", "99999999999.000000", ERR_NOT_FOUND},
        {"0", "inf~0f3a9c21", ERR_NOT_FOUND},
        {"1:3", "5.000000", ERR_NOT_FOUND}, /* no message there */
        {"2:3", "5.000000", ERR_NOT_FOUND},
        {"7", "5.000000", ERR_NOT_FOUND},
        {"g1", "5.000000", ERR_NOT_FOUND},
        {"x", "5.000000", ERR_NOT_FOUND},
        {"3:1", "5.000000", ERR_NOT_FOUND},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    send_to(t, pablo, "0", "hi");
    redis_do(t->redis, "ZADD room:2:3 6 secret");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res = mark(t, pablo, rows[i].room, str_of(rows[i].id));
        check_row(res->status == http_problem_status(rows[i].err), str_of(rows[i].id));
        ask_is_problem(res, rows[i].err);
    }
    ask_is_problem(API_ASK(t, .path = "/rooms/0/read", .method = "PUT", .type = ASK_JSON,
                           .cookie = pablo, .text = "{}"),
                   ERR_INVALID);
    ask_is_problem(API_ASK(t, .path = "/rooms/0/read", .method = "PUT", .type = ASK_JSON,
                           .text = "{\"id\":\"5.000000\"}"),
                   ERR_UNAUTHENTICATED);
    /* A message that is gone counts as its place. */
    ask_is(mark(t, pablo, "0", STR("5.000000")), 200);
}

static void who_comes_has_missed_nothing(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "SET room:7:name Books");
    ask_is(API_ASK(t, .path = "/rooms/7/members/me", .method = "PUT", .cookie = pablo), 201);
    send_to(t, pablo, "0", "before Joe was here");
    send_to(t, pablo, "7", "before Joe came in");
    const char *joe = api_test_join(t, "Joe");
    assert_null(strstr(stands(t, joe, "0"), "unread"));
    ask_is(API_ASK(t, .path = "/rooms/7/members/me", .method = "PUT", .cookie = joe), 201);
    assert_null(strstr(stands(t, joe, "7"), "unread"));
    send_to(t, pablo, "7", "to Joe");
    assert_non_null(strstr(stands(t, joe, "7"), "\"unread\":1,"));

    /* Who leaves has no marker, and who comes back begins anew. */
    ask_is(API_ASK(t, .path = "/rooms/7/members/me", .method = "DELETE", .cookie = joe), 204);
    assert_int_equal(redis_int(t->redis, "HEXISTS snug:user:2:reads 7"), 0);
    ask_is(API_ASK(t, .path = "/rooms/7/members/me", .method = "PUT", .cookie = joe), 201);
    assert_null(strstr(stands(t, joe, "7"), "unread"));

    /* The first message of somebody new is unread. */
    send_to(t, pablo, "1:2", "hi");
    assert_string_equal(stands(t, joe, "1:2"), ",\"unread\":1");
}

/* The demo family's messages may share a score, and have one in the future. */
static void the_familys_messages_count(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (unsigned i = 0; i < 4; i++) {
        redis_do(t->redis, "ZADD room:0 %s %s", i < 2 ? "4000000000" : "4000000001.25",
                 api_test_text(t, "{\"from\":\"9\",\"date\":1,\"message\":\"%u\"}", i));
    }
    assert_non_null(strstr(stands(t, pablo, "0"), ",\"unread\":4,"));
    const struct http_res *page = API_ASK(t, .path = "/messages/0", .cookie = pablo);
    ask_is(mark(t, pablo, "0", ask_field(page, "id")), 200);
    assert_non_null(strstr(stands(t, pablo, "0"), ",\"unread\":2,"));
    /* Now sending does not move it back. */
    send_to(t, pablo, "0", "hi");
    assert_non_null(strstr(stands(t, pablo, "0"), ",\"unread\":2,"));
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(unread_is_what_is_behind_the_marker),
        API_TEST(a_marker_that_moves_is_told),
        API_TEST(marks_what_is_there),
        API_TEST(who_comes_has_missed_nothing),
        API_TEST(the_familys_messages_count),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
