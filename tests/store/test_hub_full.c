#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/times.h>
#include <unistd.h>
#include "base/log.h"
#include "support/check.h"
#include "support/hub.h"

/* A hub that has no room for more: streams, connections, descriptors. */

#define DESCRIPTORS 64
#define CONNECTIONS (DESCRIPTORS - 16)
#define STREAMS     (CONNECTIONS - CONNECTIONS / 8)

static const char *const settings[] = {"SNUG_USER_STREAMS=100", NULL};

/* Clock ticks of the hub's own work. */
static long worked(const struct hub_test *h)
{
    char path[64], text[1024] = "";
    long user = 0, system = 0;
    snprintf(path, sizeof path, "/proc/%d/stat", (int)h->pid);
    FILE *in = fopen(path, "r");
    assert_non_null(in);
    assert_non_null(fgets(text, sizeof text, in));
    fclose(in);
    const char *after = strrchr(text, ')');
    assert_non_null(after);
    assert_int_equal(
        sscanf(after, ") %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %ld %ld", &user, &system), 2);
    return user + system;
}

static int count_descriptors(const struct hub_test *h)
{
    char path[64];
    int n = -2; /* . and .. */
    snprintf(path, sizeof path, "/proc/%d/fd", (int)h->pid);
    DIR *dir = opendir(path);
    assert_non_null(dir);
    while (readdir(dir) != NULL) {
        n++;
    }
    closedir(dir);
    return n;
}

/* As many streams as there is room for. */
static void fill(struct hub_test *h, struct fcgi_peer *p)
{
    const char *token = hub_test_login(h, "1");
    for (int i = 0; i < STREAMS; i++) {
        hub_test_open(h, &p[i], token, "");
    }
}

static void close_all(struct fcgi_peer *p, int n)
{
    for (int i = 0; i < n; i++) {
        fcgi_peer_close(&p[i]);
    }
}

/* A stream too many is told to come back, and everything else is served. */
static void refuses_streams_in_time(void **state)
{
    struct hub_test *h = *state;
    struct fcgi_peer p[STREAMS], more;
    h->descriptors = DESCRIPTORS;
    hub_test_start(h, settings);
    fill(h, p);
    for (int i = 0; i < 3; i++) {
        hub_test_get(h, &more, hub_test_login(h, "2"), "");
        fcgi_peer_expect(&more, "Status: 503");
        fcgi_peer_expect(&more, "Retry-After: ");
        fcgi_peer_expect_eof(&more);
        fcgi_peer_close(&more);
    }
    hub_test_await_health(h, true);
    hub_test_send(h, "2", "0", "it is full");
    fcgi_peer_expect(&p[STREAMS - 1], "it is full");
    /* One goes, one comes. */
    fcgi_peer_close(&p[0]);
    hub_test_get(h, &more, hub_test_login(h, "2"), "");
    fcgi_peer_expect(&more, "event: ready\n");
    fcgi_peer_close(&more);
    close_all(p + 1, STREAMS - 1);
}

/*
 * Every connection is taken, by streams and by peers that say nothing, and more come. They wait,
 * which costs nothing; Redis goes and comes, for which there are descriptors; and when the peers
 * have lost their connections, whoever waited is answered.
 */
static void waits_without_descriptors(void **state)
{
    enum { SILENT = CONNECTIONS - STREAMS, MORE = 20 };
    struct hub_test *h = *state;
    struct fcgi_peer p[STREAMS], silent[SILENT], more[MORE];
    h->descriptors = DESCRIPTORS;
    hub_test_start(h, settings);
    fill(h, p);
    for (int i = 0; i < SILENT; i++) {
        fcgi_peer_connect(&silent[i], h->path);
    }
    const char *token = hub_test_login(h, "2");
    const long before = worked(h);
    const clock_t began = times(&(struct tms){0});
    for (int i = 0; i < MORE; i++) {
        hub_test_get(h, &more[i], token, "");
    }
    redis_do(h->store->redis, "CLIENT KILL TYPE normal SKIPME yes");
    redis_do(h->store->redis, "CLIENT KILL TYPE pubsub");
    for (int i = 0; i < MORE; i++) {
        fcgi_peer_expect(&more[i], "Status: 503");
        fcgi_peer_expect_eof(&more[i]);
    }
    /* It was some seconds, and the hub slept. */
    const clock_t passed = times(&(struct tms){0}) - began;
    assert_true(passed > 2 * sysconf(_SC_CLK_TCK));
    assert_true(worked(h) - before < passed / 4);
    assert_true(count_descriptors(h) < DESCRIPTORS);
    hub_test_await_health(h, true);
    hub_test_send(h, "1", "0", "all is well");
    for (int i = 0; i < STREAMS; i++) {
        fcgi_peer_expect(&p[i], "all is well");
    }
    close_all(p, STREAMS);
    close_all(silent, SILENT);
    close_all(more, MORE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        HUB_TEST(refuses_streams_in_time),
        HUB_TEST(waits_without_descriptors),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests(tests, store_test_begin, store_test_end);
}
