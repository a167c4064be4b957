/*
 * The one file that knows libfcgi. Its accept reads BEGIN_REQUEST and all parameters with blocking
 * calls, so the loop waits for the listening socket with ppoll() first: that is the only place
 * where a signal is let in.
 */
#include <fcgiapp.h>
#include <poll.h>
#include "serve/loop.h"

#define OUT_MAX (9u * 1024 * 1024)

bool serve_fcgi_is_wanted(void)
{
    return !FCGX_IsCGI();
}

/* Reads len bytes, or leaves them: what is over the program's limit is read past, up to a bound. */
static void read_body(FCGX_Stream *in, struct serve_loop *loop, size_t len,
                      struct serve_arrival *arrival)
{
    if (len <= serve_loop_body_max(loop)) {
        char *body = arena_alloc(serve_loop_arena(loop), len);
        const int n = len > 0 ? FCGX_GetStr(body, (int)len, in) : 0;
        arrival->body = (struct str){body, n > 0 ? (size_t)n : 0};
        arrival->body_short = arrival->body.len < len;
        return;
    }
    arrival->body_too_large = true;
    char past[4096];
    for (size_t left = len < SERVE_LOOP_DRAIN_MAX ? len : SERVE_LOOP_DRAIN_MAX; left > 0;) {
        const int n = FCGX_GetStr(past, (int)(left < sizeof(past) ? left : sizeof(past)), in);
        if (n <= 0) {
            return;
        }
        left -= (size_t)n;
    }
}

static void serve_one(struct serve_loop *loop, FCGX_Request *request)
{
    struct arena *arena = serve_loop_arena(loop);
    struct serve_arrival arrival = {.body = STR("")};
    struct buf out;
    size_t len = 0;
    arrival.vars = serve_loop_vars(arena, request->envp, &arrival.nvars);
    if (serve_loop_length(arrival.vars, arrival.nvars, &len)) {
        read_body(request->in, loop, len, &arrival);
    } else {
        arrival.body_short = true;
    }
    buf_init(&out, arena, OUT_MAX);
    serve_loop_answer(loop, &arrival, &out);
    /* A client that left meanwhile is not an error of ours. */
    (void)FCGX_PutStr(out.ptr, (int)out.len, request->out);
    FCGX_Finish_r(request);
    serve_loop_done(loop);
}

int serve_fcgi_run(struct serve_loop *loop, const sigset_t *while_waiting)
{
    FCGX_Request request;
    if (FCGX_Init() != 0 || FCGX_InitRequest(&request, 0, FCGI_FAIL_ACCEPT_ON_INTR) != 0) {
        return 1;
    }
    while (!serve_loop_stopped()) {
        struct pollfd fd = {.fd = 0, .events = POLLIN};
        if (ppoll(&fd, 1, NULL, while_waiting) > 0 && FCGX_Accept_r(&request) >= 0) {
            serve_one(loop, &request);
        }
    }
    FCGX_Free(&request, 1);
    return 0;
}
