#include "hub/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "base/log.h"
#include "support/check.h"

struct world {
    struct ev_loop *loop;
    struct hub_acceptor acceptor;
    struct hub_stats stats;
    struct sockaddr_un address;
    socklen_t len;
    int fds[64];
    int count;
};

static void on_accepted(void *arg, int fd)
{
    struct world *w = arg;
    assert_true(w->count < (int)ARRAY_LEN(w->fds));
    w->fds[w->count++] = fd;
}

/* A socket with a name that the kernel gives, on descriptor 0. */
static int setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    w->address.sun_family = AF_UNIX;
    w->len = sizeof w->address;
    assert_int_equal(bind(fd, (struct sockaddr *)&w->address, sizeof(sa_family_t)), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&w->address, &w->len), 0);
    assert_int_equal(dup2(fd, 0), 0);
    close(fd);
    w->loop = ev_loop_new(EVFLAG_AUTO);
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    hub_acceptor_stop(&w->acceptor);
    hub_acceptor_stop(&w->acceptor);
    for (int i = 0; i < w->count; i++) {
        close(w->fds[i]);
    }
    ev_loop_destroy(w->loop);
    free(w);
    return 0;
}

static void begin(struct world *w, size_t max)
{
    hub_acceptor_init(&w->acceptor, w->loop, max, &w->stats, on_accepted, w);
    hub_acceptor_start(&w->acceptor);
}

static int connect_one(const struct world *w)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&w->address, w->len), 0);
    return fd;
}

static void finds_a_listening_socket(void **state)
{
    struct world *w = *state;
    assert_false(hub_acceptor_find());
    begin(w, ARRAY_LEN(w->fds));
    assert_int_equal(listen(0, 1), 0);
    assert_true(hub_acceptor_find());
    const int saved = dup(0);
    assert_true(saved >= 0);
    close(0);
    assert_false(hub_acceptor_find());
    assert_int_equal(dup2(saved, 0), 0);
    close(saved);
}

/* As a service manager passes it: on descriptor 3, with our process id, and nothing on 0. */
static void finds_what_was_passed(void **state)
{
    char pid[16];
    (void)state;
    assert_int_equal(listen(0, 1), 0);
    const int saved = dup(3), nothing = open("/dev/null", O_RDONLY);
    assert_int_equal(dup2(0, 3), 3);
    assert_int_equal(dup2(nothing, 0), 0);
    close(nothing);
    (void)setenv("LISTEN_FDS", "1", 1);
    assert_false(hub_acceptor_find());
    (void)setenv("LISTEN_PID", "1", 1);
    assert_false(hub_acceptor_find());
    (void)snprintf(pid, sizeof pid, "%d", (int)getpid());
    (void)setenv("LISTEN_PID", pid, 1);
    assert_true(hub_acceptor_find());
    assert_true(hub_acceptor_find());
    assert_int_equal(fcntl(3, F_GETFD), -1);
    if (saved >= 0) {
        assert_int_equal(dup2(saved, 3), 3);
        close(saved);
    }
    (void)unsetenv("LISTEN_FDS");
    (void)unsetenv("LISTEN_PID");
}

/* All that wait, in one turn; and as many may wait as come, whatever the backlog was. */
static void accepts_all_that_wait(void **state)
{
    struct world *w = *state;
    int fds[40];
    assert_int_equal(listen(0, 1), 0);
    begin(w, ARRAY_LEN(w->fds));
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = connect_one(w);
    }
    ev_run(w->loop, EVRUN_NOWAIT);
    assert_int_equal(w->count, ARRAY_LEN(fds));
    char byte;
    assert_int_equal(read(w->fds[0], &byte, 1), -1);
    assert_int_equal(errno, EAGAIN);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        close(fds[i]);
    }
}

/* No descriptor is free: it does not try again and again, and does when some time has passed. */
static void pauses_without_descriptors(void **state)
{
    struct world *w = *state;
    struct rlimit limit;
    assert_int_equal(listen(0, 1), 0);
    begin(w, ARRAY_LEN(w->fds));
    ev_run(w->loop, EVRUN_NOWAIT);
    const int fd = connect_one(w);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit none = {(rlim_t)fd + 1, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    ev_run(w->loop, EVRUN_NOWAIT);
    assert_int_equal(w->count, 0);
    assert_false(ev_is_active(&w->acceptor.io));
    assert_true(ev_is_active(&w->acceptor.pause));
    for (int turns = 0; turns < 10 && w->stats.pauses < 2; turns++) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(w->stats.pauses, 2);
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int turns = 0; turns < 10 && w->count == 0; turns++) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(w->count, 1);
    close(fd);
}

/* Above the maximum who comes waits, and costs nothing, until somebody goes. */
static void keeps_to_its_maximum(void **state)
{
    struct world *w = *state;
    int fds[3];
    assert_int_equal(listen(0, 8), 0);
    begin(w, 2);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        fds[i] = connect_one(w);
    }
    ev_run(w->loop, EVRUN_NOWAIT);
    assert_int_equal(w->count, 2);
    assert_int_equal(w->stats.connections, 2);
    assert_int_equal(w->stats.pauses, 0);
    assert_false(ev_is_active(&w->acceptor.io));
    assert_int_equal(hub_acceptor_take(&w->acceptor), 0);
    hub_acceptor_closed(&w->acceptor);
    ev_run(w->loop, EVRUN_NOWAIT);
    assert_int_equal(w->count, 3);
    assert_int_equal(w->stats.connections, 2);
    for (size_t i = 0; i < ARRAY_LEN(fds); i++) {
        close(fds[i]);
    }
}

/* One that is stopped stays so, whoever goes. */
static void stays_stopped(void **state)
{
    struct world *w = *state;
    assert_int_equal(listen(0, 8), 0);
    begin(w, 1);
    const int fds[] = {connect_one(w), connect_one(w)};
    ev_run(w->loop, EVRUN_NOWAIT);
    hub_acceptor_stop(&w->acceptor);
    hub_acceptor_closed(&w->acceptor);
    ev_run(w->loop, EVRUN_NOWAIT);
    assert_int_equal(w->count, 1);
    assert_int_equal(hub_acceptor_take(&w->acceptor), 1);
    close(fds[0]);
    close(fds[1]);
}

#define ACCEPTOR_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACCEPTOR_TEST(finds_a_listening_socket), ACCEPTOR_TEST(finds_what_was_passed),
        ACCEPTOR_TEST(accepts_all_that_wait),    ACCEPTOR_TEST(pauses_without_descriptors),
        ACCEPTOR_TEST(keeps_to_its_maximum),     ACCEPTOR_TEST(stays_stopped),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests_name("hub/acceptor", tests, NULL, NULL);
}
