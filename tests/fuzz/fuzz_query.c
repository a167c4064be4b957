/* Query strings and forms: what is found is decoded, bounded and without NUL; nothing is read past
 * the end. */
#include <stdlib.h>
#include "http/query.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str input = {(const char *)data, size};
    struct arena arena;
    struct str out;
    arena_init(&arena);
    if (http_query_get(input, STR("a"), &arena, &out) == ERR_OK && str_is_set(out)) {
        if (out.len > size || str_has(out, '\0')) {
            abort();
        }
    }
    if (http_query_decode(input, true, &arena, &out) == ERR_OK && out.len > size) {
        abort();
    }
    arena_finish(&arena);
    return 0;
}
