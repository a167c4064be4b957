#include "serve/fcgi.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <time.h>
#include "base/log.h"

#define SOCKET   0
#define PAUSE_NS (100 * 1000 * 1000L) /* after a failed accept: no descriptors, for instance */

bool serve_fcgi_is_there(void)
{
    return !FCGX_IsCGI();
}

static size_t read_stdin(void *from, char *out, size_t len)
{
    const int n = len > 0 ? FCGX_GetStr(out, (int)len, from) : 0;
    return n > 0 ? (size_t)n : 0;
}

/*
 * libfcgi would shut its side down and wait, up to two seconds, for the web server to close: one
 * that has streams to a thousand readers in hand takes 15 ms to come round, and until then this
 * process serves nobody. What it waits for is only needed where something of the request was left
 * unread; a detached request is closed without.
 */
static void finish(FCGX_Request *request)
{
    if (FCGX_GetChar(request->in) == EOF) {
        FCGX_Detach(request);
    }
    FCGX_Finish_r(request);
}

static void answer(struct serve_loop *loop, FCGX_Request *request)
{
    const struct serve_body body = {.read = read_stdin, .from = request->in};
    const struct str out = serve_loop_answer(loop, request->envp, body);
    if (FCGX_PutStr(out.ptr, (int)out.len, request->out) < 0) {
        log_info("client_left", "bytes=%zu", out.len);
    }
    finish(request);
    serve_loop_done(loop);
}

/*
 * Several processes wait for one socket, and all of them wake for a connection. It does not block,
 * so that those who come too late go back to waiting here, where a signal reaches them: libfcgi's
 * accept would hold them until the next connection.
 */
static bool make_nonblocking(void)
{
    const int flags = fcntl(SOCKET, F_GETFL);
    return flags >= 0 && fcntl(SOCKET, F_SETFL, flags | O_NONBLOCK) == 0;
}

/* Waits for a connection or a signal. False: a connection is there. */
static bool is_interrupted(const sigset_t *waiting)
{
    struct pollfd fd = {.fd = SOCKET, .events = POLLIN};
    return ppoll(&fd, 1, NULL, waiting) < 0;
}

static void pause_after(int failure, const sigset_t *waiting)
{
    if (failure == EAGAIN || failure == EINTR) {
        return;
    }
    const struct timespec pause = {.tv_nsec = PAUSE_NS};
    log_warn("accept_failed", "errno=%d", failure);
    (void)ppoll(NULL, 0, &pause, waiting);
}

int serve_fcgi_run(struct serve_loop *loop, const sigset_t *waiting,
                   const volatile sig_atomic_t *stop)
{
    FCGX_Request request;
    if (!make_nonblocking() || FCGX_Init() != 0 ||
        FCGX_InitRequest(&request, SOCKET, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
        log_error("no_fastcgi", "errno=%d", errno);
        return 1;
    }
    log_info("serving", "fastcgi=1");
    while (!*stop) {
        if (is_interrupted(waiting)) {
            continue;
        }
        const int failure = -FCGX_Accept_r(&request);
        if (failure == 0) {
            answer(loop, &request);
        } else {
            pause_after(failure, waiting);
        }
    }
    log_info("stopped", "fastcgi=1");
    return 0;
}
