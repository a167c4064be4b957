#include "base/log.h"
#include "support/api.h"

/* Coming into rooms, and leaving them. */

static const struct http_res *put(struct api_test *t, const char *cookie, const char *path)
{
    return API_ASK(t, .path = path, .method = "PUT", .cookie = cookie);
}

static const struct http_res *leave(struct api_test *t, const char *cookie, const char *path)
{
    return API_ASK(t, .path = path, .method = "DELETE", .cookie = cookie);
}

static void a_public_room_is_open(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "SET room:7:name Books");
    ask_is_problem(API_ASK(t, .path = "/messages/7", .cookie = pablo), ERR_NOT_FOUND);

    struct redisContext *listener = redis_listen(t->redis);
    const struct http_res *res = put(t, pablo, "/rooms/7/members/me");
    ask_is(res, 201);
    ask_body_is(res, api_test_text(t,
                                   "{\"id\":\"7\",\"kind\":\"public\",\"name\":\"Books\","
                                   "\"members\":1,\"onlineCount\":0,\"read\":\"%s\"}",
                                   redis_text(t->redis, "HGET snug:user:1:reads 7")));
    const char *heard = redis_heard(listener);
    assert_non_null(
        strstr(heard, "\"type\":\"show.room\",\"data\":{\"id\":\"7\",\"names\":[\"Books\"]}"));
    assert_non_null(strstr(heard, "\"to\":\"user:1\"}"));
    assert_string_equal(redis_lines(t->redis, "SMEMBERS user:1:rooms"), "0\n7");
    ask_is(API_ASK(t, .path = "/messages/7", .cookie = pablo), 200);

    ask_is(put(t, pablo, "/rooms/7/members/1"), 200);
    ask_is(put(t, pablo, "/rooms/0/members/me"), 200);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

static void who_leaves_a_room_is_out(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "SET room:7:name Books");
    redis_do(t->redis, "SADD user:1:rooms 7");
    redis_do(t->redis, "SADD snug:user:1:rooms g5");
    redis_do(t->redis, "SADD snug:room:g5:members 1");
    static const char *const rooms[] = {"7", "g5"};
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        const char *messages = api_test_text(t, "/messages/%s", rooms[i]);
        const char *me = api_test_text(t, "/rooms/%s/members/me", rooms[i]);
        struct redisContext *listener = redis_listen(t->redis);
        ask_is(API_ASK(t, .path = messages, .cookie = pablo), 200);
        ask_is(leave(t, pablo, me), 204);
        const char *heard = redis_heard(listener);
        assert_non_null(strstr(
            heard, api_test_text(t, "\"type\":\"room.left\",\"data\":{\"id\":\"%s\"}", rooms[i])));
        assert_non_null(strstr(heard, "\"to\":\"user:1\"}"));
        ask_is_problem(API_ASK(t, .path = messages, .cookie = pablo), ERR_NOT_FOUND);
        ask_is_problem(leave(t, pablo, me), ERR_NOT_FOUND);
        assert_true(redis_silent(t->redis, listener));
        redis_unlisten(listener);
    }
    assert_string_equal(redis_lines(t->redis, "SMEMBERS user:1:rooms"), "0");
    assert_int_equal(redis_int(t->redis, "EXISTS snug:user:1:rooms snug:room:g5:members"), 0);
    /* Nobody comes back into a closed room by themselves. */
    ask_is_problem(put(t, pablo, "/rooms/g5/members/me"), ERR_NOT_FOUND);
}

static void refusals(void **state)
{
    static const struct {
        const char *method, *path;
        enum err err;
    } rows[] = {
        {"PUT", "/rooms/8/members/me", ERR_NOT_FOUND},   /* no such room */
        {"PUT", "/rooms/2:3/members/me", ERR_NOT_FOUND}, /* of others */
        {"PUT", "/rooms/x/members/me", ERR_NOT_FOUND},
        {"PUT", "/rooms/7/members/2", ERR_FORBIDDEN},
        {"PUT", "/rooms/1:2/members/3", ERR_CONFLICT},
        {"PUT", "/rooms/0/members/9", ERR_NOT_FOUND}, /* no such user */
        {"PUT", "/rooms/7/members/Joe", ERR_INVALID},
        {"DELETE", "/rooms/0/members/2", ERR_FORBIDDEN},
        {"DELETE", "/rooms/0/members/me", ERR_CONFLICT},
        {"DELETE", "/rooms/1:2/members/me", ERR_CONFLICT},
        {"DELETE", "/rooms/7/members/me", ERR_NOT_FOUND},
        {"DELETE", "/rooms/2:3/members/me", ERR_NOT_FOUND},
        {"DELETE", "/rooms/1:2/members/2", ERR_FORBIDDEN},
        {"DELETE", "/rooms/x/members/me", ERR_NOT_FOUND},
        {"DELETE", "/rooms/0/members/0", ERR_INVALID},
        {"GET", "/rooms/0/members/me", ERR_METHOD},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    redis_do(t->redis, "SET room:7:name Books");
    struct redisContext *listener = redis_listen(t->redis);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(API_ASK(t, .path = rows[i].path, .method = rows[i].method, .cookie = pablo),
                       rows[i].err);
        if (rows[i].err != ERR_METHOD) {
            ask_is_problem(API_ASK(t, .path = rows[i].path, .method = rows[i].method),
                           ERR_UNAUTHENTICATED);
        }
    }
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_public_room_is_open),
        API_TEST(who_leaves_a_room_is_out),
        API_TEST(refusals),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
