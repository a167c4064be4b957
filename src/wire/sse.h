#ifndef WIRE_SSE_H
#define WIRE_SSE_H

#include <stdint.h>
#include "base/buf.h"
#include "base/str.h"

/*
 * Server-sent events as bytes (WHATWG HTML section 9.2.6): "event", "id" and "data" lines in this
 * order, LF endings, a blank line. An id travels only with data, since some clients drop it
 * otherwise. data is one line of 7-bit text; a CR or LF in any of the three would forge a field and
 * ends the process, as it is a bug of ours: whatever comes from outside has been through
 * buf_add_json().
 */

/* id absent: no id line. */
void wire_sse_event(struct buf *out, struct str type, struct str id, struct str data);

/* The "retry:" field, in milliseconds, without a blank line: it belongs to the next block. */
void wire_sse_retry(struct buf *out, uint32_t ms);

/* A comment that keeps the connection alive: ":\n". A blank line could touch a client's cursor. */
void wire_sse_heartbeat(struct buf *out);

#endif
