#include "base/log.h"
#include "support/check.h"
#include "support/hub.h"

/* A page says that it is there, through the whole hub. */

/* Sends the body, and gives back the first line of the answer's header. */
static const char *post(struct hub_test *h, const char *token, const char *body, size_t len)
{
    struct arena *arena = &h->store->arena;
    struct fcgi_peer p;
    const char *const vars[] = {
        "REQUEST_METHOD=POST",
        "SCRIPT_NAME=/api/events",
        "CONTENT_TYPE=application/json",
        arena_printf(arena, "HTTP_COOKIE=snug_session=%s", token).ptr,
        NULL,
    };
    fcgi_peer_connect(&p, h->path);
    fcgi_peer_post(&p, 1, 0, vars, body, len);
    fcgi_peer_expect_end(&p, 1);
    const struct str line = {p.out, strcspn(p.out, "\r")};
    const char *copy = store_test_cstr(h->store, line);
    fcgi_peer_close(&p);
    return copy;
}

/* The id that "ready" gave. */
static const char *stream_of(struct hub_test *h, struct fcgi_peer *p)
{
    fcgi_peer_expect(p, "\"stream\":\"");
    const size_t begin = p->seen;
    fcgi_peer_expect(p, "\"");
    return store_test_cstr(h->store, (struct str){p->out + begin, p->seen - 1 - begin});
}

static const char *pulse(struct hub_test *h, const char *token, const char *stream)
{
    const struct str body = arena_printf(&h->store->arena, "{\"stream\":\"%s\"}", stream);
    return post(h, token, body.ptr, body.len);
}

static void knows_its_streams(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p, other;
    hub_test_start(h, NULL);
    const char *pablo = hub_test_login(h, "1"), *joe = hub_test_login(h, "2");
    hub_test_open(h, &p, pablo, "");
    hub_test_open(h, &other, joe, "");
    const char *one = stream_of(h, &p), *two = stream_of(h, &other);
    assert_string_not_equal(one, two);
    assert_string_equal(pulse(h, pablo, one), "Status: 204 No Content");
    assert_string_equal(pulse(h, joe, two), "Status: 204 No Content");
    assert_string_equal(pulse(h, pablo, two), "Status: 404 Not Found");
    assert_string_equal(pulse(h, hub_test_login(h, "1"), one), "Status: 404 Not Found");
    assert_string_equal(pulse(h, pablo, "AAAAAAAAAAAAAAAA"), "Status: 404 Not Found");
    fcgi_peer_close(&p);
    fcgi_peer_close(&other);
}

static void refuses_what_is_too_large(void **state)
{
    struct hub_test *h = *state;
    static char large[200000];
    memset(large, ' ', sizeof(large));
    hub_test_start(h, NULL);
    const char *pablo = hub_test_login(h, "1");
    assert_string_equal(post(h, pablo, large, 5000), "Status: 413 Content Too Large");
    assert_string_equal(post(h, pablo, large, sizeof(large)), "Status: 413 Content Too Large");
    assert_string_equal(post(h, pablo, large, 100), "Status: 400 Bad Request");
}

/* Redis has no part in it. */
static void takes_a_pulse_while_redis_is_away(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, NULL);
    const char *pablo = hub_test_login(h, "1");
    hub_test_open(h, &p, pablo, "");
    const char *stream = stream_of(h, &p);
    redis_kill(h->store->redis);
    hub_test_await_health(h, false);
    assert_string_equal(pulse(h, pablo, stream), "Status: 204 No Content");
    fcgi_peer_close(&p);
    redis_again(h->store->redis);
    hub_test_await_health(h, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(knows_its_streams),
        HUB_TEST(refuses_what_is_too_large),
        HUB_TEST(takes_a_pulse_while_redis_is_away),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
