#ifndef SERVE_LOOP_H
#define SERVE_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include "api/api.h"
#include "base/arena.h"
#include "base/buf.h"

/*
 * What happens to a request, whichever way it came: from its variables and its body to the bytes
 * of the answer. FastCGI and CGI bring requests and take answers away.
 */

/* Bytes of an answer, with its head. */
#define SERVE_LOOP_OUT_MAX (HTTP_RES_BODY_MAX + 64u * 1024)

/* Bytes of a body that is too large: read and forgotten. */
#define SERVE_LOOP_DRAIN_MAX ((size_t)2 * 1024 * 1024)

#define SERVE_LOOP_NAME_LEN 12

struct serve_loop {
    const struct api_routes *routes;
    struct api_ctx ctx;
    struct arena arena;             /* of the request under way */
    bool seeded;                    /* the demo data is there, or not wanted */
    char name[SERVE_LOOP_NAME_LEN]; /* what the ids begin with that we give */
    size_t count;                   /* ids that we gave */
};

/* Where the body comes from: fills in up to len bytes, says how many; fewer only at the end. */
struct serve_body {
    size_t (*read)(void *from, char *out, size_t len);
    void *from;
};

void serve_loop_init(struct serve_loop *loop, const struct api_routes *routes,
                     const struct config *config, struct store_conn *store);
void serve_loop_finish(struct serve_loop *loop);

/*
 * Answers one request. envp are its variables, "NAME=value", which live until serve_loop_done().
 * The answer, CGI output, belongs to the loop. Logs one line.
 */
struct str serve_loop_answer(struct serve_loop *loop, char *const *envp, struct serve_body body);

/* Forgets the request and its answer. */
void serve_loop_done(struct serve_loop *loop);

/* Tries to write the demo data where that is still to be done. That it fails is no harm. */
void serve_loop_seed(struct serve_loop *loop);

#endif
