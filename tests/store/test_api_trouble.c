#include "base/clock.h"
#include "base/log.h"
#include "support/api.h"

/* What clients see when Redis is away, or full; and the demo data. */

#define SOON_MS 2000

/* Every resource, for somebody who is logged in. */
static const struct ask resources[] = {
    {.path = "/session"},
    {.path = "/session", .method = "DELETE"},
    {.path = "/session", .method = "POST", .type = ASK_FORM, .text = "username=a&password=b"},
    {.path = "/users", .query = "online=1"},
    {.path = "/users", .method = "POST", .type = ASK_FORM, .text = "username=a&password=eight: 8"},
    {.path = "/rooms"},
    {.path = "/rooms", .method = "POST", .type = ASK_FORM, .text = "user=2"},
    {.path = "/messages/0"},
    {.path = "/messages/0", .method = "POST", .text = "x"},
};

/* Each is 503, within two seconds, and nothing is told about a session. */
static void all_are_unavailable(struct api_test *t, const char *cookie)
{
    for (size_t i = 0; i < ARRAY_LEN(resources); i++) {
        struct ask ask = resources[i];
        ask.cookie = cookie;
        const int64_t began_ms = clock_mono_ms();
        const struct http_res *res = ask_answer(&t->ctx, &t->store->arena, &ask);
        assert_in_range(clock_mono_ms() - began_ms, 0, SOON_MS);
        ask_is_problem(res, ERR_UNAVAILABLE);
        assert_true(str_is_set(ask_header(res, "Retry-After")));
        assert_false(str_is_set(ask_header(res, "Set-Cookie")));
    }
}

static void a_dead_redis_is_503(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_kill(t->redis);
    all_are_unavailable(t, pablo);
    redis_again(t->redis);
    ask_is_problem(API_ASK(t, .path = "/rooms", .cookie = pablo), ERR_UNAUTHENTICATED);
    ask_is(API_ASK(t, .path = "/rooms", .cookie = api_test_join(t, "Pablo")), 200);
}

static void a_silent_redis_is_503_soon(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    redis_pause(t->redis);
    all_are_unavailable(t, pablo);
    redis_resume(t->redis);
    ask_is(API_ASK(t, .path = "/rooms", .cookie = pablo), 200);
}

static void without_a_session_nobody_needs_redis(void **state)
{
    struct api_test *t = *state;
    redis_pause(t->redis);
    ask_is_problem(API_ASK(t, .path = "/rooms"), ERR_UNAUTHENTICATED);
    ask_is_problem(API_ASK(t, .path = "/messages/0", .method = "POST", .text = "x"),
                   ERR_UNAUTHENTICATED);
    ask_is(API_ASK(t, .path = "/session", .method = "DELETE"), 204);
    redis_resume(t->redis);
}

static void a_full_redis_still_reads_and_logs_out(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    ask_is(API_ASK(t, .path = "/messages/0", .method = "POST", .text = "x", .cookie = pablo), 201);
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    ask_is_problem(
        API_ASK(t, .path = "/messages/0", .method = "POST", .text = "y", .cookie = pablo),
        ERR_STORAGE_FULL);
    ask_is_problem(API_ASK(t, .path = "/users", .method = "POST", .type = ASK_FORM,
                           .text = "username=a&password=eight: 8"),
                   ERR_STORAGE_FULL);
    const struct http_res *res = API_ASK(t, .path = "/messages/0", .cookie = pablo);
    ask_is(res, 200);
    check_str(ask_field(res, "message"), "x");
    ask_is(API_ASK(t, .path = "/rooms", .cookie = pablo), 200);
    ask_is(API_ASK(t, .path = "/session", .method = "DELETE", .cookie = pablo), 204);
    redis_do(t->redis, "CONFIG SET maxmemory 0");
}

static void the_demo_data_is_written_once_and_when_asked(void **state)
{
    struct api_test *t = *state;
    struct arena *arena = &t->store->arena;
    assert_int_equal(api_demo_seed(&t->ctx, arena), ERR_OK);
    assert_int_equal(redis_int(t->redis, "EXISTS total_users"), 0);

    t->config.demo = true;
    assert_int_equal(api_demo_seed(&t->ctx, arena), ERR_OK);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "4");
    const char *hash = arena_cstr(arena, str_of(redis_text(t->redis, "HGET user:1 password")));
    assert_true(str_starts(str_of(hash), STR("$2b$10$")));
    assert_int_equal(api_demo_seed(&t->ctx, arena), ERR_OK);
    assert_string_equal(redis_text(t->redis, "HGET user:1 password"), hash);

    const char *const names[] = {"Pablo", "Joe", "Mary", "Alex"};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        ask_is(API_ASK(t, .path = "/session", .method = "POST", .type = ASK_FORM,
                       .text = api_test_text(t, "username=%s&password=password123", names[i])),
               200);
    }
}

static void demo_data_waits_for_redis(void **state)
{
    struct api_test *t = *state;
    t->config.demo = true;
    redis_kill(t->redis);
    assert_int_equal(api_demo_seed(&t->ctx, &t->store->arena), ERR_UNAVAILABLE);
    redis_again(t->redis);
    assert_int_equal(api_demo_seed(&t->ctx, &t->store->arena), ERR_OK);
    assert_string_equal(redis_text(t->redis, "GET total_users"), "4");
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_dead_redis_is_503),
        API_TEST(a_silent_redis_is_503_soon),
        API_TEST(without_a_session_nobody_needs_redis),
        API_TEST(a_full_redis_still_reads_and_logs_out),
        API_TEST(the_demo_data_is_written_once_and_when_asked),
        API_TEST(demo_data_waits_for_redis),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
