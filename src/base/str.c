#include "base/str.h"

#include <strings.h>

struct str str_of(const char *cstr)
{
    return cstr != NULL ? (struct str){cstr, strlen(cstr)} : STR_NONE;
}

bool str_is_set(struct str s)
{
    return s.ptr != NULL;
}

bool str_eq(struct str a, struct str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

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
    const size_t common = a.len < b.len ? a.len : b.len;
    const int order = common > 0 ? memcmp(a.ptr, b.ptr, common) : 0;
    return order != 0 ? order : (a.len > b.len) - (a.len < b.len);
}

struct str str_skip(struct str s, size_t n)
{
    if (s.ptr == NULL) {
        return s;
    }
    const size_t gone = n < s.len ? n : s.len;
    return (struct str){s.ptr + gone, s.len - gone};
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
    const char *at = rest->len > 0 ? memchr(rest->ptr, sep, rest->len) : NULL;
    if (at == NULL) {
        *piece = *rest;
        *rest = STR_NONE;
        return true;
    }
    *piece = (struct str){rest->ptr, (size_t)(at - rest->ptr)};
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
    if (!str_is_digits(s) || s.len > 20 || (s.len > 1 && s.ptr[0] == '0')) {
        return false;
    }
    uint64_t n = 0;
    for (size_t i = 0; i < s.len; i++) {
        const uint64_t digit = (uint64_t)(s.ptr[i] - '0');
        if (__builtin_mul_overflow(n, (uint64_t)10, &n) || __builtin_add_overflow(n, digit, &n)) {
            return false;
        }
    }
    if (n > max) {
        return false;
    }
    *out = n;
    return true;
}

/* The length of the well-formed sequence at the front of s, 0 where there is none (RFC 3629 section
 * 4). */
static size_t utf8_sequence(const unsigned char *p, size_t len)
{
    const unsigned char c = p[0];
    if (c < 0x80) {
        return 1;
    }
    const size_t n = c >= 0xC2 && c <= 0xDF   ? 2
                     : (c & 0xF0) == 0xE0     ? 3
                     : c >= 0xF0 && c <= 0xF4 ? 4
                                              : 0;
    if (n == 0 || len < n) {
        return 0;
    }
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xC0) != 0x80) {
            return 0;
        }
    }
    const bool overlong = (c == 0xE0 && p[1] < 0xA0) || (c == 0xF0 && p[1] < 0x90);
    const bool surrogate = c == 0xED && p[1] > 0x9F;
    const bool too_high = c == 0xF4 && p[1] > 0x8F;
    return overlong || surrogate || too_high ? 0 : n;
}

size_t str_utf8_len(struct str s)
{
    return s.len > 0 ? utf8_sequence((const unsigned char *)s.ptr, s.len) : 0;
}

bool str_is_utf8(struct str s)
{
    while (s.len > 0) {
        const size_t n = str_utf8_len(s);
        if (n == 0) {
            return false;
        }
        s = str_skip(s, n);
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
