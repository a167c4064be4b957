#include "base/buf.h"

#include <stdarg.h>
#include "base/mem.h"

#define FIRST_CAP 256

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

/* Makes room for n more bytes; false, and the buffer marked, where they would pass the maximum. */
static bool reserve(struct buf *b, size_t n)
{
    if (b->full || n > b->max - b->len) {
        b->full = true;
        return false;
    }
    const size_t need = b->len + n;
    if (need <= b->cap) {
        return true;
    }
    size_t cap = b->cap > 0 ? b->cap : FIRST_CAP;
    while (cap < need) {
        cap *= 2;
    }
    cap = cap < b->max ? cap : b->max;
    if (b->arena == NULL) {
        b->ptr = mem_realloc(b->ptr, cap);
    } else {
        char *grown = arena_alloc(b->arena, cap);
        if (b->len > 0) {
            memcpy(grown, b->ptr, b->len);
        }
        b->ptr = grown;
    }
    b->cap = cap;
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
    char digits[20];
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
    const int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        mem_die("a format");
    }
    /* vsnprintf ends with a NUL, which needs a place but is not counted. */
    if ((size_t)len < b->max - b->len && reserve(b, (size_t)len + 1)) {
        b->len += (size_t)vsnprintf(b->ptr + b->len, (size_t)len + 1, fmt, again);
    } else {
        b->full = true;
    }
    va_end(again);
}

/* The code point of a well-formed sequence of n bytes. */
static uint32_t code_point(const char *text, size_t n)
{
    const unsigned char *p = (const unsigned char *)text;
    if (n == 1) {
        return p[0];
    }
    uint32_t c = p[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        c = c << 6 | (p[i] & 0x3Fu);
    }
    return c;
}

static void add_u(struct buf *b, uint32_t unit)
{
    static const char hex[] = "0123456789abcdef";
    const char text[] = {
        '\\', 'u', hex[unit >> 12 & 15], hex[unit >> 8 & 15], hex[unit >> 4 & 15], hex[unit & 15]};
    buf_add(b, text, sizeof(text));
}

/* One character that cannot stand in a JSON string as it is. */
static void add_escaped(struct buf *b, uint32_t c)
{
    static const char plain[] = "\"\\\n\r\t\b\f", letter[] = "\"\\nrtbf";
    const char *at = c < 0x80 && c != 0 ? strchr(plain, (int)c) : NULL;
    if (at != NULL) {
        const char text[] = {'\\', letter[at - plain]};
        buf_add(b, text, sizeof(text));
    } else if (c < 0x10000) {
        add_u(b, c);
    } else {
        add_u(b, 0xD800 + ((c - 0x10000) >> 10));
        add_u(b, 0xDC00 + ((c - 0x10000) & 0x3FF));
    }
}

void buf_add_json(struct buf *b, struct str s)
{
    buf_add_byte(b, '"');
    while (s.len > 0) {
        size_t run = 0;
        while (run < s.len && s.ptr[run] >= ' ' && s.ptr[run] <= '~' && s.ptr[run] != '"' &&
               s.ptr[run] != '\\') {
            run++;
        }
        buf_add(b, s.ptr, run);
        s = str_skip(s, run);
        if (s.len > 0) {
            const size_t n = str_utf8_len(s);
            add_escaped(b, n > 0 ? code_point(s.ptr, n) : 0xFFFD);
            s = str_skip(s, n > 0 ? n : 1);
        }
    }
    buf_add_byte(b, '"');
}

void buf_consume(struct buf *b, size_t n)
{
    if (n >= b->len) {
        b->len = 0;
        return;
    }
    b->len -= n;
    memmove(b->ptr, b->ptr + n, b->len);
}

enum err buf_err(const struct buf *b)
{
    return b->full ? ERR_TOO_LARGE : ERR_OK;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){b->ptr != NULL ? b->ptr : "", b->len};
}
