#ifndef STORE_READER_H
#define STORE_READER_H

#include "base/arena.h"

/*
 * Replies that live in an arena: what hiredis reads is put where a request's other memory is, and
 * goes away with it, rather than be allocated and freed element by element. A page of history has a
 * hundred elements.
 */

struct redisContext;

/* From here on ctx makes its replies in the arena; none of them is ever to be freed. */
void store_reader_use(struct redisContext *ctx, struct arena *arena);

#endif
