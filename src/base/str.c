#include "base/str.h"

#include <string.h>

struct str str_of(const char *cstr)
{
    return (struct str){cstr, cstr == NULL ? 0 : strlen(cstr)};
}

bool str_is_set(struct str s)
{
    return s.ptr != NULL;
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

/* Not tolower(), which asks the locale. */
static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_eq_nocase(struct str a, struct str b)
{
    if (a.len != b.len) {
        return false;
    }
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i])) {
            return false;
        }
    }
    return true;
}

bool str_starts(struct str s, struct str prefix)
{
    return s.len >= prefix.len && str_eq((struct str){s.ptr, prefix.len}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.len >= suffix.len && str_eq(str_skip(s, s.len - suffix.len), suffix);
}

int str_cmp(struct str a, struct str b)
{
    const size_t len = a.len < b.len ? a.len : b.len;
    const int order = len == 0 ? 0 : memcmp(a.ptr, b.ptr, len);
    if (order != 0) {
        return order;
    }
    return (a.len > b.len) - (a.len < b.len);
}

struct str str_skip(struct str s, size_t n)
{
    if (n > s.len) {
        n = s.len;
    }
    return n == 0 ? s : (struct str){s.ptr + n, s.len - n};
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct str str_trim(struct str s)
{
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s = str_skip(s, 1);
    }
    while (s.len > 0 && is_blank(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

bool str_split(struct str *rest, char sep, struct str *piece)
{
    if (rest->ptr == NULL) {
        return false;
    }
    const char *at = memchr(rest->ptr, sep, rest->len);
    if (at == NULL) {
        *piece = *rest;
        *rest = STR_NONE;
        return true;
    }
    piece->ptr = rest->ptr;
    piece->len = (size_t)(at - rest->ptr);
    *rest = str_skip(*rest, piece->len + 1);
    return true;
}

bool str_has(struct str s, char byte)
{
    return s.len > 0 && memchr(s.ptr, byte, s.len) != NULL;
}

bool str_u64(struct str s, uint64_t *out)
{
    return str_u64_max(s, UINT64_MAX, out);
}

bool str_u64_max(struct str s, uint64_t max, uint64_t *out)
{
    if (!str_is_digits(s) || s.len > 20 || (s.ptr[0] == '0' && s.len > 1)) {
        return false;
    }
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        const uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (n > (UINT64_MAX - digit) / 10) {
            return false;
        }
        n = n * 10 + digit;
    }
    if (n > max) {
        return false;
    }
    *out = n;
    return true;
}

/* What the first byte of a character says of it (RFC 3629 section 4). */
struct utf8_lead {
    unsigned char first, last; /* the bytes of this kind */
    unsigned char len;         /* of the character */
    unsigned char bits;        /* of the byte that belong to the character */
    uint32_t min;              /* anything below is an overlong form */
};

/* NULL for a byte that begins no character. */
static const struct utf8_lead *find_lead(unsigned char byte)
{
    static const struct utf8_lead leads[] = {
        {0x00, 0x7f, 1, 0x7f, 0},
        {0xc2, 0xdf, 2, 0x1f, 0x80},
        {0xe0, 0xef, 3, 0x0f, 0x800},
        {0xf0, 0xf4, 4, 0x07, 0x10000},
    };
    for (size_t i = 0; i < ARRAY_LEN(leads); i++) {
        if (byte >= leads[i].first && byte <= leads[i].last) {
            return &leads[i];
        }
    }
    return NULL;
}

size_t str_utf8_next(struct str s, uint32_t *code)
{
    const unsigned char *bytes = (const unsigned char *)s.ptr;
    const struct utf8_lead *lead = s.len > 0 ? find_lead(bytes[0]) : NULL;
    if (lead == NULL || s.len < lead->len) {
        return 0;
    }
    uint32_t c = bytes[0] & lead->bits;
    for (size_t i = 1; i < lead->len; i++) {
        if ((bytes[i] & 0xc0) != 0x80) {
            return 0;
        }
        c = c << 6 | (bytes[i] & 0x3f);
    }
    if (c < lead->min || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff)) {
        return 0;
    }
    *code = c;
    return lead->len;
}

size_t str_utf8_len(struct str s)
{
    uint32_t code;
    return str_utf8_next(s, &code);
}

bool str_is_utf8(struct str s)
{
    size_t i = 0;
    while (i < s.len) {
        if ((unsigned char)s.ptr[i] < 0x80) {
            i++;
            continue;
        }
        const size_t len = str_utf8_len(str_skip(s, i));
        if (len == 0) {
            return false;
        }
        i += len;
    }
    return true;
}

bool str_is_digits(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9') {
            return false;
        }
    }
    return s.len > 0;
}

bool str_is_made_of(struct str s, struct str more)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        const bool alnum =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!alnum && !str_has(more, c)) {
            return false;
        }
    }
    return true;
}
