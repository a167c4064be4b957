#include "hub/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>
#include "base/log.h"

#define PAUSE_S 1.0

bool hub_acceptor_is_wanted(void)
{
    int listening = 0;
    socklen_t len = sizeof(listening);
    return getsockopt(0, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening != 0;
}

static void on_pause_over(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct hub_acceptor *a = timer->data;
    (void)events;
    ev_io_start(loop, &a->io);
}

/* Lets those who come wait in the backlog for a second. */
static void pause_accepting(struct hub_acceptor *a, int error)
{
    log_warn("accept_paused", "errno=%d", error);
    ev_io_stop(a->loop, &a->io);
    ev_timer_set(&a->pause, PAUSE_S, 0.0);
    ev_timer_start(a->loop, &a->pause);
}

static void on_connection(struct ev_loop *loop, ev_io *io, int events)
{
    struct hub_acceptor *a = io->data;
    (void)loop;
    (void)events;
    for (;;) {
        const int fd = accept4(0, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            a->accepted(a->arg, fd);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno != EINTR && errno != ECONNABORTED) {
            /* Above all EMFILE: the socket would be readable, again and again. */
            pause_accepting(a, errno);
            return;
        }
    }
}

void hub_acceptor_init(struct hub_acceptor *a, struct ev_loop *loop,
                       void (*accepted)(void *arg, int fd), void *arg)
{
    a->loop = loop;
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
    ev_io_start(a->loop, &a->io);
}

void hub_acceptor_stop(struct hub_acceptor *a)
{
    ev_io_stop(a->loop, &a->io);
    ev_timer_stop(a->loop, &a->pause);
}
