#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdint.h>

/* The two clocks, in milliseconds. Tests set both; nobody else may read the time. */

/* Since 1970 (CLOCK_REALTIME). For what people and Redis see. */
int64_t clock_wall_ms(void);

/* Since some point in the past (CLOCK_MONOTONIC). For deadlines. */
int64_t clock_mono_ms(void);

/* From here on both clocks stand at these values; -1, -1 lets them run again. */
void clock_set(int64_t wall_ms, int64_t mono_ms);

#endif
