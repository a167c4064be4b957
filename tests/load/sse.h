#ifndef LOAD_SSE_H
#define LOAD_SSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A reader of server-sent events (WHATWG HTML section 9.2.6) that is fed with whatever came: all
 * three line ends, a byte order mark at the start, comments, fields in any order, an id that counts
 * although its event has no data. What the standard lets a client pass over silently is counted.
 */

#define LOAD_SSE_LINE_MAX ((size_t)128 * 1024)
#define LOAD_SSE_TYPE_MAX 256
#define LOAD_SSE_ID_MAX   256

struct load_sse {
    struct buf line;    /* the beginning of a line whose end has not come */
    struct buf type;    /* of the event that is being read; after EVENT: of that event */
    struct buf data;    /* the same, without the last line end */
    struct buf id;      /* of the last event that ended: what Last-Event-ID is */
    struct buf next_id; /* of the event that is being read */
    bool has_id;        /* after EVENT: it brought an id */
    bool saw_id, has_data, is_over, after_cr, is_begun;
    uint64_t retry_ms; /* the last retry: field; UINT64_MAX: none came */
    uint64_t comments;
    uint64_t odd; /* lines with a field that the standard does not know, or a value it ignores */
};

void load_sse_init(struct load_sse *p);
void load_sse_finish(struct load_sse *p);

/* A new connection: all is forgotten but the id. */
void load_sse_restart(struct load_sse *p);

/*
 * Takes bytes from *in until an event is complete (*event true: type, empty for "message", data and
 * has_id are there until the next call) or *in is empty. ERR_TOO_LARGE: over a limit above; not to
 * be fed again.
 */
NODISCARD enum err load_sse_feed(struct load_sse *p, struct str *in, bool *event);

#endif
