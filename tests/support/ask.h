#ifndef TESTS_SUPPORT_ASK_H
#define TESTS_SUPPORT_ASK_H

#include <stdbool.h>
#include "api/api.h"

/* A request as a few words, answered by api_dispatch(). snug is mounted at /chat/. */

#define ASK_FORM "application/x-www-form-urlencoded"
#define ASK_JSON "application/json"

struct ask {
    const char *method; /* NULL: GET */
    const char *path;   /* "/messages/0": its first segment says whose routes */
    const char *query;
    const char *type;    /* Content-Type; NULL: none */
    const char *text;    /* the body, where it has no NUL */
    struct str body;     /* else */
    const char *cookie;  /* NULL: none */
    const char *vars[4]; /* further ones, "HTTP_ORIGIN=null" */
    bool too_large;
};

/* The answer lives in the arena. */
const struct http_res *ask_answer(struct api_ctx *ctx, struct arena *arena, const struct ask *ask);

/* A header of the answer; absent where it has none, and the test fails where it has two. */
struct str ask_header(const struct http_res *res, const char *name);

/* Is it this problem, with all that a problem has? */
void ask_is_problem_at(const struct http_res *res, enum err err, const char *file, int line);
#define ask_is_problem(res, err) ask_is_problem_at((res), (err), __FILE__, __LINE__)

/* Is it this status? Else the body is shown. */
void ask_is_at(const struct http_res *res, int status, const char *file, int line);
#define ask_is(res, status) ask_is_at((res), (status), __FILE__, __LINE__)

/* Is this the body? */
#define ask_body_is(res, text) check_str(buf_str(&(res)->body), (text))

/* The first "name":"text" of the body: the text, as it stands there. Absent where there is none. */
struct str ask_field(const struct http_res *res, const char *name);

#endif
