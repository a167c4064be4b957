#ifndef LOAD_WATCH_H
#define LOAD_WATCH_H

#include <stddef.h>
#include <stdint.h>
#include "load/options.h"

/* What processes use, from /proc: the watched ones, this one, and the whole machine. */

enum load_watch_when { LOAD_WATCH_START, LOAD_WATCH_UP, LOAD_WATCH_END, LOAD_WATCH__MAX };

struct load_watch_look {
    double cpu_s;
    uint64_t pss_kib, rss_kib, fds; /* 0 where it is not there, or not ours to see */
};

struct load_watch {
    struct load_watch_look processes[LOAD_WATCHES_MAX][LOAD_WATCH__MAX];
    double own_cpu_s[LOAD_WATCH__MAX], all_cpu_s[LOAD_WATCH__MAX];
    int64_t at_ns[LOAD_WATCH__MAX];
};

/* Looks at all of them. */
void load_watch_look(struct load_watch *watch, const struct load_options *options,
                     enum load_watch_when when);

/* CPU between UP and END: of a watched process; of all that is neither watched nor ours. */
double load_watch_cpu_s(const struct load_watch *watch, size_t i);
double load_watch_others_s(const struct load_watch *watch, size_t n);

#endif
