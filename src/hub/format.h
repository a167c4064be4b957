#ifndef HUB_FORMAT_H
#define HUB_FORMAT_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"
#include "wire/frame.h"

/*
 * The forms that a stream is sent in. All that is said on a stream is written as server-sent events
 * first (wire/sse); the other form is made from that, for who asked for it.
 */

enum hub_format {
    HUB_FORMAT_SSE,   /* "sse", text/event-stream */
    HUB_FORMAT_NDJSON /* "ndjson", application/x-ndjson: wire/ndjson */
};

/* False, and *out untouched, for a name that is none. */
bool hub_format_find(struct str name, enum hub_format *out);

/*
 * The header of a stream's answer, as CGI output, in the arena where it is not always the same.
 * cors as in http_req. It has no more than it needs: for as long as a stream is open, its web
 * server keeps some 220 bytes for each of these headers (lighttpd 1.4.69).
 */
struct str hub_format_head(struct arena *arena, enum hub_format format, struct str cors);

/* Appends blocks of server-sent events in this form. */
void hub_format_add(struct buf *out, enum hub_format format, struct str blocks);

/* The frame in this form, borrowed from the frame, which carries blocks. */
struct wire_frame *hub_format_frame(enum hub_format format, struct wire_frame *frame);

#endif
