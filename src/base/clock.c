#include "base/clock.h"

static int64_t set_wall_ms = -1;
static int64_t set_mono_ms = -1;

static int64_t now_ms(clockid_t id)
{
    struct timespec ts;
    clock_gettime(id, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

int64_t clock_wall_ms(void)
{
    return set_wall_ms >= 0 ? set_wall_ms : now_ms(CLOCK_REALTIME);
}

int64_t clock_mono_ms(void)
{
    return set_mono_ms >= 0 ? set_mono_ms : now_ms(CLOCK_MONOTONIC);
}

void clock_set(int64_t wall_ms, int64_t mono_ms)
{
    set_wall_ms = wall_ms;
    set_mono_ms = mono_ms;
}
