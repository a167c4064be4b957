#include "cli/pause.h"

#include <errno.h>
#include <time.h>
#include "base/rand.h"

bool cli_pause_is_worth(enum err err)
{
    return err == ERR_UNAVAILABLE || err == ERR_RATE_LIMITED || err == ERR_INTERNAL;
}

int64_t cli_pause_next(int64_t last_ms, uint64_t retry_after_s)
{
    int64_t ms = 2 * last_ms;
    ms = ms < CLI_PAUSE_MIN_MS ? CLI_PAUSE_MIN_MS : ms;
    ms = ms > CLI_PAUSE_MAX_MS ? CLI_PAUSE_MAX_MS : ms;
    if (retry_after_s > 0) {
        ms = (int64_t)(retry_after_s < 3600 ? retry_after_s : 3600) * 1000;
    }
    return ms + rand_below((uint32_t)(ms / 4) + 1);
}

void cli_pause_wait(int64_t ms)
{
    struct timespec left = {ms / 1000, ms % 1000 * 1000000};
    while (nanosleep(&left, &left) != 0 && errno == EINTR) {
    }
}
