#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>
#include "base/attr.h"

/*
 * Allocation that succeeds or ends the process. Sizes are bounded before they come here (a buffer
 * has a maximum, a body a route's limit, a queue its bytes), so that running out means that the
 * machine is out of memory, and a supervisor's restart is the best answer to that.
 * What is returned is released with mem_free(); mem_free(NULL) does nothing.
 */

NODISCARD void *mem_alloc(size_t len);

/* n objects of size bytes, zeroed. n * size that overflows ends the process. */
NODISCARD void *mem_zalloc(size_t n, size_t size);

NODISCARD void *mem_realloc(void *p, size_t len);

void mem_free(void *p);

/*
 * The same for what may be a password: it is wiped when it is given back. Not to be mixed with the
 * others.
 */
NODISCARD void *mem_secret_alloc(size_t len);
void mem_secret_free(void *p);

/* Gives unused pages back to the system, where the C library can. Milliseconds; for after a burst.
 */
void mem_trim(void);

/* Says on standard error which limit or resource ran out, and aborts. */
NORETURN void mem_die(const char *what);

#endif
