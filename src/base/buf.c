#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/mem.h"

#define FIRST_CAP ((size_t)64)

void buf_init(struct buf *b, struct arena *arena, size_t max)
{
    *b = (struct buf){.max = max, .arena = arena};
}

void buf_finish(struct buf *b)
{
    if (b->arena == NULL) {
        mem_free(b->ptr);
    }
    buf_init(b, b->arena, b->max);
}

void buf_clear(struct buf *b)
{
    b->len = 0;
    b->full = false;
}

/* Moves the bytes to a place of cap bytes. One more is there for the NUL that vsnprintf writes. */
static void move(struct buf *b, size_t cap)
{
    if (b->arena == NULL) {
        b->ptr = mem_realloc(b->ptr, cap + 1);
    } else {
        char *ptr = arena_alloc(b->arena, cap + 1);
        if (b->ptr != NULL) {
            memcpy(ptr, b->ptr, b->len);
        }
        b->ptr = ptr;
    }
    b->cap = cap;
}

/* Makes room for n bytes more. False, and the buffer marked, where they would pass the maximum. */
static bool reserve(struct buf *b, size_t n)
{
    if (b->full || n > b->max - b->len) {
        b->full = true;
        return false;
    }
    if (b->ptr == NULL || n > b->cap - b->len) {
        size_t cap = b->cap < FIRST_CAP ? FIRST_CAP : b->cap > b->max / 2 ? b->max : b->cap * 2;
        if (cap < b->len + n) {
            cap = b->len + n;
        }
        move(b, cap > b->max ? b->max : cap);
    }
    return true;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
    if (len > 0 && reserve(b, len)) {
        memcpy(b->ptr + b->len, bytes, len);
        b->len += len;
    }
}

void buf_add_str(struct buf *b, struct str s)
{
    buf_add(b, s.ptr, s.len);
}

void buf_add_cstr(struct buf *b, const char *cstr)
{
    buf_add(b, cstr, strlen(cstr));
}

void buf_add_byte(struct buf *b, char byte)
{
    buf_add(b, &byte, 1);
}

void buf_add_u64(struct buf *b, uint64_t n)
{
    char digits[20]; /* of UINT64_MAX */
    size_t at = sizeof(digits);
    do {
        digits[--at] = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_printf(struct buf *b, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const size_t room = b->ptr == NULL ? 0 : b->cap - b->len + 1;
    const int len = vsnprintf(room == 0 ? NULL : b->ptr + b->len, room, fmt, args);
    va_end(args);
    if (len < 0) {
        mem_die("bounds: a format that cannot be printed");
    }
    if (reserve(b, (size_t)len)) {
        if ((size_t)len >= room) {
            vsnprintf(b->ptr + b->len, (size_t)len + 1, fmt, again);
        }
        b->len += (size_t)len;
    }
    va_end(again);
}

/* Does the byte stand for itself in a JSON string? */
static bool is_plain(unsigned char c)
{
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* Writes \uXXXX to out and returns what follows it. */
static char *escape_unit(char *out, unsigned unit)
{
    static const char hex[] = "0123456789abcdef";
    *out++ = '\\';
    *out++ = 'u';
    for (int shift = 12; shift >= 0; shift -= 4) {
        *out++ = hex[unit >> shift & 0xf];
    }
    return out;
}

/* Writes a character's escape, at most 12 bytes, to out; returns its length. */
static size_t escape(char *out, uint32_t code)
{
    static const char with_letter[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    const char *found = code == 0 || code > '\\' ? NULL : strchr(with_letter, (int)code);
    if (found != NULL) {
        out[0] = '\\';
        out[1] = letters[found - with_letter];
        return 2;
    }
    char *end = out;
    if (code > 0xffff) {
        end = escape_unit(end, 0xd800 + ((code - 0x10000) >> 10));
        code = 0xdc00 + ((code - 0x10000) & 0x3ff);
    }
    end = escape_unit(end, code);
    return (size_t)(end - out);
}

void buf_add_json(struct buf *b, struct str s)
{
    const size_t before = b->len;
    /* No escape is shorter than what it stands for, so this much is needed in any case. */
    if (s.len > SIZE_MAX - 2 || !reserve(b, s.len + 2)) {
        b->full = true;
        return;
    }
    buf_add_byte(b, '"');
    size_t i = 0;
    while (i < s.len) {
        const size_t run = i;
        while (i < s.len && is_plain((unsigned char)s.ptr[i])) {
            i++;
        }
        buf_add(b, s.ptr + run, i - run);
        if (i < s.len) {
            uint32_t code = 0xfffd;
            const size_t len = str_utf8_next(str_skip(s, i), &code);
            char escaped[12];
            buf_add(b, escaped, escape(escaped, code));
            i += len > 0 ? len : 1;
        }
    }
    buf_add_byte(b, '"');
    if (b->full) {
        b->len = before;
    }
}

void buf_consume(struct buf *b, size_t n)
{
    if (n > b->len) {
        n = b->len;
    }
    b->len -= n;
    if (n > 0 && b->len > 0) {
        memmove(b->ptr, b->ptr + n, b->len);
    }
}

enum err buf_err(const struct buf *b)
{
    return b->full ? ERR_TOO_LARGE : ERR_OK;
}

struct str buf_str(const struct buf *b)
{
    return b->ptr == NULL ? STR("") : (struct str){b->ptr, b->len};
}
