#ifndef REMOTE_HTTP_H
#define REMOTE_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Asks a server by HTTP, as somebody with an API token does. The one file that includes curl.h.
 * Only http and https are spoken, no redirect is followed, since a token would go along with it,
 * and certificates are checked. Connections are kept open from one question to the next.
 */

#define REMOTE_HTTP_CONNECT_S 10                 /* to connect */
#define REMOTE_HTTP_ANSWER_S  30                 /* a whole answer */
#define REMOTE_HTTP_SILENT_S  60                 /* a stream that says nothing, four heartbeats */
#define REMOTE_HTTP_BODY_MAX  (32 * 1024 * 1024) /* bytes of an answer */

struct remote_http;

/* url ends with "/"; token absent: nothing is shown, but cookies are kept. Both are copied. */
struct remote_http *remote_http_create(struct str url, struct str token);

void remote_http_destroy(struct remote_http *http);

struct remote_ask {
    const char *method; /* "GET" */
    struct str path;    /* "api/rooms", encoded */
    const char *type;   /* of the body; NULL: there is none */
    struct str body;
    struct str nonce; /* Idempotency-Key; absent: none */
};

struct remote_answer {
    unsigned status;
    struct str body;        /* in the arena */
    uint64_t retry_after_s; /* 0: it does not say */
};

/* ERR_UNAVAILABLE: there is no whole answer; remote_http_why() says why. Any status is an answer.
 */
NODISCARD enum err remote_http_ask(struct remote_http *http, struct arena *arena,
                                   const struct remote_ask *ask, struct remote_answer *answer);

/* Takes bytes of a stream as they come. False ends it. */
typedef bool (*remote_http_take_fn)(void *arg, struct str bytes);

/*
 * GET of what does not end by itself; last_event_id absent: none is sent. Gives bytes of a 200
 * only. ERR_OK: the server has ended it, or take did. *answer has no body but where it is no 200.
 */
NODISCARD enum err remote_http_stream(struct remote_http *http, struct arena *arena,
                                      struct str path, struct str last_event_id,
                                      remote_http_take_fn take, void *arg,
                                      struct remote_answer *answer);

/* In words, after ERR_UNAVAILABLE; until the next question. */
struct str remote_http_why(const struct remote_http *http);

/* s as a segment of a path, or a value of a query: percent-encoded. */
struct str remote_http_encode(struct arena *arena, struct str s);

#endif
