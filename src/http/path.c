#include "http/path.h"

#include <string.h>

bool http_path_match(const char *pattern, struct str path, struct str *params, size_t max)
{
    struct str want = str_of(pattern), rest = path, wanted, segment;
    struct str found[8];
    size_t n = 0;
    for (;;) {
        const bool more = str_split(&want, '/', &wanted);
        if (more != str_split(&rest, '/', &segment)) {
            return false;
        }
        if (!more) {
            break;
        }
        if (wanted.len > 0 && wanted.ptr[0] == ':') {
            if (segment.len == 0 || n == ARRAY_LEN(found)) {
                return false;
            }
            found[n++] = segment;
        } else if (!str_eq(wanted, segment)) {
            return false;
        }
    }
    for (size_t i = 0; i < n && i < max; i++) {
        params[i] = found[i];
    }
    return true;
}

struct str http_path_encode(struct arena *arena, struct str s)
{
    static const char hex[] = "0123456789ABCDEF";
    const struct str plain = STR("-._~!$&'()*+,;=:@"); /* pchar, less letters and digits */
    char *text = arena_alloc(arena, s.len * 3 + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (str_is_made_of((struct str){s.ptr + i, 1}, plain)) {
            text[len++] = (char)c;
        } else {
            text[len++] = '%';
            text[len++] = hex[c >> 4];
            text[len++] = hex[c & 15];
        }
    }
    text[len] = '\0';
    return (struct str){text, len};
}
