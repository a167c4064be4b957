#include "base/log.h"
#include "support/api.h"

/* How rooms pass from one to another, and end. */

static const struct http_res *ask(struct api_test *t, const char *cookie, const char *method,
                                  const char *path, const char *json)
{
    return API_ASK(t, .path = path, .method = method, .cookie = cookie,
                   .type = json != NULL ? ASK_JSON : NULL, .text = json);
}

/* Makes a room of this name; its id. */
static const char *make(struct api_test *t, const char *cookie, const char *kind, const char *name)
{
    const struct http_res *res =
        ask(t, cookie, "POST", "/rooms",
            api_test_text(t, "{\"name\":\"%s\",\"kind\":\"%s\"}", name, kind));
    ask_is(res, 201);
    return store_test_cstr(t->store, ask_field(res, "id"));
}

static const char *members_of(struct api_test *t, const char *room)
{
    return redis_lines(t->redis, "SORT snug:room:%s:members", room);
}

static const char *owner_of(struct api_test *t, const char *room)
{
    return redis_text(t->redis, "HGET snug:room:%s owner", room);
}

/* A room of Zoe's, which these people are in too; its id. */
static const char *room_of_many(struct api_test *t, const char *owner, const char *kind)
{
    const char *room = make(t, owner, kind, "Books");
    static const char *const others[] = {"2", "3", "4", "5"};
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        ask_is(
            ask(t, owner, "PUT", api_test_text(t, "/rooms/%s/members/%s", room, others[i]), NULL),
            201);
    }
    return room;
}

static void the_owner_who_leaves_is_followed(void **state)
{
    struct api_test *t = *state;
    static const char *const kinds[] = {"public", "private"};
    const char *admin = api_test_join(t, "Pablo");
    api_test_join(t, "Robot");
    api_test_join(t, "Away");
    const char *joe = api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    const char *zoe = api_test_join(t, "Zoe");
    redis_do(t->redis, "HSET snug:user:1 role admin");
    redis_do(t->redis, "SADD snug:admins 1");
    redis_do(t->redis, "HSET snug:user:2 bot 1");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        redis_do(t->redis, "HDEL snug:user:3 active");
        const char *room = room_of_many(t, zoe, kinds[i]);
        redis_do(t->redis, "HSET snug:user:3 active 0");
        const char *me = api_test_text(t, "/rooms/%s/members/me", room);
        struct redisContext *listener = redis_listen(t->redis);
        ask_is(ask(t, zoe, "DELETE", me, NULL), 204);
        assert_string_equal(owner_of(t, room), "4"); /* Joe; neither the bot nor who is away */
        assert_non_null(strstr(redis_heard(listener), "\"type\":\"room.left\""));
        assert_non_null(strstr(redis_heard(listener), "\"owner\":\"4\""));
        redis_unlisten(listener);
        ask_is(ask(t, joe, "DELETE", me, NULL), 204);
        assert_string_equal(owner_of(t, room), "5");
        const char *mary = api_test_text(t, "/rooms/%s/members/5", room);
        /* Whom there is nobody to follow. */
        if (i == 0) {
            ask_is(ask(t, admin, "DELETE", mary, NULL), 204);
            assert_null(owner_of(t, room));
            ask_is(ask(t, admin, "PATCH", api_test_text(t, "/rooms/%s", room), "{\"owner\":\"2\"}"),
                   200);
        } else {
            ask_is_problem(ask(t, admin, "DELETE", mary, NULL), ERR_NOT_FOUND);
        }
    }
}

static void who_is_away_owns_nothing(void **state)
{
    struct api_test *t = *state;
    const char *admin = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    redis_do(t->redis, "HSET snug:user:1 role admin");
    redis_do(t->redis, "SADD snug:admins 1");
    const char *with_mary = make(t, joe, "private", "Board");
    ask_is(ask(t, joe, "PUT", "/rooms/g1/members/3", NULL), 201);
    const char *alone = make(t, joe, "private", "Diary");
    ask_is(ask(t, admin, "PATCH", "/users/2", "{\"active\":false}"), 200);
    assert_string_equal(owner_of(t, with_mary), "3");
    assert_string_equal(owner_of(t, alone), "2");
    assert_string_equal(members_of(t, with_mary), "2\n3");

    ask_is(ask(t, admin, "DELETE", "/users/2", NULL), 204);
    assert_string_equal(members_of(t, with_mary), "3");
    /* A closed room that nobody could ever come into. */
    assert_int_equal(redis_int(t->redis, "EXISTS snug:room:g2 snug:room:g2:members"), 0);
    assert_int_equal(redis_int(t->redis, "EXISTS user:2:rooms snug:user:2:rooms"), 0);
}

static void a_deleted_room_leaves_nothing(void **state)
{
    static const char *const kinds[] = {"public", "private"};
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        const char *room = make(t, pablo, kinds[i], "Books");
        const char *path = api_test_text(t, "/rooms/%s", room);
        const char *messages = api_test_text(t, "/messages/%s", room);
        ask_is(ask(t, pablo, "PUT", api_test_text(t, "/rooms/%s/members/2", room), NULL), 201);
        ask_is(API_ASK(t, .path = messages, .method = "POST", .cookie = joe, .text = "hi"), 201);
        redis_do(t->redis, "HSET snug:user:2:reads %s 1795485000.000001", room);
        ask_is_problem(ask(t, joe, "DELETE", path, NULL), ERR_FORBIDDEN);
        struct redisContext *listener = redis_listen(t->redis);
        ask_is(ask(t, pablo, "DELETE", path, NULL), 204);
        const char *heard = redis_heard(listener);
        assert_non_null(strstr(
            heard, api_test_text(t, "\"type\":\"room.left\",\"data\":{\"id\":\"%s\"}", room)));
        assert_non_null(strstr(heard, "\"to\":\"users:1,2\"}"));
        assert_true(redis_silent(t->redis, listener));
        redis_unlisten(listener);
        assert_string_equal(redis_lines(t->redis, "KEYS *room:%s*", room), "");
        assert_string_equal(redis_lines(t->redis, "SMEMBERS user:2:rooms"), "0");
        assert_int_equal(
            redis_int(t->redis, "EXISTS snug:user:1:rooms snug:user:2:rooms snug:rooms:public"), 0);
        assert_int_equal(redis_int(t->redis, "HEXISTS snug:user:2:reads %s", room), 0);
        ask_is_problem(ask(t, joe, "GET", messages, NULL), ERR_NOT_FOUND);
        ask_is_problem(ask(t, pablo, "DELETE", path, NULL), ERR_NOT_FOUND);
        ask_is_problem(API_ASK(t, .path = messages, .method = "POST", .cookie = joe, .text = "hi"),
                       ERR_NOT_FOUND);
    }
    ask_is_problem(ask(t, pablo, "DELETE", "/rooms/0", NULL), ERR_CONFLICT);
    ask_is_problem(ask(t, pablo, "DELETE", "/rooms/1:2", NULL), ERR_CONFLICT);
}

/* Hundreds are told by one event, and nobody is left out. */
static void all_are_told_that_a_room_is_gone(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    make(t, pablo, "private", "Books");
    for (int i = 2; i <= 1001; i++) {
        redis_do(t->redis, "SADD snug:user:%d:rooms g1", i);
        redis_do(t->redis, "SADD snug:room:g1:members %d", i);
    }
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(ask(t, pablo, "DELETE", "/rooms/g1", NULL), 204);
    int told = 0;
    for (int i = 0; i < 6; i++) {
        const char *at = strstr(redis_heard(listener), "\"to\":\"users:");
        assert_non_null(at);
        for (told++; *at != '\0'; at++) {
            told += *at == ',';
        }
    }
    assert_int_equal(told, 1001);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:user:2:rooms snug:user:1001:rooms"), 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:rooms:gone snug:room:g1:leaving"), 0);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(the_owner_who_leaves_is_followed),
        API_TEST(who_is_away_owns_nothing),
        API_TEST(a_deleted_room_leaves_nothing),
        API_TEST(all_are_told_that_a_room_is_gone),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
