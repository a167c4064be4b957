#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "model/emoji.h"

/* Any bytes as an emoji: what is taken is written in one way, which is text, and is taken again. */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    struct str out, again;
    char *exact = malloc(size > 0 ? size : 1); /* of its own, so that a read past its end is seen */
    check(exact != NULL);
    memcpy(exact, data, size);
    arena_init(&arena);
    if (model_emoji_read((struct str){exact, size}, &arena, &out)) {
        check(out.len > 0 && out.len <= MODEL_EMOJI_MAX && str_is_utf8(out));
        check(model_emoji_read(out, &arena, &again) && str_eq(again, out));
    }
    arena_finish(&arena);
    free(exact);
    return 0;
}
