#ifndef CLI_PAUSE_H
#define CLI_PAUSE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/err.h"

/* How a command waits for a server that is away, or too busy. */

#define CLI_PAUSE_MIN_MS 250
#define CLI_PAUSE_MAX_MS 15000

/* Would the same be taken a little later? */
bool cli_pause_is_worth(enum err err);

/* How long until the next try: what the server says, or twice the last time (0: the first); and a
 * little apart from everybody else's. */
int64_t cli_pause_next(int64_t last_ms, uint64_t retry_after_s);

void cli_pause_wait(int64_t ms);

#endif
