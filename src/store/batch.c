#include "store/batch.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

void store_batch_init(struct store_batch *batch, size_t most)
{
    *batch = (struct store_batch){.most = most};
    batch->items = mem_zalloc(2 * most, sizeof(*batch->items));
    arena_init(&batch->kept[0]);
    arena_init(&batch->kept[1]);
    arena_init(&batch->below);
}

void store_batch_finish(struct store_batch *batch)
{
    mem_free(batch->items);
    arena_finish(&batch->kept[0]);
    arena_finish(&batch->kept[1]);
    arena_finish(&batch->below);
}

static void empty(struct store_batch *batch)
{
    batch->n = 0;
    batch->more = false;
    arena_reset(&batch->kept[0]);
    arena_reset(&batch->kept[1]);
}

void store_batch_begin(struct store_batch *batch)
{
    batch->floor = STR_NONE;
    arena_reset(&batch->below);
    empty(batch);
}

void store_batch_go_on(struct store_batch *batch)
{
    if (batch->n > 0) {
        const struct str last = batch->items[batch->n - 1].name;
        arena_reset(&batch->below);
        batch->floor = arena_str(&batch->below, last);
    }
    empty(batch);
}

void store_batch_add(struct store_batch *batch, struct str name, struct str value)
{
    if (str_is_set(batch->floor) && str_cmp(name, batch->floor) <= 0) {
        return;
    }
    /* Once some were left out, the first `most` are sorted, and what is above them is not kept. */
    if (batch->more && str_cmp(name, batch->items[batch->most - 1].name) > 0) {
        return;
    }
    batch->items[batch->n++] =
        (struct store_batch_item){arena_str(&batch->kept[0], name),
                                  str_is_set(value) ? arena_str(&batch->kept[0], value) : STR_NONE};
    if (batch->n == 2 * batch->most) {
        store_batch_sort(batch);
    }
}

static int compare(const void *a, const void *b)
{
    const struct store_batch_item *one = a;
    const struct store_batch_item *other = b;
    return str_cmp(one->name, other->name);
}

/* Each name once, and no more than there may be. */
static void cut(struct store_batch *batch)
{
    size_t n = 0;
    for (size_t i = 0; i < batch->n; i++) {
        if (n == 0 || !str_eq(batch->items[i].name, batch->items[n - 1].name)) {
            batch->items[n++] = batch->items[i];
        }
    }
    batch->more = batch->more || n > batch->most;
    batch->n = n < batch->most ? n : batch->most;
}

void store_batch_sort(struct store_batch *batch)
{
    qsort(batch->items, batch->n, sizeof(*batch->items), compare);
    cut(batch);
    /* What was dropped gives its memory back: the rest moves to the other arena. */
    for (size_t i = 0; i < batch->n; i++) {
        struct store_batch_item *item = &batch->items[i];
        item->name = arena_str(&batch->kept[1], item->name);
        if (str_is_set(item->value)) {
            item->value = arena_str(&batch->kept[1], item->value);
        }
    }
    arena_reset(&batch->kept[0]);
    const struct arena other = batch->kept[0];
    batch->kept[0] = batch->kept[1];
    batch->kept[1] = other;
}
