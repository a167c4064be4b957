#include <stdlib.h>
#include "base/rand.h"
#include "support/api.h"

/* API tokens: what their user, an admin and they themselves may do. */

static const struct http_res *make(struct api_test *t, const char *cookie, const char *body)
{
    return API_ASK(t, .path = "/tokens", .method = "POST", .type = ASK_JSON, .text = body,
                   .cookie = cookie);
}

/* The Authorization of a token that was made. */
static const char *bearer(struct api_test *t, const struct http_res *made)
{
    ask_is(made, 201);
    return api_test_text(t, "HTTP_AUTHORIZATION=Bearer %.*s", STR_FMT(ask_field(made, "token")));
}

/* A field of an answer as a C string, as redis_do() takes them. */
static const char *field(struct api_test *t, const struct http_res *res, const char *name)
{
    return arena_cstr(&t->store->arena, ask_field(res, name));
}

static const struct http_res *ask(struct api_test *t, const char *token, const char *method,
                                  const char *path)
{
    return API_ASK(t, .path = path, .method = method, .vars = {token});
}

static const struct http_res *say(struct api_test *t, const char *token, const char *path)
{
    return API_ASK(t, .path = path, .method = "POST", .type = "text/plain", .text = "hello",
                   .vars = {token});
}

static void is_shown_once(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const struct http_res *made = make(t, zoe, "{\"name\":\"cron\",\"scope\":\"write read\"}");
    const struct str token = ask_field(made, "token");
    const struct str id = ask_field(made, "id");
    ask_is(made, 201);
    check_eq(id, rand_sha256(&t->store->arena, token));
    check_str(ask_header(made, "Location"), api_test_text(t, "tokens/%.*s", STR_FMT(id)));
    check_str(ask_field(made, "scope"), "read write");

    redis_do(t->redis, "HSET snug:token:%s created 1000", field(t, made, "id"));
    const struct http_res *list = API_ASK(t, .path = "/tokens", .cookie = zoe);
    ask_body_is(list, api_test_text(t,
                                    "{\"tokens\":[{\"id\":\"%.*s\",\"name\":\"cron\","
                                    "\"scope\":\"read write\",\"created\":1000}]}",
                                    STR_FMT(id)));
    assert_int_equal(redis_int(t->redis, "EXISTS snug:token:%s", field(t, made, "token")), 0);
    check_str(str_of(redis_text(t->redis, "HGET snug:token:%s user", field(t, made, "id"))), "1");
}

static void bad_wishes(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    static const char *const bodies[] = {
        "{}",
        "{\"name\":\"\",\"scope\":\"read\"}",
        "{\"name\":\"a\\u0007\",\"scope\":\"read\"}",
        "{\"name\":\"a\",\"scope\":\"\"}",
        "{\"name\":\"a\",\"scope\":\"admin\"}",
        "{\"name\":\"a\",\"scope\":\"read  write\"}",
        "{\"name\":\"a\",\"scope\":\"read\",\"rooms\":\"\"}",
        "{\"name\":\"a\",\"scope\":\"read\",\"rooms\":\"0,x\"}",
        "{\"name\":\"a\",\"scope\":\"read\",\"days\":0}",
        "{\"name\":\"a\",\"scope\":\"read\",\"days\":3651}",
        "{\"name\":\"a\",\"scope\":\"read\",\"user\":\"Zoe\"}",
    };
    for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
        ask_is_problem(make(t, zoe, bodies[i]), ERR_INVALID);
    }
    ask_is_problem(make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\",\"rooms\":\"0,2:3\"}"),
                   ERR_NOT_FOUND);
    ask_is_problem(make(t, NULL, "{\"name\":\"a\",\"scope\":\"read\"}"), ERR_UNAUTHENTICATED);
    ask_body_is(API_ASK(t, .path = "/tokens", .cookie = zoe), "{\"tokens\":[]}");
}

/* scope x what is done: every cell. */
static void does_what_its_scope_says(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    (void)api_test_join(t, "Mary");
    static const struct {
        const char *method, *path;
        const char *reads, *writes; /* with such a token: a status */
    } rows[] = {
        {"GET", "/session", "200", "403"},     {"GET", "/rooms", "200", "403"},
        {"GET", "/messages/0", "200", "403"},  {"GET", "/users?online=1", "200", "403"},
        {"POST", "/messages/0", "403", "201"}, {"PUT", "/rooms/0/members/me", "403", "200"},
        {"GET", "/sessions", "403", "403"},    {"DELETE", "/sessions", "403", "403"},
        {"GET", "/tokens", "403", "403"},      {"POST", "/tokens", "403", "403"},
    };
    const char *reader = bearer(t, make(t, zoe, "{\"name\":\"r\",\"scope\":\"read\"}"));
    const char *writer = bearer(t, make(t, zoe, "{\"name\":\"w\",\"scope\":\"write\"}"));
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        for (int writes = 0; writes < 2; writes++) {
            struct str path = str_of(rows[i].path), query = path;
            (void)str_split(&query, '?', &path);
            const struct http_res *res =
                API_ASK(t, .path = arena_cstr(&t->store->arena, path), .method = rows[i].method,
                        .query = str_is_set(query) ? arena_cstr(&t->store->arena, query) : NULL,
                        .type = "application/x-www-form-urlencoded",
                        .text = "message=a&name=a&scope=read", .vars = {writes ? writer : reader});
            const char *wanted = writes ? rows[i].writes : rows[i].reads;
            check_row(res->status == atoi(wanted), str_of(rows[i].path));
            if (res->status == 403) {
                ask_is_problem(res, ERR_SCOPE);
                check_str(ask_header(res, "WWW-Authenticate"),
                          "Bearer error=\"insufficient_scope\"");
            }
        }
    }
}

/* Whatever its scope: a program that is done with it needs nobody for that. But no other one. */
static void ends_itself(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const struct http_res *kept = make(t, zoe, "{\"name\":\"k\",\"scope\":\"read write\"}");
    const char *other = api_test_text(t, "/tokens/%s", field(t, kept, "id"));
    const char *const scopes[] = {"read", "write", "read write"};
    for (size_t i = 0; i < ARRAY_LEN(scopes); i++) {
        const struct http_res *made =
            make(t, zoe, api_test_text(t, "{\"name\":\"n\",\"scope\":\"%s\"}", scopes[i]));
        const char *token = bearer(t, made);
        const char *path = api_test_text(t, "/tokens/%s", field(t, made, "id"));
        ask_is_problem(ask(t, token, "DELETE", other), ERR_SCOPE);
        ask_is(ask(t, token, "DELETE", path), 204);
        ask_is_problem(ask(t, token, "DELETE", path), ERR_UNAUTHENTICATED);
    }
    ask_is(ask(t, bearer(t, kept), "GET", "/rooms"), 200);
}

static void is_narrowed_to_rooms(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    (void)api_test_join(t, "Mary");
    redis_do(t->redis, "SET room:7:name Seven");
    ask_is(API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_JSON,
                   .text = "{\"user\":\"Mary\"}", .cookie = zoe),
           201);
    const char *token =
        bearer(t, make(t, zoe, "{\"name\":\"n\",\"scope\":\"read write\",\"rooms\":\"1:2\"}"));
    const struct http_res *rooms = ask(t, token, "GET", "/rooms");
    assert_non_null(strstr(store_test_cstr(t->store, buf_str(&rooms->body)), "\"id\":\"1:2\""));
    assert_null(strstr(store_test_cstr(t->store, buf_str(&rooms->body)), "\"id\":\"0\""));
    ask_is(say(t, token, "/messages/1:2"), 201);
    ask_is(ask(t, token, "GET", "/messages/1:2"), 200);
    ask_is_problem(say(t, token, "/messages/0"), ERR_NOT_FOUND);
    ask_is_problem(ask(t, token, "GET", "/messages/0"), ERR_NOT_FOUND);
    ask_is_problem(ask(t, token, "PUT", "/rooms/7/members/me"), ERR_NOT_FOUND);
    (void)api_test_join(t, "Nina");
    ask_is_problem(API_ASK(t, .path = "/rooms", .method = "POST", .type = ASK_JSON,
                           .text = "{\"user\":\"Nina\"}", .vars = {token}),
                   ERR_NOT_FOUND);
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:1:rooms 1:3"), 0);
}

static void ends(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const char *mary = api_test_join(t, "Mary");
    const struct http_res *made = make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\"}");
    const char *token = bearer(t, made);
    const char *path = api_test_text(t, "/tokens/%.*s", STR_FMT(ask_field(made, "id")));
    ask_is(ask(t, token, "GET", "/rooms"), 200);
    ask_is_problem(API_ASK(t, .path = path, .method = "DELETE", .cookie = mary), ERR_NOT_FOUND);
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(API_ASK(t, .path = path, .method = "DELETE", .cookie = zoe), 204);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    redis_unlisten(listener);
    const struct http_res *after = ask(t, token, "GET", "/rooms");
    ask_is_problem(after, ERR_UNAUTHENTICATED);
    check_str(ask_header(after, "WWW-Authenticate"), "Bearer error=\"invalid_token\"");
    ask_is_problem(API_ASK(t, .path = path, .method = "DELETE", .cookie = zoe), ERR_NOT_FOUND);
    ask_is_problem(API_ASK(t, .path = "/tokens/x", .method = "DELETE", .cookie = zoe),
                   ERR_NOT_FOUND);
    assert_int_equal(redis_int(t->redis, "SCARD snug:user:1:tokens"), 0);
}

/* A bad token beside a good session is nobody. */
static void a_cookie_does_not_help(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    ask_is_problem(
        API_ASK(t, .path = "/rooms", .cookie = zoe, .vars = {"HTTP_AUTHORIZATION=Bearer snug_x"}),
        ERR_UNAUTHENTICATED);
}

static void it_expires_and_is_counted(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const struct http_res *made = make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\",\"days\":2}");
    const char *id = field(t, made, "id");
    const char *token = bearer(t, made);
    assert_in_range(redis_int(t->redis, "TTL snug:token:%s", id), 172700, 172800);
    ask_is(ask(t, token, "GET", "/rooms"), 200);
    assert_true(atol(redis_text(t->redis, "HGET snug:token:%s seen", id)) > 1700000000);
    for (int i = 1; i < 50; i++) {
        ask_is(make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\"}"), 201);
    }
    ask_is_problem(make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\"}"), ERR_CONFLICT);
    redis_do(t->redis, "DEL snug:token:%s", id); /* as its time does */
    ask_is(make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\"}"), 201);
}

static const struct http_res *make_bot(struct api_test *t, const char *cookie, const char *name)
{
    return API_ASK(t, .path = "/bots", .method = "POST", .type = ASK_JSON, .cookie = cookie,
                   .text = api_test_text(t, "{\"username\":\"%s\"}", name));
}

/* A user that only tokens can be. */
static void a_bot_is_made_by_admins(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const char *admin = api_test_join(t, "Ada");
    redis_do(t->redis, "HSET snug:user:2 role admin");
    const char *of_admin = bearer(t, make(t, admin, "{\"name\":\"a\",\"scope\":\"read write\"}"));
    ask_is_problem(make_bot(t, NULL, "Robot"), ERR_UNAUTHENTICATED);
    ask_is_problem(make_bot(t, zoe, "Robot"), ERR_FORBIDDEN);
    ask_is_problem(API_ASK(t, .path = "/bots", .method = "POST", .type = ASK_JSON,
                           .text = "{\"username\":\"Robot\"}", .vars = {of_admin}),
                   ERR_SCOPE);
    ask_is_problem(make_bot(t, admin, "zoe"), ERR_NAME_TAKEN);
    ask_is_problem(make_bot(t, admin, "7"), ERR_INVALID);
    ask_body_is(make_bot(t, admin, "Robot"), "{\"id\":\"3\",\"username\":\"Robot\",\"bot\":true}");
    assert_non_null(
        strstr(store_test_cstr(
                   t->store,
                   buf_str(&API_ASK(t, .path = "/users", .query = "ids=3", .cookie = zoe)->body)),
               "\"bot\":true"));
    assert_int_equal(redis_int(t->redis, "SISMEMBER user:3:rooms 0"), 1);
    ask_is_problem(API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON,
                           .text = "{\"username\":\"Robot\",\"password\":\"\"}"),
                   ERR_CREDENTIALS);
}

/* Who is deactivated has no tokens any more, and gets none. */
static void deactivating_ends_tokens(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const char *admin = api_test_join(t, "Ada");
    redis_do(t->redis, "HSET snug:user:2 role admin");
    redis_do(t->redis, "SADD snug:admins 2");
    const char *token = bearer(t, make(t, zoe, "{\"name\":\"a\",\"scope\":\"read\"}"));
    ask_is(make_bot(t, admin, "Robot"), 201);
    static const char *const for_bot = "{\"name\":\"a\",\"scope\":\"read\",\"user\":\"3\"}";
    const char *bot = bearer(t, make(t, admin, for_bot));
    for (int id = 1; id <= 3; id += 2) {
        ask_is(API_ASK(t, .path = api_test_text(t, "/users/%d", id), .method = "PATCH",
                       .type = ASK_JSON, .text = "{\"active\":false}", .cookie = admin),
               200);
    }
    ask_is_problem(ask(t, token, "GET", "/rooms"), ERR_UNAUTHENTICATED);
    ask_is_problem(ask(t, bot, "GET", "/rooms"), ERR_UNAUTHENTICATED);
    ask_is_problem(make(t, admin, for_bot), ERR_NOT_FOUND);
}

/* Whose tokens somebody may make and see. */
static void who_may_make_whose(void **state)
{
    struct api_test *t = *state;
    const char *zoe = api_test_join(t, "Zoe");
    const char *admin = api_test_join(t, "Ada");
    redis_do(t->redis, "HSET snug:user:2 role admin");
    ask_is(make_bot(t, admin, "Robot"), 201);
    static const char *const for_zoe = "{\"name\":\"a\",\"scope\":\"read\",\"user\":\"1\"}";
    static const char *const for_bot = "{\"name\":\"a\",\"scope\":\"read\",\"user\":\"3\"}";
    static const char *const for_none = "{\"name\":\"a\",\"scope\":\"read\",\"user\":\"9\"}";
    ask_is(make(t, zoe, for_zoe), 201);
    ask_is_problem(make(t, admin, for_zoe), ERR_FORBIDDEN);
    ask_is_problem(make(t, zoe, for_bot), ERR_FORBIDDEN);
    ask_is_problem(make(t, admin, for_none), ERR_NOT_FOUND);
    const struct http_res *made = make(t, admin, for_bot);
    const char *bot = bearer(t, made);
    check_str(ask_field(ask(t, bot, "GET", "/session"), "username"), "Robot");
    ask_is_problem(API_ASK(t, .path = "/tokens", .query = "user=3", .cookie = zoe), ERR_FORBIDDEN);
    ask_is_problem(API_ASK(t, .path = "/tokens", .query = "user=1", .cookie = admin),
                   ERR_FORBIDDEN);
    ask_is_problem(API_ASK(t, .path = "/tokens", .query = "user=x", .cookie = admin), ERR_INVALID);
    ask_is(API_ASK(t, .path = "/tokens", .query = "user=3", .cookie = admin), 200);
    ask_is(API_ASK(t, .path = api_test_text(t, "/tokens/%.*s", STR_FMT(ask_field(made, "id"))),
                   .method = "DELETE", .cookie = admin),
           204);
    ask_is_problem(ask(t, bot, "GET", "/session"), ERR_UNAUTHENTICATED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        API_TEST(is_shown_once),
        API_TEST(bad_wishes),
        API_TEST(does_what_its_scope_says),
        API_TEST(ends_itself),
        API_TEST(is_narrowed_to_rooms),
        API_TEST(a_bot_is_made_by_admins),
        API_TEST(deactivating_ends_tokens),
        API_TEST(ends),
        API_TEST(a_cookie_does_not_help),
        API_TEST(it_expires_and_is_counted),
        API_TEST(who_may_make_whose),
    };
    return cmocka_run_group_tests_name("api/tokens", tests, store_test_begin, store_test_end);
}
