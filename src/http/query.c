#include "http/query.h"

#include "base/buf.h"

#define UNRESERVED STR("-._~") /* besides letters and digits (RFC 3986 section 2.3) */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

enum err http_query_decode(struct str s, bool form, struct arena *arena, struct str *out)
{
    char *text = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '+' && form) {
            c = ' ';
        } else if (c == '%') {
            if (s.len - i < 3) {
                return ERR_INVALID;
            }
            const int a = hex_digit(s.ptr[i + 1]), b = hex_digit(s.ptr[i + 2]);
            if (a < 0 || b < 0) {
                return ERR_INVALID;
            }
            c = (char)(a << 4 | b);
            i += 2;
        }
        if (c == '\0') {
            return ERR_TEXT;
        }
        text[len++] = c;
    }
    text[len] = '\0';
    *out = (struct str){text, len};
    return ERR_OK;
}

/* The next "name=value" of *rest; value is absent where there is no "=". False at the end. */
static bool next_pair(struct str *rest, struct str *name, struct str *value)
{
    struct str pair;
    while (str_split(rest, '&', &pair)) {
        if (pair.len > 0) {
            *value = pair;
            return str_split(value, '=', name);
        }
    }
    return false;
}

enum err http_query_get(struct str s, struct str name, struct arena *arena, struct str *out)
{
    struct str raw, value, decoded;
    while (next_pair(&s, &raw, &value)) {
        if (!http_query_decode(raw, true, arena, &decoded) && str_eq(decoded, name)) {
            return http_query_decode(str_is_set(value) ? value : STR(""), true, arena, out);
        }
    }
    *out = STR_NONE;
    return ERR_OK;
}

/* Adds bytes, those percent-encoded that are neither letters, digits nor in kept. */
static void add_encoded(struct buf *out, struct str s, struct str kept)
{
    for (size_t i = 0; i < s.len; i++) {
        if (str_is_made_of((struct str){s.ptr + i, 1}, kept)) {
            buf_add_byte(out, s.ptr[i]);
        } else {
            buf_printf(out, "%%%02X", (unsigned)(unsigned char)s.ptr[i]);
        }
    }
}

struct str http_query_with(struct str s, struct str name, struct str value, struct arena *arena)
{
    struct str raw, old, decoded;
    struct buf out;
    buf_init(&out, arena, 3 * (s.len + name.len + value.len) + 2);
    while (next_pair(&s, &raw, &old)) {
        if (!http_query_decode(raw, true, arena, &decoded) && str_eq(decoded, name)) {
            continue;
        }
        /* What is encoded stays so. */
        add_encoded(&out, raw, STR("-._~%+"));
        buf_add_cstr(&out, str_is_set(old) ? "=" : "");
        add_encoded(&out, str_is_set(old) ? old : STR(""), STR("-._~%+=:,/"));
        buf_add_byte(&out, '&');
    }
    add_encoded(&out, name, UNRESERVED);
    buf_add_byte(&out, '=');
    add_encoded(&out, value, UNRESERVED);
    return buf_str(&out);
}

bool http_query_has(struct str s, struct str name)
{
    struct str raw, value;
    while (next_pair(&s, &raw, &value)) {
        if (str_is_set(value) && str_eq(raw, name)) {
            return true;
        }
    }
    return false;
}

struct str http_query_encode(struct arena *arena, struct str s)
{
    struct buf out;
    buf_init(&out, arena, 3 * s.len + 1);
    add_encoded(&out, s, UNRESERVED);
    return buf_str(&out);
}
