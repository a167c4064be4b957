#ifndef LOAD_HTTP_H
#define LOAD_HTTP_H

#include <stdbool.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A reader of HTTP/1.1 responses (RFC 9112), one after the other on a connection, fed with whatever
 * came: the head, then a body by chunks, by its length, or up to the end of the connection. Strict:
 * what a browser would mend is an error here.
 */

#define LOAD_HTTP_HEAD_MAX 16384

enum load_http_state {
    LOAD_HTTP_HEAD,
    LOAD_HTTP_BODY, /* up to the end of the connection */
    LOAD_HTTP_LENGTH,
    LOAD_HTTP_CHUNK_SIZE,
    LOAD_HTTP_CHUNK,
    LOAD_HTTP_CHUNK_END,
    LOAD_HTTP_TRAILER,
    LOAD_HTTP_DONE
};

struct load_http {
    enum load_http_state state;
    struct buf line; /* a part of the head, of a chunk's size, of the trailer */
    uint64_t left;   /* bytes of this chunk, or of the body */
    size_t head_bytes;
    /* Known as soon as state is not HEAD: */
    unsigned status;
    bool is_stream;         /* its type is text/event-stream */
    bool closes;            /* the server will close the connection after it */
    uint64_t retry_after_s; /* 0: it does not say */
    bool is_chunked, has_length;
};

void load_http_init(struct load_http *h);
void load_http_finish(struct load_http *h);

/* The next response. */
void load_http_restart(struct load_http *h);

/*
 * Takes bytes from *in: a part of the body, borrowed from *in, comes in *body, which is empty where
 * there is none yet. To be called until *in is empty or the state is DONE. ERR_PROTOCOL: no HTTP;
 * ERR_TOO_LARGE: a head over its limit. The connection is of no more use then.
 */
NODISCARD enum err load_http_feed(struct load_http *h, struct str *in, struct str *body);

/* The connection has ended. Is the response whole? */
bool load_http_is_whole(const struct load_http *h);

#endif
