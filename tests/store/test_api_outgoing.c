#include <stdlib.h>
#include "store/outbox.h"
#include "support/api.h"

/* Outgoing webhooks: who gives a bot an address, what is put into its queue, and who takes it out.
 */

#define URL  "https://a.example/in"
#define ONE  STR("snug:one")
#define TWO  STR("snug:two")
#define HOOK "/bots/3/hook"

static const char *ada; /* an admin, user 2 */
static const char *zoe; /* nobody in particular, user 1 */

/* User 3 is a bot, and has an address. */
static int setup(void **state)
{
    api_test_setup(state);
    struct api_test *t = *state;
    zoe = api_test_join(t, "Zoe");
    ada = api_test_join(t, "Ada");
    redis_do(t->redis, "HSET snug:user:2 role admin");
    (void)api_test_join(t, "Robot");
    redis_do(t->redis, "HSET snug:user:3 bot 1");
    ask_is(API_ASK(t, .path = HOOK, .method = "PUT", .type = ASK_FORM, .text = "url=" URL,
                   .cookie = ada),
           200);
    return 0;
}

#define OUT_TEST(test) cmocka_unit_test_setup_teardown(test, setup, api_test_teardown)

static const struct http_res *set(struct api_test *t, const char *cookie, const char *bot,
                                  const char *url)
{
    return API_ASK(t, .path = api_test_text(t, "/bots/%s/hook", bot), .method = "PUT",
                   .type = ASK_JSON, .text = api_test_text(t, "{\"url\":\"%s\"}", url),
                   .cookie = cookie);
}

/* Zoe says it to the bot; the message. */
static struct str say(struct api_test *t, const char *text)
{
    const struct http_res *res = API_ASK(t, .path = "/messages/1:3", .method = "POST",
                                         .type = "text/plain", .text = text, .cookie = zoe);
    ask_is(res, 201);
    return arena_str(&t->store->arena, buf_str(&res->body));
}

/* What a courier gets; how many. */
static size_t take(struct api_test *t, struct str courier, struct store_outbox_job *job)
{
    struct store_outbox_job *jobs;
    size_t count;
    assert_int_equal(
        store_outbox_take(t->store->conn, &t->store->arena, courier, 10, &jobs, &count), ERR_OK);
    if (count > 0) {
        *job = jobs[0];
    }
    return count;
}

/* What became of it, and whether that paused the webhook. */
static enum err end(struct api_test *t, struct str courier, const struct store_outbox_job *job,
                    enum store_outbox_end how, bool *paused)
{
    const struct store_outbox_result result = {
        .bot = job->bot, .id = job->id, .end = how, .status = STR("500"), .spread_pct = 100};
    return store_outbox_done(t->store->conn, &t->store->arena, courier, &result, paused);
}

/* In how many seconds the bot is due; the test fails where it is not. */
static double due_s(struct api_test *t)
{
    const char *score = redis_text(t->redis, "ZSCORE snug:outbox 3");
    assert_non_null(score);
    const double at = strtod(score, NULL) / 1e6;
    return at - strtod(redis_lines(t->redis, "TIME"), NULL);
}

static void make_due(struct api_test *t)
{
    redis_do(t->redis, "ZADD snug:outbox XX 0 3");
}

static void has(struct api_test *t, const struct http_res *res, const char *text)
{
    const char *body = store_test_cstr(t->store, buf_str(&res->body));
    if (strstr(body, text) == NULL) {
        fail_msg("no %s in %s", text, body);
    }
}

static void admins_give_bots_an_address(void **state)
{
    struct api_test *t = *state;
    const struct http_res *first = set(t, ada, "3", URL "?x=1");
    ask_is(first, 200);
    check_str(ask_field(first, "url"), URL "?x=1");
    assert_true(str_starts(ask_field(first, "key"), STR("whsec_")));
    assert_false(str_eq(ask_field(first, "key"), ask_field(set(t, ada, "3", URL), "key")));
    redis_do(t->redis, "HSET snug:bot:3:hook created 1000");
    ask_body_is(API_ASK(t, .path = HOOK, .cookie = ada),
                "{\"url\":\"" URL
                "\",\"created\":1000,\"state\":\"ok\",\"queued\":0,\"dropped\":0}");

    ask_is_problem(set(t, zoe, "3", URL), ERR_FORBIDDEN);
    ask_is_problem(set(t, NULL, "3", URL), ERR_UNAUTHENTICATED);
    ask_is_problem(API_ASK(t, .path = HOOK, .cookie = zoe), ERR_FORBIDDEN);
    ask_is_problem(API_ASK(t, .path = HOOK, .method = "DELETE", .cookie = zoe), ERR_FORBIDDEN);
    ask_is_problem(set(t, ada, "1", URL), ERR_CONFLICT);
    ask_is_problem(set(t, ada, "9", URL), ERR_NOT_FOUND);
    ask_is_problem(set(t, ada, "x", URL), ERR_NOT_FOUND);
    ask_is_problem(set(t, ada, "3", "ftp://a.example"), ERR_INVALID);
    ask_is_problem(
        API_ASK(t, .path = HOOK, .method = "PUT", .type = ASK_JSON, .text = "{}", .cookie = ada),
        ERR_INVALID);
    ask_is_problem(API_ASK(t, .path = "/bots/1/hook", .cookie = ada), ERR_NOT_FOUND);
    redis_do(t->redis, "HSET snug:user:3 active 0");
    ask_is_problem(set(t, ada, "3", URL), ERR_CONFLICT);
}

static void no_token_gives_one(void **state)
{
    struct api_test *t = *state;
    const struct http_res *token = API_ASK(t, .path = "/tokens", .method = "POST", .type = ASK_FORM,
                                           .text = "name=a&scope=read+write", .cookie = ada);
    const char *bearer =
        api_test_text(t, "HTTP_AUTHORIZATION=Bearer %.*s", STR_FMT(ask_field(token, "token")));
    ask_is_problem(API_ASK(t, .path = HOOK, .method = "PUT", .type = ASK_FORM, .text = "url=" URL,
                           .vars = {bearer}),
                   ERR_SCOPE);
    ask_is_problem(API_ASK(t, .path = HOOK, .vars = {bearer}), ERR_SCOPE);
}

static void what_is_said_to_it_waits_in_order(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    bool paused = true;
    const struct str first = say(t, "one");
    const struct str second = say(t, "two");
    has(t, API_ASK(t, .path = HOOK, .cookie = ada), "\"queued\":2");
    assert_int_equal(take(t, ONE, &job), 1);
    check_str(job.bot, "3");
    check_str(job.url, URL);
    check_str(job.reason, "direct");
    check_str(job.name, "Zoe");
    check_eq(job.message, first);
    check_eq(job.key, str_of(redis_text(t->redis, "HGET snug:bot:3:hook key")));
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_DELIVERED, &paused), ERR_OK);
    assert_false(paused);
    assert_int_equal(take(t, ONE, &job), 1);
    check_eq(job.message, second);
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_DELIVERED, &paused), ERR_OK);
    assert_int_equal(take(t, ONE, &job), 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:outbox snug:bot:3:queue"), 0);
}

static void others_cost_nothing(void **state)
{
    struct api_test *t = *state;
    ask_is(API_ASK(t, .path = "/messages/0", .method = "POST", .text = "to all", .cookie = zoe),
           201);
    ask_is(API_ASK(t, .path = "/messages/1:2", .method = "POST", .text = "to Ada", .cookie = zoe),
           201);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:outbox snug:bot:2:queue"), 0);
}

/* By name, in a room that it is in; in a room of two once. */
static void mentions_are_told(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    bool paused;
    const struct http_res *sent = API_ASK(t, .path = "/messages/0", .method = "POST",
                                          .text = "@robot, @Robot and @Ada: hello", .cookie = zoe);
    ask_is(sent, 201);
    assert_int_equal(take(t, ONE, &job), 1);
    check_str(job.reason, "mention");
    check_eq(job.message, buf_str(&sent->body));
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_DELIVERED, &paused), ERR_OK);
    assert_int_equal(take(t, ONE, &job), 0);

    say(t, "@Robot");
    assert_int_equal(redis_int(t->redis, "XLEN snug:bot:3:queue"), 1);
    assert_int_equal(take(t, ONE, &job), 1);
    check_str(job.reason, "direct");

    redis_do(t->redis, "DEL snug:bot:3:queue");
    redis_do(t->redis, "SET room:7:name Books");
    redis_do(t->redis, "SADD user:1:rooms 7");
    static const char *const rooms[] = {"/messages/7", "/messages/0"};
    static const char *const texts[] = {"@Robot is not here", "@room"};
    for (size_t i = 0; i < ARRAY_LEN(rooms); i++) {
        ask_is(API_ASK(t, .path = rooms[i], .method = "POST", .text = texts[i], .cookie = zoe),
               201);
    }
    assert_int_equal(redis_int(t->redis, "EXISTS snug:bot:3:queue"), 0);
}

/* While one courier has the lease no other gets the bot, and when it ends the next one does. */
static void one_has_the_lease(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job, again;
    bool paused;
    say(t, "one");
    assert_int_equal(take(t, ONE, &job), 1);
    assert_in_range(due_s(t), STORE_OUTBOX_LEASE_S - 1, STORE_OUTBOX_LEASE_S);
    assert_int_equal(take(t, TWO, &again), 0);
    say(t, "two"); /* which makes nothing due */
    assert_int_equal(take(t, TWO, &again), 0);
    make_due(t);
    assert_int_equal(take(t, TWO, &again), 1);
    check_eq(again.id, job.id);
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_DELIVERED, &paused), ERR_NOT_FOUND);
    assert_int_equal(redis_int(t->redis, "XLEN snug:bot:3:queue"), 2);
    assert_int_equal(end(t, TWO, &again, STORE_OUTBOX_DELIVERED, &paused), ERR_OK);
    assert_int_equal(end(t, TWO, &again, STORE_OUTBOX_DELIVERED, &paused), ERR_NOT_FOUND);
    assert_int_equal(redis_int(t->redis, "XLEN snug:bot:3:queue"), 1);
}

static void failures_wait_longer_each_time(void **state)
{
    static const int waits[] = {5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600};
    struct api_test *t = *state;
    struct store_outbox_job job;
    bool paused = true;
    say(t, "one");
    for (size_t i = 0; i < ARRAY_LEN(waits); i++) {
        make_due(t);
        assert_int_equal(take(t, ONE, &job), 1);
        assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_FAILED, &paused), ERR_OK);
        assert_false(paused);
        assert_in_range(due_s(t), waits[i] - 1, waits[i]);
    }
    const struct http_res *shown = API_ASK(t, .path = HOOK, .cookie = ada);
    has(t, shown, "\"state\":\"failing\",\"queued\":1,\"dropped\":0,\"failures\":12,\"since\":");
    has(t, shown, ",\"status\":\"500\"}");

    /* As long as the receiver asks, where that is longer and not too long. */
    const struct store_outbox_result asked = {.bot = job.bot,
                                              .id = job.id,
                                              .end = STORE_OUTBOX_FAILED,
                                              .status = STR("429"),
                                              .wait_s = 1000000,
                                              .spread_pct = 80};
    make_due(t);
    assert_int_equal(take(t, ONE, &job), 1);
    assert_int_equal(store_outbox_done(t->store->conn, &t->store->arena, ONE, &asked, &paused),
                     ERR_OK);
    assert_in_range(due_s(t), 2879, 2880);

    make_due(t);
    assert_int_equal(take(t, ONE, &job), 1);
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_DELIVERED, &paused), ERR_OK);
    has(t, API_ASK(t, .path = HOOK, .cookie = ada), "\"state\":\"ok\",\"queued\":0,\"dropped\":0}");
}

static void a_day_of_failures_pauses(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    bool paused = true;
    say(t, "one");
    for (int i = 0; i < 9; i++) {
        make_due(t);
        assert_int_equal(take(t, ONE, &job), 1);
        assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_FAILED, &paused), ERR_OK);
        redis_do(t->redis, "HINCRBY snug:bot:3:hook since -86400");
        assert_false(paused); /* a day, and not often enough */
    }
    make_due(t);
    assert_int_equal(take(t, ONE, &job), 1);
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_FAILED, &paused), ERR_OK);
    assert_true(paused);
    say(t, "not for it");
    has(t, API_ASK(t, .path = HOOK, .cookie = ada), "\"state\":\"paused\",\"queued\":0");
    assert_int_equal(redis_int(t->redis, "EXISTS snug:outbox snug:bot:3:queue"), 0);
    ask_is(set(t, ada, "3", URL), 200);
    say(t, "for it");
    has(t, API_ASK(t, .path = HOOK, .cookie = ada), "\"state\":\"ok\",\"queued\":1");
}

static void refused_and_gone(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    bool paused = true;
    say(t, "one");
    const struct str second = say(t, "two");
    assert_int_equal(take(t, ONE, &job), 1);
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_REFUSED, &paused), ERR_OK);
    assert_false(paused);
    assert_in_range(due_s(t), 4, 5);
    has(t, API_ASK(t, .path = HOOK, .cookie = ada),
        "\"state\":\"failing\",\"queued\":1,\"dropped\":1,\"failures\":1");
    make_due(t);
    assert_int_equal(take(t, ONE, &job), 1);
    check_eq(job.message, second);
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_GONE, &paused), ERR_OK);
    assert_true(paused);
}

static void the_queue_is_bounded(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    const struct str first = say(t, "one");
    for (int i = 0; i < 999; i++) {
        redis_do(t->redis, "XADD snug:bot:3:queue * reason direct message %s", "{}");
    }
    say(t, "pushes the first out");
    has(t, API_ASK(t, .path = HOOK, .cookie = ada), "\"queued\":1000,\"dropped\":1");
    assert_int_equal(take(t, ONE, &job), 1);
    assert_false(str_eq(job.message, first));
}

/* Who is deactivated, deleted, or has no address any more, gets nothing. */
static void ends_with_its_bot(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    say(t, "one");
    redis_do(t->redis, "HSET snug:user:3 active 0");
    assert_int_equal(take(t, ONE, &job), 0);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:outbox snug:bot:3:queue"), 0);
    redis_do(t->redis, "HDEL snug:user:3 active");
    say(t, "two");
    ask_is(API_ASK(t, .path = HOOK, .method = "DELETE", .cookie = ada), 204);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:outbox snug:bot:3:queue snug:bot:3:hook"), 0);
    ask_is_problem(API_ASK(t, .path = HOOK, .method = "DELETE", .cookie = ada), ERR_NOT_FOUND);
    ask_is(set(t, ada, "3", URL), 200);
    say(t, "three");
    ask_is(API_ASK(t, .path = "/users/3", .method = "DELETE", .cookie = ada), 204);
    assert_int_equal(redis_int(t->redis, "EXISTS snug:outbox snug:bot:3:queue snug:bot:3:hook"), 0);
    ask_is_problem(set(t, ada, "3", URL), ERR_NOT_FOUND);
}

/* What was deleted while it waited says nothing any more. */
static void a_message_is_told_as_it_is_by_now(void **state)
{
    struct api_test *t = *state;
    struct store_outbox_job job;
    bool paused;
    (void)say(t, "SECRET");
    const struct str id = ask_field(API_ASK(t, .path = "/messages/1:3", .cookie = zoe), "id");
    const char *path = api_test_text(t, "/messages/1:3/%.*s", STR_FMT(id));
    ask_is(API_ASK(t, .path = path, .method = "PATCH", .text = "SECRET too", .cookie = zoe), 200);
    assert_int_equal(take(t, ONE, &job), 1);
    assert_non_null(strstr(store_test_cstr(t->store, job.message), "\"SECRET too\""));
    assert_int_equal(end(t, ONE, &job, STORE_OUTBOX_FAILED, &paused), ERR_OK);
    ask_is(API_ASK(t, .path = path, .method = "DELETE", .cookie = zoe), 204);
    make_due(t);
    assert_int_equal(take(t, ONE, &job), 1);
    assert_null(strstr(store_test_cstr(t->store, job.message), "SECRET"));
    assert_non_null(strstr(store_test_cstr(t->store, job.message), "\"deleted\":true}"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        OUT_TEST(admins_give_bots_an_address), OUT_TEST(a_message_is_told_as_it_is_by_now),
        OUT_TEST(no_token_gives_one),          OUT_TEST(what_is_said_to_it_waits_in_order),
        OUT_TEST(others_cost_nothing),         OUT_TEST(mentions_are_told),
        OUT_TEST(one_has_the_lease),           OUT_TEST(failures_wait_longer_each_time),
        OUT_TEST(a_day_of_failures_pauses),    OUT_TEST(refused_and_gone),
        OUT_TEST(the_queue_is_bounded),        OUT_TEST(ends_with_its_bot),
    };
    return cmocka_run_group_tests_name("api/outgoing", tests, store_test_begin, store_test_end);
}
