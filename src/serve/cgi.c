/* Plain CGI (RFC 3875): one request from the environment and standard input, one answer to standard
 * output. */
#include <errno.h>
#include <unistd.h>
#include "serve/loop.h"

#define OUT_MAX (9u * 1024 * 1024)

/* Reads exactly len bytes from fd, or what there is; gives how many. */
static size_t read_all(int fd, char *out, size_t len)
{
    size_t have = 0;
    while (have < len) {
        const ssize_t n = read(fd, out + have, len - have);
        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            break;
        }
        have += (size_t)n;
    }
    return have;
}

static bool write_all(int fd, struct str bytes)
{
    while (bytes.len > 0) {
        const ssize_t n = write(fd, bytes.ptr, bytes.len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        bytes = str_skip(bytes, n > 0 ? (size_t)n : 0);
    }
    return true;
}

static void read_body(struct serve_loop *loop, size_t len, struct serve_arrival *arrival)
{
    if (len > serve_loop_body_max(loop)) {
        arrival->body_too_large = true;
        return;
    }
    char *body = arena_alloc(serve_loop_arena(loop), len);
    arrival->body = (struct str){body, read_all(0, body, len)};
    arrival->body_short = arrival->body.len < len;
}

int serve_cgi_run(struct serve_loop *loop)
{
    struct arena *arena = serve_loop_arena(loop);
    struct serve_arrival arrival = {.body = STR("")};
    struct buf out;
    size_t len = 0;
    arrival.vars = serve_loop_vars(arena, environ, &arrival.nvars);
    if (serve_loop_length(arrival.vars, arrival.nvars, &len)) {
        read_body(loop, len, &arrival);
    } else {
        arrival.body_short = true;
    }
    buf_init(&out, arena, OUT_MAX);
    serve_loop_answer(loop, &arrival, &out);
    const bool written = write_all(1, buf_str(&out));
    serve_loop_done(loop);
    return written ? 0 : 1;
}
