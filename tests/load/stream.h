#ifndef LOAD_STREAM_H
#define LOAD_STREAM_H

#include "load/http.h"
#include "load/sse.h"
#include "load/state.h"

/*
 * One EventSource: connects, asks with its Last-Event-ID, reads, and comes back after "retry"
 * whatever ended it; or it is dropped by us, stops reading, or reads slowly.
 */

enum load_stream_state {
    LOAD_STREAM_WAITING, /* for its time to connect */
    LOAD_STREAM_CONNECTING,
    LOAD_STREAM_OPEN,
    LOAD_STREAM_DONE /* for good */
};

enum load_stream_pace { LOAD_STREAM_FAST, LOAD_STREAM_SLOW, LOAD_STREAM_STALLED };

struct load_stream {
    struct load *load;
    struct load_io io;
    const struct load_person *person;
    size_t number;
    enum load_stream_state state;
    enum load_stream_pace pace;
    struct load_http http;
    struct load_sse sse;
    struct load_ledger_view view;
    struct load_timer again, drop, read;
    bool was_ready; /* once */
    bool is_ready;  /* on this connection */
    bool is_half;   /* the next read is the last, and a short one */
    bool said_bye;
    uint64_t taken;   /* messages */
    int64_t ended_ns; /* the last connection; 0: there was none */
};

/* Connects at this time. */
void load_stream_init(struct load_stream *s, struct load *load, size_t number, int64_t at_ns);

void load_stream_finish(struct load_stream *s);

#endif
