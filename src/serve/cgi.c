#include "serve/cgi.h"

#include <errno.h>
#include <unistd.h>

static size_t read_stdin(void *from UNUSED, char *out, size_t len)
{
    size_t have = 0;
    while (have < len) {
        const ssize_t n = read(STDIN_FILENO, out + have, len - have);
        if (n > 0) {
            have += (size_t)n;
        } else if (n == 0 || errno != EINTR) {
            break;
        }
    }
    return have;
}

static bool write_stdout(struct str out)
{
    while (out.len > 0) {
        const ssize_t n = write(STDOUT_FILENO, out.ptr, out.len);
        if (n >= 0) {
            out = str_skip(out, (size_t)n);
        } else if (errno != EINTR) {
            return false;
        }
    }
    return true;
}

int serve_cgi_run(struct serve_loop *loop)
{
    const struct serve_body body = {.read = read_stdin, .from = NULL};
    const bool written = write_stdout(serve_loop_answer(loop, environ, body));
    serve_loop_done(loop);
    return written ? 0 : 1;
}
