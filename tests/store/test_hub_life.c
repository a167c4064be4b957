#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include "support/check.h"
#include "support/hub.h"

/* Why streams end that nobody closed: replaced, old, or the hub stops. */

#define STREAMS  40
#define DRAIN_MS 2000

static long now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* It was told to stop; a second SIGTERM would cut it short. */
static void await_exit(struct hub_test *h)
{
    int status;
    assert_int_equal(waitpid(h->pid, &status, 0), h->pid);
    h->pid = 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

static void replaces_the_oldest(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p[4], other;
    hub_test_start(h, (const char *const[]){"SNUG_USER_STREAMS=2", NULL});
    const char *token = hub_test_login(h, "1");
    hub_test_open(h, &other, hub_test_login(h, "2"), "");
    for (int i = 0; i < 4; i++) {
        hub_test_open(h, &p[i], token, "");
        if (i >= 2) {
            fcgi_peer_expect(&p[i - 2], "event: bye\ndata: {\"reason\":\"replaced\"}\n\n");
            fcgi_peer_expect_eof(&p[i - 2]);
            assert_int_equal(p[i - 2].ends, 1);
        }
    }
    (void)hub_test_send(h, "3", "0", "who is left?");
    fcgi_peer_expect(&p[2], "who is left?");
    fcgi_peer_expect(&p[3], "who is left?");
    fcgi_peer_expect(&other, "who is left?");
    assert_false(fcgi_peer_has(&p[3], "bye") || fcgi_peer_has(&other, "bye"));
    for (int i = 0; i < 4; i++) {
        fcgi_peer_close(&p[i]);
    }
    fcgi_peer_close(&other);
}

static void ends_who_is_old(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    hub_test_start(h, (const char *const[]){"SNUG_STREAM_AGE=2", NULL});
    const long began = now_ms();
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    fcgi_peer_expect(&p, "retry: ");
    assert_in_range(strtol(p.out + p.seen, NULL, 10), 500, 999);
    fcgi_peer_expect(&p, "event: bye\ndata: {\"reason\":\"age\"}\n\n");
    fcgi_peer_expect_eof(&p);
    assert_true(now_ms() - began >= 1600);
    assert_int_equal(p.ends, 1);
    fcgi_peer_close(&p);
}

/* A hub that drains, and what its streams have heard of it. */
struct drain {
    long began_ms;
    struct fcgi_peer p[STREAMS];
    bool ended[STREAMS];
    long count, retry_min, retry_max;
};

static void note_end(struct drain *d, struct fcgi_peer *p)
{
    fcgi_peer_expect(p, "retry: ");
    const long retry = strtol(p->out + p->seen, NULL, 10);
    fcgi_peer_expect(p, "event: bye\ndata: {\"reason\":\"stopping\"}\n\n");
    /* It comes back when the old hub is gone. */
    assert_true(now_ms() + retry >= d->began_ms + DRAIN_MS + 1000);
    assert_int_equal(p->ends, 1);
    d->retry_min = retry < d->retry_min ? retry : d->retry_min;
    d->retry_max = retry > d->retry_max ? retry : d->retry_max;
    d->count++;
}

/* Never more than their share of the time. */
static void watch_ends(struct drain *d)
{
    while (d->count < STREAMS) {
        assert_true(now_ms() - d->began_ms < 10000);
        for (size_t i = 0; i < STREAMS; i++) {
            fcgi_peer_take(&d->p[i]);
            if (d->p[i].eof && !d->ended[i]) {
                d->ended[i] = true;
                note_end(d, &d->p[i]);
            }
        }
        assert_true(d->count <= STREAMS * (now_ms() - d->began_ms) / DRAIN_MS + 1);
        usleep(5000);
    }
}

static void drains(void **state)
{
    struct hub_test *h = *state;
    static struct drain d;
    struct fcgi_peer late;
    d = (struct drain){.retry_min = 1000000};
    hub_test_start(h, (const char *const[]){"SNUG_DRAIN=2", "SNUG_USER_STREAMS=100", NULL});
    const char *token = hub_test_login(h, "1");
    for (size_t i = 0; i < STREAMS; i++) {
        hub_test_open(h, &d.p[i], token, "");
    }
    d.began_ms = now_ms();
    kill(h->pid, SIGTERM);
    fcgi_peer_expect_end(&d.p[0], 1);
    hub_test_get(h, &late, hub_test_login(h, "2"), "");
    (void)hub_test_send(h, "3", "0", "still here?");
    fcgi_peer_expect(&d.p[STREAMS - 1], "still here?");
    fcgi_peer_take(&late);
    assert_int_equal(late.len, 0);
    watch_ends(&d);
    assert_true(d.retry_max >= 2 * d.retry_min);
    await_exit(h);
    assert_true(now_ms() - d.began_ms >= DRAIN_MS * 9 / 10);
    assert_string_equal(redis_lines(h->store->redis, "SMEMBERS online_users"), "");
    /* Who came meanwhile was sent away in order. */
    fcgi_peer_expect(&late, "Status: 200 OK\r\n");
    fcgi_peer_expect(&late, "event: ready\n");
    fcgi_peer_expect(&late, "event: bye\ndata: {\"reason\":\"stopping\"}\n\n");
    fcgi_peer_expect_eof(&late);
    assert_int_equal(late.ends, 1);
    fcgi_peer_close(&late);
    for (size_t i = 0; i < STREAMS; i++) {
        fcgi_peer_close(&d.p[i]);
    }
}

/* Without streams there is nothing to spread. */
static void stops_at_once_when_nobody_listens(void **state)
{
    struct hub_test *h = *state;
    hub_test_start(h, (const char *const[]){"SNUG_DRAIN=60", NULL});
    const long began = now_ms();
    assert_int_equal(hub_test_stop(h), 0);
    assert_true(now_ms() - began < 10000);
}

/* Who was accepted just before is served, whenever its request comes. */
static void serves_who_was_accepted(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer open, p;
    hub_test_start(h, (const char *const[]){"SNUG_DRAIN=1", NULL});
    const char *token = hub_test_login(h, "1");
    fcgi_peer_connect(&p, h->path);
    hub_test_open(h, &open, token, "");
    kill(h->pid, SIGTERM);
    char cookie[256];
    snprintf(cookie, sizeof cookie, "HTTP_COOKIE=snug_session=%s", token);
    const char *const vars[] = {"REQUEST_METHOD=GET", "SCRIPT_NAME=/api/events", cookie, NULL};
    fcgi_peer_request(&p, 1, 0, vars);
    fcgi_peer_expect(&p, "Status: 200 OK\r\n");
    fcgi_peer_expect(&p, "event: ready\n");
    fcgi_peer_expect(&p, "event: bye\ndata: {\"reason\":\"stopping\"}\n\n");
    fcgi_peer_expect_end(&p, 1);
    await_exit(h);
    fcgi_peer_close(&p);
    fcgi_peer_close(&open);
}

static void stops_at_once_when_told_twice(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p;
    int status = -1;
    hub_test_start(h, (const char *const[]){"SNUG_DRAIN=60", NULL});
    hub_test_open(h, &p, hub_test_login(h, "1"), "");
    const long began = now_ms();
    /* Two that come together are one. */
    do {
        kill(h->pid, SIGTERM);
        usleep(10000);
        assert_true(now_ms() - began < 10000);
    } while (waitpid(h->pid, &status, WNOHANG) == 0);
    h->pid = 0;
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    fcgi_peer_expect_eof(&p);
    fcgi_peer_close(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(replaces_the_oldest),
        HUB_TEST(ends_who_is_old),
        HUB_TEST(drains),
        HUB_TEST(stops_at_once_when_nobody_listens),
        HUB_TEST(serves_who_was_accepted),
        HUB_TEST(stops_at_once_when_told_twice),
    };
    return cmocka_run_group_tests_name("hub life", tests, store_test_begin, store_test_end);
}
