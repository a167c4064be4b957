#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Growing bytes with a maximum that is set at birth. An addition that would pass the maximum adds
 * nothing and marks the buffer; every later one is refused too. So writers add without looking and
 * look once, at the end, with buf_err().
 * The bytes belong to the buffer: on the heap, released by buf_finish(), or in an arena, where
 * buf_finish() is not needed. buf_str() borrows until the next addition.
 */

struct buf {
    char *ptr;
    size_t len, cap, max;
    bool full;           /* an addition was refused */
    struct arena *arena; /* NULL: heap */
};

/* An empty buffer of at most max bytes; arena may be NULL. Allocates nothing yet. */
void buf_init(struct buf *b, struct arena *arena, size_t max);

void buf_finish(struct buf *b);

/* Empties it and forgets a refusal; the memory stays. */
void buf_clear(struct buf *b);

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_add_str(struct buf *b, struct str s);
void buf_add_cstr(struct buf *b, const char *cstr);
void buf_add_byte(struct buf *b, char byte);
void buf_add_u64(struct buf *b, uint64_t n);
void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);

/*
 * s as a JSON string with its quotes, in 7-bit ASCII (RFC 8259 section 7): everything outside
 * printable ASCII is escaped, astral characters as surrogate pairs, bytes that are not UTF-8 as
 * U+FFFD. So what is written is one line, and survives every reader of server-sent events.
 */
void buf_add_json(struct buf *b, struct str s);

/* Takes the first n bytes away. */
void buf_consume(struct buf *b, size_t n);

/* ERR_TOO_LARGE after a refused addition, else ERR_OK. */
NODISCARD enum err buf_err(const struct buf *b);

/* What it holds, borrowed. Never absent. */
struct str buf_str(const struct buf *b);

#endif
