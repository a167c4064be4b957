#include <stdlib.h>
#include "base/log.h"
#include "support/api.h"

/* Who asks is found out with the work: in one round trip, and without telling a stranger anything.
 */

#define STRANGER "snug_session=abcdefghijklmnopqrstuvwxyzABCDEFGHIJ-_01234"

/* Requests of every route that demands somebody, good ones and such as are refused before the
 * store. */
static const struct {
    struct ask ask;
    int status; /* for somebody */
} rows[] = {
    {{.path = "/session"}, 200},
    {{.path = "/users", .query = "online=1"}, 200},
    {{.path = "/users", .query = "ids=1"}, 200},
    {{.path = "/users", .query = "ids=x"}, 400},
    {{.path = "/rooms"}, 200},
    {{.path = "/rooms", .method = "POST", .type = ASK_FORM, .text = "user=Joe"}, 201},
    {{.path = "/rooms", .method = "POST", .type = ASK_FORM, .text = "user=Nobody"}, 404},
    {{.path = "/rooms", .method = "POST", .type = ASK_FORM, .text = "user="}, 400},
    {{.path = "/messages/0"}, 200},
    {{.path = "/messages/0", .query = "limit=0"}, 400},
    {{.path = "/messages/2:3"}, 404},
    {{.path = "/messages/no-room"}, 404},
    {{.path = "/messages/0", .method = "POST", .text = "hi"}, 201},
    {{.path = "/messages/0", .method = "POST", .text = ""}, 400},
    {{.path = "/messages/0", .method = "POST", .type = "image/png", .text = "hi"}, 415},
    {{.path = "/messages/2:3", .method = "POST", .text = "hi"}, 404},
};

static const struct http_res *ask_as(struct api_test *t, size_t row, const char *cookie)
{
    struct ask ask = rows[row].ask;
    ask.cookie = cookie;
    return ask_answer(&t->ctx, &t->store->arena, &ask);
}

/* All strangers get the same bytes, whatever they asked for, and leave nothing behind. */
static void a_stranger_gets_401_and_nothing_else(void **state)
{
    struct api_test *t = *state;
    api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct http_res *bare = ask_as(t, i, NULL);
        const struct http_res *res = ask_as(t, i, STRANGER);
        ask_is_problem(res, ERR_UNAUTHENTICATED);
        check_eq(buf_str(&res->body), buf_str(&bare->body));
        assert_int_equal(res->nheaders, bare->nheaders);
        assert_false(str_is_set(t->ctx.who.user.id));
    }
    assert_int_equal(redis_int(t->redis, "EXISTS room:0 room:1:2"), 0);
    assert_int_equal(redis_int(t->redis, "SCARD user:1:rooms"), 1);
}

static void somebody_is_known_whatever_the_answer(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    api_test_join(t, "Joe");
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        ask_is(ask_as(t, i, pablo), rows[i].status);
        check_str(t->ctx.who.user.id, "1");
    }
}

/* How many scripts the server has run. */
static long scripts_run(struct api_test *t)
{
    const char *calls = strstr(redis_text(t->redis, "INFO commandstats"), "cmdstat_evalsha:calls=");
    return calls != NULL ? strtol(strchr(calls, '=') + 1, NULL, 10) : 0;
}

static void what_is_hot_takes_one_script(void **state)
{
    static const struct ask hot[] = {
        {.path = "/session"},
        {.path = "/rooms"},
        {.path = "/messages/0", .query = "limit=50"},
        {.path = "/messages/0", .method = "POST", .text = "hi"},
    };
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    for (size_t i = 0; i < ARRAY_LEN(hot); i++) {
        struct ask ask = hot[i];
        ask.cookie = pablo;
        const long before = scripts_run(t);
        assert_in_range(ask_answer(&t->ctx, &t->store->arena, &ask)->status, 200, 201);
        assert_int_equal(scripts_run(t), before + 1);
    }
}

/* A session that ended is nobody's, in a full store too, where the work itself would be refused. */
static void a_full_store_tells_a_stranger_nothing(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const struct ask send = {
        .path = "/messages/0", .method = "POST", .text = "hi", .cookie = STRANGER};
    redis_do(t->redis, "CONFIG SET maxmemory 1");
    ask_is_problem(ask_answer(&t->ctx, &t->store->arena, &send), ERR_UNAUTHENTICATED);
    ask_is_problem(
        API_ASK(t, .path = "/messages/0", .method = "POST", .text = "hi", .cookie = pablo),
        ERR_STORAGE_FULL);
    redis_do(t->redis, "CONFIG SET maxmemory 0");
}

/* The browser keeps the cookie as long as Redis keeps the session. */
static void asking_who_one_is_renews_the_cookie(void **state)
{
    struct api_test *t = *state;
    const char *pablo = api_test_join(t, "Pablo");
    const struct http_res *res = API_ASK(t, .path = "/session", .cookie = pablo);
    ask_is(res, 200);
    assert_string_equal(api_test_cookie(t, res), pablo);
    assert_true(str_ends(ask_header(res, "Set-Cookie"),
                         STR("; Path=/chat/; Max-Age=2592000; HttpOnly; SameSite=Lax")));
}

int main(void)
{
    log_init("test", LOG_ERROR);
    const struct CMUnitTest tests[] = {
        API_TEST(a_stranger_gets_401_and_nothing_else),
        API_TEST(somebody_is_known_whatever_the_answer),
        API_TEST(what_is_hot_takes_one_script),
        API_TEST(a_full_store_tells_a_stranger_nothing),
        API_TEST(asking_who_one_is_renews_the_cookie),
    };
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
