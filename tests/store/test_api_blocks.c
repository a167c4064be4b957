#include "base/log.h"
#include "support/api.h"

/* Blocking somebody, and that somebody types. Pablo is 1, Joe 2, Mary 3. */

struct people {
    const char *pablo, *joe, *mary;
};

static struct people join(struct api_test *t)
{
    struct people p;
    p.pablo = api_test_join(t, "Pablo");
    p.joe = api_test_join(t, "Joe");
    p.mary = api_test_join(t, "Mary");
    return p;
}

static const struct http_res *block(struct api_test *t, const char *cookie, const char *user)
{
    return API_ASK(t, .path = api_test_text(t, "/blocks/%s", user), .method = "PUT",
                   .cookie = cookie);
}

static const struct http_res *lift(struct api_test *t, const char *cookie, const char *user)
{
    return API_ASK(t, .path = api_test_text(t, "/blocks/%s", user), .method = "DELETE",
                   .cookie = cookie);
}

static const struct http_res *say(struct api_test *t, const char *cookie, const char *room,
                                  const char *text)
{
    return API_ASK(t, .path = api_test_text(t, "/messages/%s", room), .method = "POST",
                   .cookie = cookie, .text = text);
}

static const char *body_of(struct api_test *t, const char *cookie, const char *path)
{
    const struct http_res *res = API_ASK(t, .path = path, .cookie = cookie);
    ask_is(res, 200);
    return store_test_cstr(t->store, buf_str(&res->body));
}

static void a_list_of_ones_own(void **state)
{
    struct api_test *t = *state;
    const struct people p = join(t);
    assert_string_equal(body_of(t, p.joe, "/blocks"), "{\"users\":[]}");
    ask_is(block(t, p.joe, "3"), 204);
    ask_is(block(t, p.joe, "1"), 204);
    ask_is(block(t, p.joe, "1"), 204);
    assert_string_equal(body_of(t, p.joe, "/blocks"),
                        "{\"users\":[{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false},"
                        "{\"id\":\"3\",\"username\":\"Mary\",\"online\":false}]}");
    assert_string_equal(body_of(t, p.pablo, "/blocks"), "{\"users\":[]}");
    ask_is(lift(t, p.joe, "3"), 204);
    ask_is_problem(lift(t, p.joe, "3"), ERR_NOT_FOUND);
    ask_is_problem(lift(t, p.pablo, "2"), ERR_NOT_FOUND);
    ask_is_problem(block(t, p.joe, "2"), ERR_INVALID);
    ask_is_problem(block(t, p.joe, "9"), ERR_NOT_FOUND);
    ask_is_problem(block(t, p.joe, "Mary"), ERR_INVALID);
    ask_is_problem(lift(t, p.joe, "01"), ERR_INVALID);
    ask_is_problem(API_ASK(t, .path = "/blocks"), ERR_UNAUTHENTICATED);
    redis_do(t->redis, "EVAL %s 0",
             "for i = 10, 1008 do redis.call('SADD', 'snug:user:2:blocks', i) end");
    ask_is_problem(block(t, p.joe, "3"), ERR_CONFLICT);
    ask_is(block(t, p.joe, "1"), 204);
}

static void their_direct_room_is_gone_and_comes_back(void **state)
{
    struct api_test *t = *state;
    const struct people p = join(t);
    ask_is(say(t, p.pablo, "1:2", "before"), 201);
    assert_non_null(strstr(body_of(t, p.joe, "/rooms"), "\"1:2\""));

    struct redisContext *listener = redis_listen(t->redis);
    ask_is(block(t, p.joe, "1"), 204);
    const char *heard = redis_heard(listener);
    assert_ptr_equal(strstr(heard, "SNUG {"), heard);
    assert_non_null(strstr(heard, "\"type\":\"room.left\",\"data\":{\"id\":\"1:2\"},\"epoch\":"));
    assert_non_null(strstr(heard, "\"to\":\"user:2\"}"));
    assert_null(strstr(body_of(t, p.joe, "/rooms"), "\"1:2\""));

    /* The other is told nothing, and finds everything as it was. */
    assert_true(redis_silent(t->redis, listener));
    ask_is(say(t, p.pablo, "1:2", "meanwhile"), 201);
    heard = redis_heard(listener);
    assert_non_null(strstr(heard, "\"type\":\"message\""));
    assert_non_null(strstr(body_of(t, p.pablo, "/rooms"), "\"1:2\""));

    /* Who has blocked somebody does not write to them, nor opens the room. */
    ask_is_problem(say(t, p.joe, "1:2", "x"), ERR_FORBIDDEN);
    ask_is_problem(API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_FORM, .cookie = p.joe,
                           .text = "user=Pablo"),
                   ERR_FORBIDDEN);
    ask_is(API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_FORM, .cookie = p.joe,
                   .text = "user=Mary"),
           201);
    (void)redis_heard(listener);

    ask_is(lift(t, p.joe, "1"), 204);
    heard = redis_heard(listener);
    assert_non_null(strstr(heard, "\"type\":\"show.room\",\"data\":{\"id\":\"1:2\",\"names\":"
                                  "[[\"Pablo\"],[\"Joe\"]]}"));
    assert_non_null(strstr(heard, "\"to\":\"user:2\"}"));
    const char *rooms = body_of(t, p.joe, "/rooms");
    assert_non_null(strstr(rooms, "\"unread\":2"));
    assert_non_null(strstr(rooms, "meanwhile"));
    ask_is(say(t, p.joe, "1:2", "x"), 201);
    redis_unlisten(listener);
}

/* A room that there was not yet appears to who writes in it, and to nobody else. */
static void a_first_message_appears_to_its_sender(void **state)
{
    struct api_test *t = *state;
    const struct people p = join(t);
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(block(t, p.joe, "1"), 204);
    assert_true(redis_silent(t->redis, listener));
    ask_is(say(t, p.pablo, "1:2", "first"), 201);
    const char *heard = redis_heard(listener);
    assert_non_null(strstr(heard, "\"type\":\"show.room\""));
    assert_non_null(strstr(heard, "\"to\":\"user:1\"}"));
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"message\""));
    assert_null(strstr(body_of(t, p.joe, "/rooms"), "\"1:2\""));
    redis_unlisten(listener);
}

static void their_mentions_do_not_count(void **state)
{
    struct api_test *t = *state;
    const struct people p = join(t);
    ask_is(say(t, p.pablo, "0", "@joe"), 201);
    ask_is(say(t, p.pablo, "0", "@room"), 201);
    ask_is(say(t, p.mary, "0", "@joe"), 201);
    ask_is(say(t, p.mary, "0", "@room"), 201);
    assert_non_null(strstr(body_of(t, p.joe, "/rooms"), "\"unread\":4,\"mentions\":4,"));
    ask_is(block(t, p.joe, "1"), 204);
    assert_non_null(strstr(body_of(t, p.joe, "/rooms"), "\"unread\":4,\"mentions\":2,"));
    ask_is(block(t, p.joe, "3"), 204);
    assert_non_null(strstr(body_of(t, p.joe, "/rooms"), "\"unread\":4,\"read\""));
    ask_is(lift(t, p.joe, "1"), 204);
    assert_non_null(strstr(body_of(t, p.joe, "/rooms"), "\"unread\":4,\"mentions\":2,"));
}

static void who_is_deleted_has_blocked_nobody(void **state)
{
    struct api_test *t = *state;
    const struct people p = join(t);
    ask_is(block(t, p.joe, "1"), 204);
    ask_is(block(t, p.mary, "2"), 204);
    redis_do(t->redis, "HSET snug:user:1 role admin");
    redis_do(t->redis, "SADD snug:admins 1");
    ask_is(API_ASK(t, .path = "/users/2", .method = "DELETE", .cookie = p.pablo), 204);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:user:2:blocks"), 0);
    assert_non_null(strstr(body_of(t, p.mary, "/blocks"), "\"username\":\"deleted user\""));
    ask_is(lift(t, p.mary, "2"), 204);
    ask_is_problem(block(t, p.mary, "2"), ERR_NOT_FOUND);
}

static const struct http_res *type(struct api_test *t, const char *cookie, const char *room)
{
    return API_ASK(t, .path = api_test_text(t, "/rooms/%s/typing", room), .method = "POST",
                   .cookie = cookie);
}

static void who_types_is_told_now_and_then(void **state)
{
    struct api_test *t = *state;
    const struct people p = join(t);
    const int64_t logged = redis_int(t->redis, "XLEN snug:events");
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(type(t, p.joe, "1:2"), 204);
    assert_string_equal(redis_heard(listener),
                        "SNUG {\"serverId\":\"snug:test\",\"type\":\"typing\",\"data\":{\"roomId\":"
                        "\"1:2\",\"user\":\"2\",\"username\":\"Joe\"},\"to\":\"room:1:2\"}");
    ask_is(type(t, p.joe, "1:2"), 204);
    assert_true(redis_silent(t->redis, listener));
    /* Others, and in other rooms, are told. */
    ask_is(type(t, p.pablo, "1:2"), 204);
    assert_non_null(strstr(redis_heard(listener), "\"user\":\"1\""));
    ask_is(type(t, p.joe, "0"), 204);
    assert_non_null(strstr(redis_heard(listener), "\"to\":\"room:0\"}"));
    assert_in_range(redis_int(t->redis, "PTTL snug:limit:typing:2@1:2"), 1, 3000);
    redis_do(t->redis, "DEL snug:limit:typing:2@1:2");
    ask_is(type(t, p.joe, "1:2"), 204);
    assert_non_null(strstr(redis_heard(listener), "\"user\":\"2\""));

    assert_int_equal(redis_int(t->redis, "XLEN snug:events"), logged);
    ask_is_problem(type(t, p.mary, "1:2"), ERR_NOT_FOUND);
    ask_is_problem(type(t, p.mary, "7"), ERR_NOT_FOUND);
    ask_is_problem(type(t, p.mary, "x"), ERR_NOT_FOUND);
    ask_is_problem(type(t, NULL, "0"), ERR_UNAUTHENTICATED);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_list_of_ones_own),
        API_TEST(their_direct_room_is_gone_and_comes_back),
        API_TEST(a_first_message_appears_to_its_sender),
        API_TEST(their_mentions_do_not_count),
        API_TEST(who_is_deleted_has_blocked_nobody),
        API_TEST(who_types_is_told_now_and_then),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
