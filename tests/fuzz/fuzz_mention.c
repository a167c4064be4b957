/* Mentions and quotes: what is found keeps the rules, and what is written of a text is read again.
 */
#include <stdlib.h>
#include <string.h>
#include "model/mention.h"
#include "model/quote.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check_names(struct str text)
{
    struct str names[MODEL_MENTION_MAX];
    const size_t n = model_mention_find(text, names);
    for (size_t i = 0; i < n; i++) {
        const struct str name = names[i];
        const char *before = name.ptr - 1;
        if (name.len == 0 || name.len > 32 || !str_is_made_of(name, STR("._-")) ||
            before < text.ptr || *before != '@' || name.ptr + name.len > text.ptr + text.len) {
            abort();
        }
        for (size_t j = 0; j < i; j++) {
            if (str_eq_nocase(name, names[j])) {
                abort();
            }
        }
    }
}

/* A quote of it is read again; its text is no longer than it may be. */
static void check_quote(struct arena *arena, struct str text)
{
    const struct model_message m = {.id = STR("1795485263.175001"), .from = STR("1"), .text = text};
    struct str rest = model_quote_write(arena, &m), taken;
    const size_t len = rest.len;
    if (!model_quote_take(&rest, &taken) || rest.len != 0 || taken.len != len) {
        abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    const struct str text = {(const char *)data, size};
    struct str rest = text, taken;
    check_names(text);
    if (model_message_check_text(text) == ERR_OK) {
        check_quote(&arena, text);
    }
    if (model_mention_take(&rest, &taken) && taken.len + rest.len != text.len) {
        abort();
    }
    rest = text;
    if (model_quote_take(&rest, &taken) && taken.len + rest.len != text.len) {
        abort();
    }
    arena_finish(&arena);
    return 0;
}
