#include "base/log.h"
#include "support/api.h"

/* Rooms that people make, one by one: made, looked at, listed, changed. */

static const struct http_res *ask(struct api_test *t, const char *cookie, const char *method,
                                  const char *path, const char *json)
{
    return API_ASK(t, .path = path, .method = method, .cookie = cookie,
                   .type = json != NULL ? ASK_JSON : NULL, .text = json);
}

/* Does it begin so? What follows is what the room is to who asks. */
static void body_begins(struct api_test *t, const struct http_res *res, const char *text)
{
    const struct str body = buf_str(&res->body);
    const struct str begin = {body.ptr, body.len < strlen(text) ? body.len : strlen(text)};
    assert_string_equal(store_test_cstr(t->store, begin), text);
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

static void a_room_is_made_and_owned(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    struct redisContext *listener = redis_listen(t->redis);
    const struct http_res *res = ask(t, pablo, "POST", "/rooms",
                                     "{\"name\":\" Books \",\"kind\":\"public\",\"topic\":\"x\"}");
    ask_is(res, 201);
    body_begins(t, res,
                "{\"id\":\"1\",\"kind\":\"public\",\"name\":\"Books\",\"topic\":\"x\",\"owner\":"
                "\"1\",\"members\":1,\"onlineCount\":0,\"read\":\"");
    check_str(ask_header(res, "Location"), "rooms/1");
    const char *heard = redis_heard(listener);
    assert_non_null(strstr(heard, "SNUG {"));
    assert_non_null(
        strstr(heard, "\"type\":\"show.room\",\"data\":{\"id\":\"1\",\"names\":[\"Books\"]}"));
    assert_non_null(strstr(heard, "\"to\":\"user:1\"}"));
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    /* The family reads these. */
    assert_string_equal(redis_text(t->redis, "GET room:1:name"), "Books");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS user:1:rooms"), "0\n1");

    const char *closed = make(t, pablo, "private", "Books");
    assert_string_equal(closed, "g2");
    assert_int_equal(redis_int(t->redis, "EXISTS room:g2 room:g2:name"), 0);
    assert_string_equal(redis_lines(t->redis, "SMEMBERS user:1:rooms"), "0\n1");
    assert_string_equal(redis_lines(t->redis, "SMEMBERS snug:user:1:rooms"), "g2");
    assert_string_equal(members_of(t, "g2"), "1");
    assert_string_equal(redis_text(t->redis, "HGET snug:room:g2 kind"), "private");
    ask_is(ask(t, pablo, "GET", "/rooms/g2", NULL), 200);
}

/* Numbers that the demo family, or a room of before, has are passed over. */
static void numbers_collide_with_none(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "SET room:1:name Family");
    redis_do(t->redis, "ZADD room:2 1795485000 said");
    redis_do(t->redis, "HSET snug:room:3 last 1795485000.000001");
    assert_string_equal(make(t, pablo, "public", "a"), "4");
    ask_is(ask(t, pablo, "DELETE", "/rooms/4", NULL), 204);
    assert_string_equal(make(t, pablo, "public", "a"), "5");
}

static void bad_rooms(void **state)
{
    static const struct {
        const char *json;
        enum err err;
    } rows[] = {
        {"{}", ERR_INVALID},
        {"{\"name\":\"a\"}", ERR_INVALID},
        {"{\"kind\":\"public\"}", ERR_INVALID},
        {"{\"name\":\"a\",\"kind\":\"direct\"}", ERR_INVALID},
        {"{\"name\":\"\",\"kind\":\"public\"}", ERR_INVALID},
        {"{\"name\":\"  \",\"kind\":\"public\"}", ERR_INVALID},
        {"{\"name\":\"a\\nb\",\"kind\":\"public\"}", ERR_TEXT},
        {"{\"name\":\"a\\u0000b\",\"kind\":\"public\"}", ERR_TEXT},
        {"{\"name\":\"a\\u0085b\",\"kind\":\"private\"}", ERR_TEXT},
        {"{\"name\":\"a\",\"kind\":\"private\",\"topic\":\"a\\nb\"}", ERR_TEXT},
        {"{\"name\":[],\"kind\":\"private\"}", ERR_INVALID},
        {"{\"name\":\"General\",\"kind\":\"public\"}", ERR_NAME_TAKEN},
        {"{\"name\":\"BOOKS\",\"kind\":\"public\"}", ERR_NAME_TAKEN},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    make(t, pablo, "public", "books");
    struct redisContext *listener = redis_listen(t->redis);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is_problem(ask(t, pablo, "POST", "/rooms", rows[i].json), rows[i].err);
        ask_is_problem(ask(t, NULL, "POST", "/rooms", rows[i].json), ERR_UNAUTHENTICATED);
    }
    const char *name = api_test_repeat(t, 'x', 65);
    ask_is_problem(ask(t, pablo, "POST", "/rooms",
                       api_test_text(t, "{\"name\":\"%s\",\"kind\":\"public\"}", name)),
                   ERR_INVALID);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    assert_string_equal(redis_text(t->redis, "GET snug:rooms"), "1");
}

static void rooms_are_limited(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    t->config.room_limit = 2;
    make(t, pablo, "private", "a");
    make(t, pablo, "public", "b");
    const struct http_res *res =
        ask(t, pablo, "POST", "/rooms", "{\"name\":\"c\",\"kind\":\"public\"}");
    ask_is_problem(res, ERR_RATE_LIMITED);
    assert_true(str_is_set(ask_header(res, "Retry-After")));
    check_str(ask_header(res, "RateLimit-Policy"), "\"room\";q=2;w=3600");
    assert_int_equal(redis_int(t->redis, "EXISTS room:3:name snug:room:3"), 0);
    make(t, joe, "public", "c");
}

static void public_rooms_are_listed_by_name(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    for (int i = 120; i > 0; i--) {
        make(t, pablo, "public", api_test_text(t, "Room %03d", i));
    }
    make(t, pablo, "private", "Room 000");
    ask_is(ask(t, joe, "PUT", "/rooms/120/members/me", NULL), 201); /* "Room 001" */
    const struct http_res *res = API_ASK(t, .path = "/rooms", .query = "public=1", .cookie = joe);
    ask_is(res, 200);
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    assert_ptr_equal(strstr(body, "{\"rooms\":[{\"id\":\"120\",\"kind\":\"public\",\"name\":\"Room "
                                  "001\",\"owner\":\"1\",\"members\":2,\"onlineCount\":0,"
                                  "\"read\":\""),
                     body);
    assert_non_null(strstr(body, "{\"id\":\"119\",\"kind\":\"public\",\"name\":\"Room 002\","
                                 "\"owner\":\"1\",\"members\":1,\"onlineCount\":0,\"member\":"
                                 "false},"));
    assert_null(strstr(body, "Room 000"));
    assert_non_null(strstr(body, "Room 100"));
    assert_null(strstr(body, "Room 101"));
    check_str(ask_field(res, "next"), "21:room 100");
    check_str(ask_header(res, "Link"), "<?public=1&after=21%3Aroom%20100>; rel=\"next\"");

    /* Where one was is known, though the room is gone. */
    ask_is(ask(t, pablo, "DELETE", "/rooms/21", NULL), 204);
    res = API_ASK(t, .path = "/rooms", .query = "public=1&after=21:room%20100", .cookie = joe);
    body = store_test_cstr(t->store, buf_str(&res->body));
    assert_ptr_equal(strstr(body, "{\"rooms\":[{\"id\":\"20\",\"kind\":\"public\",\"name\":\"Room "
                                  "101\""),
                     body);
    assert_non_null(strstr(body, "Room 120"));
    assert_false(str_is_set(ask_field(res, "next")));
    ask_is_problem(API_ASK(t, .path = "/rooms", .query = "public=2", .cookie = joe), ERR_INVALID);
    ask_is_problem(API_ASK(t, .path = "/rooms", .query = "public=1"), ERR_UNAUTHENTICATED);
}

/* Of the family's rooms the list learns by who enters them here; and what they change by looking.
 */
static void the_list_follows_the_family(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_do(t->redis, "SET room:7:name Old");
    redis_do(t->redis, "SET room:8:name Gone");
    ask_is(ask(t, pablo, "PUT", "/rooms/7/members/me", NULL), 201);
    ask_is(ask(t, pablo, "PUT", "/rooms/8/members/me", NULL), 201);
    redis_do(t->redis, "SET room:7:name New");
    redis_do(t->redis, "DEL room:8:name");
    ask_is_problem(ask(t, pablo, "GET", "/messages/8", NULL), ERR_NOT_FOUND);
    ask_is(API_ASK(t, .path = "/rooms", .query = "public=1", .cookie = pablo), 200);
    assert_string_equal(redis_lines(t->redis, "ZRANGE snug:rooms:public 0 -1"), "new\t7");
    const char *name = "{\"name\":\"old\",\"kind\":\"public\"}";
    ask_is(ask(t, pablo, "POST", "/rooms", name), 201);
}

static void a_change_is_told(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    make(t, pablo, "public", "Books");
    ask_is(ask(t, joe, "PUT", "/rooms/1/members/me", NULL), 201);
    struct redisContext *listener = redis_listen(t->redis);
    const struct http_res *res =
        ask(t, pablo, "PATCH", "/rooms/1",
            "{\"name\":\"B\\u00fccher\",\"topic\":\"\\\"x\\\"\",\"archived\":true,\"owner\":\"2\","
            "\"retain\":1000,\"retainDays\":30}");
    ask_is(res, 200);
    static const char now[] = "{\"id\":\"1\",\"kind\":\"public\",\"name\":\"B\\u00fccher\","
                              "\"topic\":\"\\\"x\\\"\",\"owner\":"
                              "\"2\",\"archived\":true,\"retain\":1000,\"retainDays\":30,"
                              "\"members\":2,\"onlineCount\":0";
    body_begins(t, res, now);
    const char *heard = redis_heard(listener);
    /* What is told is what is answered. */
    assert_non_null(
        strstr(heard, api_test_text(t, "\"type\":\"room.updated\",\"data\":%s},", now)));
    assert_non_null(strstr(heard, "\"to\":\"room:1\"}"));
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    assert_string_equal(redis_lines(t->redis, "ZRANGE snug:rooms:public 0 -1"), "b\xc3\xbc"
                                                                                "cher\t1");

    ask_is_problem(ask(t, pablo, "PATCH", "/rooms/1", "{\"topic\":\"\"}"), ERR_FORBIDDEN);
    body_begins(
        t,
        ask(t, joe, "PATCH", "/rooms/1",
            "{\"topic\":\"\",\"archived\":false,\"retain\":0,\"retainDays\":\"\"}"),
        "{\"id\":\"1\",\"kind\":\"public\",\"name\":\"B\\u00fccher\",\"owner\":\"2\",\"retain\":0,"
        "\"members\":2,\"onlineCount\":0,\"read\":\"");
    assert_string_equal(redis_lines(t->redis, "HKEYS snug:room:1"), "kind\nowner\ncreated\nretain");
}

static void bad_changes(void **state)
{
    static const struct {
        const char *room, *json;
        enum err err;
    } rows[] = {
        {"g2", "{}", ERR_INVALID},
        {"g2", "{\"colour\":\"red\"}", ERR_INVALID},
        {"g2", "{\"name\":\"\"}", ERR_INVALID},
        {"g2", "{\"name\":\"a\\nb\"}", ERR_TEXT},
        {"g2", "{\"topic\":\"a\\tb\"}", ERR_TEXT},
        {"g2", "{\"archived\":\"maybe\"}", ERR_INVALID},
        {"g2", "{\"retain\":10000001}", ERR_INVALID},
        {"g2", "{\"retain\":-1}", ERR_INVALID},
        {"g2", "{\"retainDays\":3651}", ERR_INVALID},
        {"g2", "{\"owner\":\"x\"}", ERR_INVALID},
        {"g2", "{\"owner\":\"2\"}", ERR_INVALID},  /* not in it */
        {"g2", "{\"owner\":\"99\"}", ERR_INVALID}, /* nobody */
        {"g2", "{\"name\":\"fine\",\"owner\":\"2\"}", ERR_INVALID},
        {"1", "{\"name\":\"general\"}", ERR_NAME_TAKEN},
        {"1", "{\"topic\":\"fine\",\"name\":\"Films\"}", ERR_NAME_TAKEN},
        {"1:2", "{\"name\":\"x\"}", ERR_CONFLICT},
        {"0", "{\"name\":\"x\"}", ERR_FORBIDDEN},
        {"2:3", "{\"name\":\"x\"}", ERR_NOT_FOUND},
        {"9", "{\"name\":\"x\"}", ERR_NOT_FOUND},
        {"g9", "{\"name\":\"x\"}", ERR_NOT_FOUND},
        {"x", "{\"name\":\"x\"}", ERR_NOT_FOUND},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    make(t, pablo, "public", "Books");
    make(t, pablo, "private", "Board");
    make(t, pablo, "public", "films");
    struct redisContext *listener = redis_listen(t->redis);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *path = api_test_text(t, "/rooms/%s", rows[i].room);
        ask_is_problem(ask(t, pablo, "PATCH", path, rows[i].json), rows[i].err);
        ask_is_problem(ask(t, NULL, "PATCH", path, rows[i].json), ERR_UNAUTHENTICATED);
    }
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    assert_string_equal(redis_text(t->redis, "HGET snug:room:g2 name"), "Board");
    assert_int_equal(redis_int(t->redis, "HEXISTS snug:room:1 topic"), 0);
    /* Its own name is not taken. */
    ask_is(ask(t, pablo, "PATCH", "/rooms/1", "{\"name\":\"BOOKS\"}"), 200);
}

static void an_archived_room_is_read(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    make(t, pablo, "public", "Books");
    ask_is(ask(t, pablo, "PATCH", "/rooms/1", "{\"archived\":true}"), 200);
    ask_is(ask(t, joe, "PUT", "/rooms/1/members/me", NULL), 201);
    ask_is_problem(
        API_ASK(t, .path = "/messages/1", .method = "POST", .cookie = pablo, .text = "hi"),
        ERR_ARCHIVED);
    ask_is(ask(t, joe, "GET", "/messages/1", NULL), 200);
    ask_is(ask(t, joe, "DELETE", "/rooms/1/members/me", NULL), 204);
    ask_is(ask(t, pablo, "PATCH", "/rooms/1", "{\"archived\":false}"), 200);
    ask_is(API_ASK(t, .path = "/messages/1", .method = "POST", .cookie = pablo, .text = "hi"), 201);
}

static void who_is_in_it(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const char *joe = api_test_join(t, "Joe");
    api_test_join(t, "Mary");
    make(t, pablo, "private", "Board");
    redis_do(t->redis, "SADD online_users 3");
    struct redisContext *listener = redis_listen(t->redis);
    ask_is_problem(ask(t, joe, "GET", "/rooms/g1/members", NULL), ERR_NOT_FOUND);
    ask_is(ask(t, pablo, "PUT", "/rooms/g1/members/3", NULL), 201);
    const char *heard = redis_heard(listener);
    assert_non_null(strstr(heard, "\"names\":[\"Board\"]}"));
    assert_non_null(strstr(heard, "\"to\":\"user:3\"}"));
    heard = redis_heard(listener);
    assert_non_null(strstr(heard, "\"type\":\"room.updated\",\"data\":{\"id\":\"g1\""));
    assert_non_null(strstr(heard, "\"members\":2,\"onlineCount\":1}"));
    assert_non_null(strstr(heard, "\"to\":\"room:g1\"}"));
    ask_is(ask(t, pablo, "PUT", "/rooms/g1/members/3", NULL), 200);
    assert_true(redis_silent(t->redis, listener));
    redis_unlisten(listener);
    ask_body_is(ask(t, pablo, "GET", "/rooms/g1/members", NULL),
                "{\"users\":[{\"id\":\"1\",\"username\":\"Pablo\",\"online\":false},"
                "{\"id\":\"3\",\"username\":\"Mary\",\"online\":true}]}");
    ask_body_is(API_ASK(t, .path = "/rooms/g1/members", .query = "after=1", .cookie = pablo),
                "{\"users\":[{\"id\":\"3\",\"username\":\"Mary\",\"online\":true}]}");
    ask_body_is(API_ASK(t, .path = "/rooms/0/members", .query = "after=2", .cookie = joe),
                "{\"users\":[{\"id\":\"3\",\"username\":\"Mary\",\"online\":true}]}");
    ask_body_is(ask(t, joe, "GET", "/rooms/2:3/members", NULL),
                "{\"users\":[{\"id\":\"2\",\"username\":\"Joe\",\"online\":false},"
                "{\"id\":\"3\",\"username\":\"Mary\",\"online\":true}]}");
    ask_is_problem(API_ASK(t, .path = "/rooms/0/members", .query = "after=x", .cookie = joe),
                   ERR_INVALID);
}

/* Every member once, over pages, in the order of ids. */
static void many_members_come_in_pages(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    make(t, pablo, "public", "Books");
    for (int i = 2; i <= 450; i++) {
        redis_do(t->redis, "HSET user:%d username u%d", i, i);
        redis_do(t->redis, "SADD user:%d:rooms 0 1", i);
        redis_do(t->redis, "SADD snug:room:1:members %d", i);
    }
    redis_do(t->redis, "SET total_users 450");
    redis_do(t->redis, "SREM user:300:rooms 1"); /* a demo server took them out */
    static const struct {
        const char *room, *after, *next;
        int count;
    } rows[] = {
        {"0", "0", "200", 200}, {"0", "200", "400", 200}, {"0", "400", NULL, 50},
        {"1", "0", "200", 200}, {"1", "200", "401", 200}, {"1", "401", NULL, 49},
        {"1", "450", NULL, 0},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *res =
            API_ASK(t, .path = api_test_text(t, "/rooms/%s/members", rows[i].room),
                    .query = api_test_text(t, "after=%s", rows[i].after), .cookie = pablo);
        ask_is(res, 200);
        int count = 0;
        for (const char *at = store_test_cstr(t->store, buf_str(&res->body));
             (at = strstr(at, "\"username\"")) != NULL; at++) {
            count++;
        }
        assert_int_equal(count, rows[i].count);
        const struct str next = ask_field(res, "next");
        assert_int_equal(str_is_set(next), rows[i].next != NULL);
        if (rows[i].next != NULL) {
            check_str(next, rows[i].next);
            check_str(ask_header(res, "Link"),
                      api_test_text(t, "<?after=%s>; rel=\"next\"", rows[i].next));
        }
    }
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_room_is_made_and_owned),
        API_TEST(numbers_collide_with_none),
        API_TEST(bad_rooms),
        API_TEST(rooms_are_limited),
        API_TEST(public_rooms_are_listed_by_name),
        API_TEST(the_list_follows_the_family),
        API_TEST(a_change_is_told),
        API_TEST(bad_changes),
        API_TEST(an_archived_room_is_read),
        API_TEST(who_is_in_it),
        API_TEST(many_members_come_in_pages),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
