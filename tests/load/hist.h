#ifndef LOAD_HIST_H
#define LOAD_HIST_H

#include <stdint.h>

/*
 * How long things took: counts by length, in steps of at most 1/64 of the length, which is in
 * microseconds up to 2^36. The greatest is kept as it was.
 */

#define LOAD_HIST_STEPS (64 * 32)

struct load_hist {
    uint64_t count, max_us;
    uint64_t steps[LOAD_HIST_STEPS];
};

/* Less than nothing counts as nothing. */
void load_hist_add(struct load_hist *hist, int64_t ns);

/* The length, in milliseconds, that this share (0 to 1) of all does not pass; 0 of none. */
double load_hist_ms(const struct load_hist *hist, double share);

#endif
