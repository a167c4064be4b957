/* Searches, a line, and the messages, the rest, that they are looked for in; and spots. What is
 * read keeps to its limits; a message that says the terms has them. */
#include <stdlib.h>
#include "model/search.h"
#include "model/spot.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_spot(struct arena *arena, struct str text)
{
    struct model_spot spot, again;
    if (model_spot_read(text, &spot) && (!model_spot_read(model_spot_text(arena, &spot), &again) ||
                                         model_spot_cmp(&spot, &again) != 0)) {
        abort();
    }
}

static void check_search(struct arena *arena, struct str typed, struct str text)
{
    struct model_search search;
    struct str why;
    struct buf scratch, said;
    if (model_search_read(typed, arena, &search, &why) != ERR_OK) {
        return;
    }
    if (search.nterms > MODEL_SEARCH_TERMS_MAX || typed.len > MODEL_SEARCH_MAX ||
        (search.nterms == 0 && !str_is_set(search.from)) || search.before < 0) {
        abort();
    }
    buf_init(&scratch, arena, MODEL_SEARCH_FOLD_MAX);
    buf_init(&said, arena, MODEL_SEARCH_FOLD_MAX);
    const struct model_message m = {.text = text};
    (void)model_search_fits(&search, &m, &scratch);
    search.before = 0;
    for (size_t i = 0; i < search.nterms; i++) {
        buf_add_str(&said, search.terms[i].text);
        buf_add_byte(&said, ' ');
    }
    const struct model_message all = {.text = buf_str(&said)};
    if (buf_err(&scratch) != ERR_OK || !model_search_fits(&search, &all, &scratch)) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    struct str rest = {(const char *)data, size};
    struct str typed;
    if (size <= MODEL_EVENT_DATA_MAX && str_split(&rest, '\n', &typed)) {
        check_spot(&arena, typed);
        check_search(&arena, typed, str_is_set(rest) ? rest : STR(""));
    }
    arena_finish(&arena);
    return 0;
}
