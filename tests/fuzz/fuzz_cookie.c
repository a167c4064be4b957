/* Cookie headers: a value that is found lies inside the header and holds no separator. */
#include <stdlib.h>
#include "http/cookie.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct str header = {(const char *)data, size};
    const struct str value = http_cookie_find(header, STR("snug_session"));
    if (str_is_set(value)) {
        const char *end = header.ptr + header.len;
        if (value.ptr < header.ptr || value.ptr + value.len > end || str_has(value, ';')) {
            abort();
        }
    }
    return 0;
}
