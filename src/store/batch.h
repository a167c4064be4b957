#ifndef STORE_BATCH_H
#define STORE_BATCH_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"

/*
 * In order what Redis tells in none. SCAN and its kin give names as they come, some more than once;
 * a batch keeps the `most` smallest of them, in bounded memory. What was left out comes with the
 * next round: the same is told to it once more, and it takes what is above its last one.
 */

struct store_batch_item {
    struct str name;
    struct str value; /* what was told with it, or absent */
};

struct store_batch {
    size_t most;
    struct store_batch_item *items; /* after store_batch_sort(): ascending, each name once */
    size_t n;
    bool more;            /* some were left out */
    struct str floor;     /* only what is above is taken; absent: all */
    struct arena kept[2]; /* the items' text, in one of them; the other one is for the next sort */
    struct arena below;   /* the floor's */
};

void store_batch_init(struct store_batch *batch, size_t most);

void store_batch_finish(struct store_batch *batch);

/* Begins with the smallest; or, where some were left out, with what is above the last item. */
void store_batch_begin(struct store_batch *batch);
void store_batch_go_on(struct store_batch *batch);

/* Both are copied. */
void store_batch_add(struct store_batch *batch, struct str name, struct str value);

/* To be called when all has been told. Items live until the next round begins. */
void store_batch_sort(struct store_batch *batch);

#endif
