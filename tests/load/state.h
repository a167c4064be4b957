#ifndef LOAD_STATE_H
#define LOAD_STATE_H

#include <stdio.h>
#include "load/hist.h"
#include "load/ledger.h"
#include "load/loop.h"
#include "load/options.h"
#include "load/people.h"

/* What the parts of a run share. */

#define LOAD_STATUSES   600
#define LOAD_REASONS    16
#define LOAD_REASON_LEN 24
#define LOAD_SLICE_NS   100000000
#define LOAD_SECOND_NS  1000000000

enum load_phase { LOAD_OPENING, LOAD_HOLDING, LOAD_SENDING, LOAD_SETTLING, LOAD_OVER };

struct load_reason {
    char text[LOAD_REASON_LEN];
    uint64_t count;
};

/* What happened to streams. */
struct load_stats {
    uint64_t statuses[LOAD_STATUSES];
    uint64_t connect_errors, protocol_errors, bad_types, unknown_fields;
    uint64_t eof, reset, dropped, planned;
    struct load_reason reasons[LOAD_REASONS];
    uint64_t slice, slice_ends, slice_most; /* ends of the newest 100 ms */
    struct load_hist back;
    uint64_t retry_min, retry_max; /* min > max: none came */
    uint64_t reads;
    size_t up, done; /* streams that were ready once; that left for good */
    int64_t up_ns;   /* when the last of them was */
};

/* What happened to sendings. */
struct load_post_stats {
    uint64_t statuses[LOAD_STATUSES];
    uint64_t errors, repeats;
};

struct load {
    struct load_options options;
    struct load_loop loop;
    struct load_people people;
    struct load_ledger ledger;
    struct load_stats stats;
    struct load_post_stats posts;
    enum load_phase phase;
    bool is_cut; /* --seconds was up */
    int64_t began_ns;
    FILE *log; /* NULL: none */
};

#endif
