#include "base/log.h"
#include "base/rand.h"
#include "support/api.h"

/* One's own sessions: looking at them, ending them. */

static const struct http_res *list(struct api_test *t, const char *cookie)
{
    return API_ASK(t, .path = "/sessions", .cookie = cookie);
}

static const struct http_res *end(struct api_test *t, const char *cookie, const char *path)
{
    return API_ASK(t, .path = path, .method = "DELETE", .cookie = cookie);
}

static const char *log_in(struct api_test *t)
{
    return api_test_cookie(t, API_ASK(t, .path = "/session", .method = "POST", .type = ASK_JSON,
                                      .text = "{\"username\":\"Zoe\",\"password\":\"password of "
                                              "Zoe\"}"));
}

/* Registers Zoe: the session of that. */
static const char *join(struct api_test *t)
{
    return api_test_cookie(t, API_ASK(t, .path = "/users", .method = "POST", .type = ASK_JSON,
                                      .text = "{\"username\":\"Zoe\",\"password\":\"password of "
                                              "Zoe\"}"));
}

static const char *id_of(struct api_test *t, const char *cookie)
{
    struct arena *arena = &t->store->arena;
    return arena_cstr(arena, rand_sha256(arena, str_skip(str_of(cookie), strlen("snug_session="))));
}

static void lists_ones_own(void **state)
{
    struct api_test *t = *state;
    const char *here = join(t);
    const char *there = log_in(t);
    api_test_join(t, "Mary");
    redis_do(t->redis, "HSET snug:session:%s created 1000 seen 2000", id_of(t, here));
    redis_do(t->redis, "HSET snug:session:%s created 3000 seen 4000", id_of(t, there));
    redis_do(t->redis, "SADD snug:user:1:sessions gone");
    const struct http_res *res = list(t, here);
    ask_is(res, 200);
    ask_body_is(res,
                api_test_text(t,
                              "{\"sessions\":[{\"id\":\"%s\",\"created\":3000,\"seen\":4000,"
                              "\"address\":\"192.0.2.7\",\"agent\":\"test/1\",\"current\":false},"
                              "{\"id\":\"%s\",\"created\":1000,\"seen\":2000,"
                              "\"address\":\"192.0.2.7\",\"agent\":\"test/1\",\"current\":true}]}",
                              id_of(t, there), id_of(t, here)));
    /* The token is not in it. */
    assert_null(strstr(store_test_cstr(t->store, buf_str(&res->body)), strchr(here, '=') + 1));
    ask_is_problem(list(t, NULL), ERR_UNAUTHENTICATED);
}

static void ends_one(void **state)
{
    struct api_test *t = *state;
    const char *here = join(t);
    const char *there = log_in(t);
    const char *mary = api_test_join(t, "Mary");
    const char *path = api_test_text(t, "/sessions/%s", id_of(t, there));
    ask_is_problem(end(t, mary, path), ERR_NOT_FOUND);
    ask_is_problem(end(t, NULL, path), ERR_UNAUTHENTICATED);
    ask_is(API_ASK(t, .path = "/session", .cookie = there), 200);
    struct redisContext *listener = redis_listen(t->redis);
    ask_is(end(t, here, path), 204);
    assert_non_null(strstr(redis_heard(listener), "\"type\":\"session.ended\""));
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = there), ERR_UNAUTHENTICATED);
    ask_is_problem(end(t, here, path), ERR_NOT_FOUND);
    ask_is_problem(end(t, here, "/sessions/x"), ERR_NOT_FOUND);
    ask_is_problem(end(t, here, api_test_text(t, "/sessions/%s", api_test_repeat(t, ':', 64))),
                   ERR_NOT_FOUND);
    ask_is(API_ASK(t, .path = "/session", .cookie = here), 200);
    ask_is(end(t, here, api_test_text(t, "/sessions/%s", id_of(t, here))), 204);
    ask_is_problem(API_ASK(t, .path = "/session", .cookie = here), ERR_UNAUTHENTICATED);
    redis_unlisten(listener);
}

static void ends_all_others(void **state)
{
    struct api_test *t = *state;
    const char *here = join(t);
    const char *const others[] = {log_in(t), log_in(t), log_in(t)};
    const char *mary = api_test_join(t, "Mary");
    ask_is(end(t, here, "/sessions"), 204);
    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        ask_is_problem(API_ASK(t, .path = "/session", .cookie = others[i]), ERR_UNAUTHENTICATED);
    }
    ask_is(API_ASK(t, .path = "/session", .cookie = here), 200);
    ask_is(API_ASK(t, .path = "/session", .cookie = mary), 200);
    ask_is(end(t, here, "/sessions"), 204);
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(lists_ones_own),
        API_TEST(ends_one),
        API_TEST(ends_all_others),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
