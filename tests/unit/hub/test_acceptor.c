#include "hub/acceptor.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "base/log.h"
#include "support/check.h"

struct world {
    struct ev_loop *loop;
    struct hub_acceptor acceptor;
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

static int connect_one(const struct world *w)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&w->address, w->len), 0);
    return fd;
}

static void wants_a_listening_socket(void **state)
{
    struct world *w = *state;
    assert_false(hub_acceptor_is_wanted());
    hub_acceptor_init(&w->acceptor, w->loop, on_accepted, w);
    hub_acceptor_start(&w->acceptor);
    assert_int_equal(listen(0, 1), 0);
    assert_true(hub_acceptor_is_wanted());
    const int saved = dup(0);
    assert_true(saved >= 0);
    close(0);
    assert_false(hub_acceptor_is_wanted());
    assert_int_equal(dup2(saved, 0), 0);
    close(saved);
}

/* All that wait, in one turn; and as many may wait as come, whatever the backlog was. */
static void accepts_all_that_wait(void **state)
{
    struct world *w = *state;
    int fds[40];
    assert_int_equal(listen(0, 1), 0);
    hub_acceptor_init(&w->acceptor, w->loop, on_accepted, w);
    hub_acceptor_start(&w->acceptor);
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
    hub_acceptor_init(&w->acceptor, w->loop, on_accepted, w);
    hub_acceptor_start(&w->acceptor);
    ev_run(w->loop, EVRUN_NOWAIT);
    const int fd = connect_one(w);
    assert_int_equal(getrlimit(RLIMIT_NOFILE, &limit), 0);
    const struct rlimit none = {(rlim_t)fd + 1, limit.rlim_max};
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
    ev_run(w->loop, EVRUN_NOWAIT);
    assert_int_equal(w->count, 0);
    assert_false(ev_is_active(&w->acceptor.io));
    assert_true(ev_is_active(&w->acceptor.pause));
    assert_int_equal(setrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int turns = 0; turns < 10 && w->count == 0; turns++) {
        ev_run(w->loop, EVRUN_ONCE);
    }
    assert_int_equal(w->count, 1);
    close(fd);
}

#define ACCEPTOR_TEST(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ACCEPTOR_TEST(wants_a_listening_socket),
        ACCEPTOR_TEST(accepts_all_that_wait),
        ACCEPTOR_TEST(pauses_without_descriptors),
    };
    log_init("test", LOG_ERROR);
    return cmocka_run_group_tests_name("hub/acceptor", tests, NULL, NULL);
}
