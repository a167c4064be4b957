#include "load/hist.h"

#define LONGEST_US (((uint64_t)1 << 36) - 1)

/* Below 64 every number has a step; above, 64 steps for each power of two. */
static unsigned step_of(uint64_t us)
{
    unsigned shift = 0;
    while (us >> shift >= 128) {
        shift++;
    }
    return shift * 64 + (unsigned)(us >> shift);
}

/* The greatest length that falls into it. */
static uint64_t end_of(unsigned step)
{
    if (step < 128) {
        return step;
    }
    const unsigned shift = step / 64 - 1;
    return ((uint64_t)(step % 64 + 64 + 1) << shift) - 1;
}

void load_hist_add(struct load_hist *hist, int64_t ns)
{
    uint64_t us = ns > 0 ? (uint64_t)ns / 1000 : 0;
    us = us < LONGEST_US ? us : LONGEST_US;
    hist->count++;
    hist->steps[step_of(us)]++;
    if (us > hist->max_us) {
        hist->max_us = us;
    }
}

double load_hist_ms(const struct load_hist *hist, double share)
{
    const double wanted = share * (double)hist->count;
    uint64_t seen = 0;
    for (unsigned step = 0; step < LOAD_HIST_STEPS && hist->count > 0; step++) {
        seen += hist->steps[step];
        if (seen > 0 && (double)seen >= wanted) {
            const uint64_t end = end_of(step);
            return (double)(end < hist->max_us ? end : hist->max_us) / 1000.0;
        }
    }
    return 0;
}
