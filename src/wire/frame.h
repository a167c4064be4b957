#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/str.h"

/*
 * Counted, immutable bytes: one FastCGI STDOUT record around one event, built once and shared by
 * the queues of all who receive it. The record says request id 1, which every web server uses; for
 * another id the content is sent behind a header of its own (wire_fcgi_stdout_header). One thread,
 * plain counts.
 */

struct wire_frame {
    uint32_t refs;
    uint32_t len;     /* of the whole record */
    uint32_t content; /* of what it carries, after the header; 0: bytes are whole records */
    uint32_t pad;
    uint64_t epoch, seq;     /* the event's cursor; 0, 0 where it has none */
    struct wire_frame *twin; /* the same in another form (wire/ndjson), its own, or NULL */
    unsigned char bytes[];
};

/* A frame with one reference. content is 1 to 65,535 bytes; more is a bug and ends the process. */
NODISCARD struct wire_frame *wire_frame_create(struct str content, uint64_t epoch, uint64_t seq);

/*
 * The same for bytes that are records already, with their request id in them: for one connection
 * only. At least one byte.
 */
NODISCARD struct wire_frame *wire_frame_records(struct str records);

/* One more reference; gives the frame back, for use in an expression. */
struct wire_frame *wire_frame_ref(struct wire_frame *f);

/* One less; the last one releases it. NULL does nothing. */
void wire_frame_unref(struct wire_frame *f);

/* What it carries, borrowed. */
struct str wire_frame_content(const struct wire_frame *f);

/* How many frames are alive; tests and metrics. */
size_t wire_frame_count(void);

#endif
