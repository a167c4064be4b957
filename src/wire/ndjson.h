#ifndef WIRE_NDJSON_H
#define WIRE_NDJSON_H

#include "base/buf.h"
#include "base/str.h"
#include "wire/frame.h"

/*
 * The stream for scripts: a line of JSON for each event. It is made from the bytes of wire/sse, so
 * that whoever writes to a stream knows one form only:
 *     {"event":"ready","id":"1795480000000.4711","retry":2000,"data":{…}}
 *     {"event":"heartbeat"}
 */

/*
 * Appends the lines for whole blocks of wire_sse_event(), wire_sse_retry() and
 * wire_sse_heartbeat(). data is taken as the JSON that it is. Anything else is a bug of ours and
 * ends the process.
 */
void wire_ndjson_add(struct buf *out, struct str blocks);

/*
 * The frame in this form: made when it is first asked for, kept with the frame, and borrowed from
 * it. The frame carries blocks, and leaves 100 bytes of its record free: a line is a little longer.
 */
struct wire_frame *wire_ndjson_frame(struct wire_frame *frame);

#endif
