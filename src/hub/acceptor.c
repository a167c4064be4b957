#include "hub/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include "base/log.h"
#include "base/str.h"

#define PAUSE_S   0.1
#define PASSED_FD 3 /* SD_LISTEN_FDS_START */

static bool is_listening(int fd)
{
    int listening = 0;
    socklen_t len = sizeof(listening);
    return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening != 0;
}

/* A number in the environment; 0 where there is none. */
static uint64_t number_of(const char *name)
{
    const char *text = getenv(name);
    uint64_t n = 0;
    return text != NULL && str_u64(str_of(text), &n) ? n : 0;
}

bool hub_acceptor_find(void)
{
    if (is_listening(0)) {
        return true;
    }
    return number_of("LISTEN_PID") == (uint64_t)getpid() && number_of("LISTEN_FDS") > 0 &&
           is_listening(PASSED_FD) && dup2(PASSED_FD, 0) == 0 && close(PASSED_FD) == 0;
}

static bool is_full(const struct hub_acceptor *a)
{
    return a->stats->connections >= a->max;
}

/* Watches the socket where somebody could be accepted: else it would be readable, again and again.
 */
static void watch(struct hub_acceptor *a)
{
    if (a->is_started && !is_full(a) && !ev_is_active(&a->pause)) {
        ev_io_start(a->loop, &a->io);
    } else {
        ev_io_stop(a->loop, &a->io);
    }
}

static void on_pause_over(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)events;
    watch(timer->data);
}

static void pause_accepting(struct hub_acceptor *a, int error)
{
    a->stats->pauses++;
    if (!a->is_short) {
        a->is_short = true;
        log_warn("accept_paused", "errno=%d", error);
    }
    ev_timer_set(&a->pause, PAUSE_S, 0.0);
    ev_timer_start(a->loop, &a->pause);
}

/* Accepts those who wait, while there is room; how many there were. *error is why there are no
 * more: EAGAIN, if all is well. */
static size_t accept_all(struct hub_acceptor *a, int *error)
{
    size_t n = 0;
    *error = 0;
    while (!is_full(a) && (*error == 0 || *error == EINTR || *error == ECONNABORTED)) {
        const int fd = accept4(0, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        *error = fd >= 0 ? 0 : errno;
        if (fd >= 0) {
            n++;
            a->is_short = false;
            a->stats->connections++;
            a->accepted(a->arg, fd);
        }
    }
    return n;
}

static void on_connection(struct ev_loop *loop, ev_io *io, int events)
{
    struct hub_acceptor *a = io->data;
    int error;
    (void)loop;
    (void)events;
    (void)accept_all(a, &error);
    if (error != EAGAIN && !is_full(a)) {
        pause_accepting(a, error);
    }
    watch(a);
}

void hub_acceptor_closed(struct hub_acceptor *a)
{
    a->stats->connections--;
    watch(a);
}

size_t hub_acceptor_take(struct hub_acceptor *a)
{
    int error;
    return accept_all(a, &error);
}

void hub_acceptor_init(struct hub_acceptor *a, struct ev_loop *loop, size_t max,
                       struct hub_stats *stats, void (*accepted)(void *arg, int fd), void *arg)
{
    a->loop = loop;
    a->max = max;
    a->stats = stats;
    a->accepted = accepted;
    a->arg = arg;
    fcntl(0, F_SETFL, fcntl(0, F_GETFL) | O_NONBLOCK);
    /* A deeper backlog than the web server may have asked for; it fails only where the socket is
     * not ours to change. */
    if (listen(0, HUB_ACCEPTOR_BACKLOG) != 0) {
        log_warn("listen_failed", "errno=%d", errno);
    }
    ev_io_init(&a->io, on_connection, 0, EV_READ);
    a->io.data = a;
    ev_timer_init(&a->pause, on_pause_over, PAUSE_S, 0.0);
    a->pause.data = a;
}

void hub_acceptor_start(struct hub_acceptor *a)
{
    a->is_started = true;
    watch(a);
}

void hub_acceptor_stop(struct hub_acceptor *a)
{
    a->is_started = false;
    ev_timer_stop(a->loop, &a->pause);
    watch(a);
}
