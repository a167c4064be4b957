#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>
#include "base/attr.h"
#include "base/str.h"

/*
 * Memory that lives as long as a request. Everything that is allocated here goes away at once, with
 * arena_reset(), which keeps a block for the next request; nothing is freed singly.
 * An arena has one owner and no locks. Allocation never fails (mem.h); what is returned is aligned
 * for any object. Blocks are wiped on reset, since requests carry passwords.
 */

struct arena_block;

struct arena {
    struct arena_block *blocks; /* newest first */
    size_t used;                /* bytes handed out since the last reset */
};

void arena_init(struct arena *a);

/* Gives back everything; the arena can be used again. */
void arena_reset(struct arena *a);

/* Gives back everything, the kept block too. */
void arena_finish(struct arena *a);

/* len bytes, not initialised. len 0 gives a valid pointer. */
NODISCARD void *arena_alloc(struct arena *a, size_t len);

/* n objects of size bytes, zeroed; an overflowing product ends the process. */
NODISCARD void *arena_zalloc(struct arena *a, size_t n, size_t size);

/* A copy of s, followed by a NUL that is not counted. */
NODISCARD struct str arena_str(struct arena *a, struct str s);

/* A copy of s as a C string. The caller knows that s holds no NUL. */
NODISCARD const char *arena_cstr(struct arena *a, struct str s);

/* printf into the arena; the result is followed by a NUL that is not counted. */
NODISCARD struct str arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
