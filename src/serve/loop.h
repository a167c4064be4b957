#ifndef SERVE_LOOP_H
#define SERVE_LOOP_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "http/req.h"

/*
 * What the two ways in share: serve.c owns it, fcgi.c and cgi.c bring requests to it.
 */

#define SERVE_LOOP_DRAIN_MAX                                                                       \
    (2u * 1024 * 1024) /* of a body that is too large: read on, so that the answer arrives */

struct serve_loop;

/* A request as it arrived. All of it lives until the answer is written. */
struct serve_arrival {
    const struct http_var *vars;
    size_t nvars;
    struct str body;
    bool body_too_large; /* it was over the program's limit, and is not there */
    bool body_short;     /* it ended before CONTENT_LENGTH, or that makes no sense */
};

/* The arena of the request under way. */
struct arena *serve_loop_arena(struct serve_loop *loop);

/* Bytes of a body that the program's routes read at most. */
size_t serve_loop_body_max(const struct serve_loop *loop);

/* Answers into out, as CGI output, and logs one line. */
void serve_loop_answer(struct serve_loop *loop, const struct serve_arrival *arrival,
                       struct buf *out);

/* Forgets the request. */
void serve_loop_done(struct serve_loop *loop);

/* "NAME=value" strings, as an environment has them, into variables in the arena. */
struct http_var *serve_loop_vars(struct arena *arena, char *const *envp, size_t *n);

/*
 * How many bytes of body to read. False: CONTENT_LENGTH makes no sense. Absent is 0.
 */
bool serve_loop_length(const struct http_var *vars, size_t n, size_t *len);

/* Did a signal end the loop? */
bool serve_loop_stopped(void);

/* serve/fcgi.c and serve/cgi.c: main's exit status. */
int serve_fcgi_run(struct serve_loop *loop, const sigset_t *while_waiting);
int serve_cgi_run(struct serve_loop *loop);

/* Is descriptor 0 a listening socket? */
bool serve_fcgi_is_wanted(void);

#endif
