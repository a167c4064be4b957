#include "base/clock.h"

#include <time.h>

/* What tests have set; negative: the clock runs. */
static int64_t set_wall_ms = -1;
static int64_t set_mono_ms = -1;

static int64_t read_ms(clockid_t id)
{
    struct timespec now;
    clock_gettime(id, &now); /* cannot fail for the two clocks that are asked for */
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return set_wall_ms >= 0 ? set_wall_ms : read_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return set_mono_ms >= 0 ? set_mono_ms : read_ms(CLOCK_MONOTONIC);
}

void clock_set(int64_t wall_ms, int64_t mono_ms)
{
    set_wall_ms = wall_ms;
    set_mono_ms = mono_ms;
}
