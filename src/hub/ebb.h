#ifndef HUB_EBB_H
#define HUB_EBB_H

#include <stdbool.h>
#include <stdint.h>

/*
 * When thousands of streams open or end at once, what is allocated for a moment lies between what
 * stays, and the C library keeps its pages for the next burst: as much again as the streams need.
 * This knows when the burst is over, and the pages can be given back (mem_trim()).
 */

#define HUB_EBB_BURST 200 /* streams that open or end in a second */

struct hub_ebb {
    uint64_t changes; /* when it was asked last */
    bool is_high;     /* there was a burst, and nothing has been given back since */
};

/* Once a second, with how many streams have opened and ended, ever. True: a burst is over. */
bool hub_ebb_has_come(struct hub_ebb *ebb, uint64_t changes);

#endif
