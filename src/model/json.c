#include "model/json.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>
#include "base/buf.h"
#include "base/mem.h"

#define EXACT_BELOW 1e15 /* whole numbers below are exact in a double, and valid ids */

/* Four hex digits at the front of s. */
static bool hex4(struct str s, uint32_t *out)
{
    uint32_t value = 0;
    for (size_t i = 0; i < 4; i++) {
        const char c = i < s.len ? s.ptr[i] : '\0';
        if (c >= '0' && c <= '9') {
            value = value * 16 + (uint32_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            value = value * 16 + (uint32_t)(c - 'a' + 10);
        } else if (c >= 'A' && c <= 'F') {
            value = value * 16 + (uint32_t)(c - 'A' + 10);
        } else {
            return false;
        }
    }
    *out = value;
    return true;
}

/*
 * Reads the \uXXXX at the front of s, or the two of a surrogate pair: the bytes that were read, and
 * the character. 0 for none, or half a pair.
 */
static size_t read_u_escape(struct str s, uint32_t *out)
{
    uint32_t high, low;
    if (!str_starts(s, STR("\\u")) || !hex4(str_skip(s, 2), &high)) {
        return 0;
    }
    if (high < 0xd800 || high > 0xdfff) {
        *out = high;
        return 6;
    }
    const struct str second = str_skip(s, 6);
    if (high > 0xdbff || !str_starts(second, STR("\\u")) || !hex4(str_skip(second, 2), &low) ||
        low < 0xdc00 || low > 0xdfff) {
        return 0;
    }
    *out = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
    return 12;
}

/* Copies the escape at the front of s, half a pair repaired; the bytes that were read. */
static size_t repair_escape(struct buf *out, struct str s)
{
    uint32_t code;
    size_t len = read_u_escape(s, &code);
    if (len == 0 && str_starts(s, STR("\\u")) && hex4(str_skip(s, 2), &code)) {
        buf_add_cstr(out, "\\ufffd");
        return 6;
    }
    if (len == 0) {
        /* A backslash hides the byte after it, so that of two the second begins nothing. */
        len = s.len > 1 && (unsigned char)s.ptr[1] < 0x80 ? 2 : 1;
    }
    buf_add(out, s.ptr, len);
    return len;
}

/* text with U+FFFD for every byte that is not UTF-8 and for every half of a surrogate pair. */
static struct str repair(struct str text, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena, 3 * text.len);
    while (text.len > 0) {
        size_t len;
        if (text.ptr[0] == '\\') {
            len = repair_escape(&out, text);
        } else {
            len = str_utf8_len(text);
            buf_add(&out, len == 0 ? "\xef\xbf\xbd" : text.ptr, len == 0 ? 3 : len);
            len = len == 0 ? 1 : len;
        }
        text = str_skip(text, len);
    }
    return buf_str(&out);
}

/* jansson takes its memory where we take ours: it succeeds, or the process ends. The same as
 * http/body has: a process has one allocator for it. */
static void use_our_memory(void)
{
    static bool done;
    if (!done) {
        json_set_alloc_funcs(mem_secret_alloc, mem_secret_free);
        done = true;
    }
}

enum err model_json_load(struct str text, size_t flags, struct arena *arena, json_t **out)
{
    use_our_memory();
    if (text.len == 0) {
        return ERR_PROTOCOL;
    }
    json_t *json = json_loadb(text.ptr, text.len, flags | JSON_ALLOW_NUL, NULL);
    if (json == NULL) {
        const struct str repaired = repair(text, arena);
        if (!str_eq(repaired, text)) {
            json = json_loadb(repaired.ptr, repaired.len, flags | JSON_ALLOW_NUL, NULL);
        }
    }
    if (json == NULL) {
        return ERR_PROTOCOL;
    }
    *out = json;
    return ERR_OK;
}

json_t *model_json_get(const json_t *object, const char *name)
{
    json_t *value = json_object_get(object, name);
    char pascal[16];
    if (value != NULL || name[0] == '\0' || strlen(name) >= sizeof pascal) {
        return value;
    }
    memcpy(pascal, name, strlen(name) + 1);
    pascal[0] = (char)(pascal[0] - 'a' + 'A');
    return json_object_get(object, pascal);
}

bool model_json_str(const json_t *value, struct str *out)
{
    if (!json_is_string(value)) {
        return false;
    }
    *out = (struct str){json_string_value(value), json_string_length(value)};
    return true;
}

struct str model_json_id(const json_t *value, struct arena *arena)
{
    struct str text;
    if (model_json_str(value, &text)) {
        return arena_str(arena, text);
    }
    const double number = json_is_number(value) ? json_number_value(value) : -1;
    if (number >= 0 && number < EXACT_BELOW && number == floor(number)) {
        return arena_printf(arena, "%" PRIu64, (uint64_t)number);
    }
    return STR_NONE;
}

bool model_json_take(struct str *rest, struct str *raw)
{
    const struct str s = *rest;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"') {
            *raw = (struct str){s.ptr, i};
            *rest = str_skip(s, i + 1);
            return true;
        }
        i += s.ptr[i] == '\\'; /* which hides a byte */
        if (i == s.len || s.ptr[i] < 0x20 || s.ptr[i] > 0x7e) {
            return false;
        }
    }
    return false;
}

/* Writes a character as UTF-8; its length. */
static size_t put_utf8(char *out, uint32_t code)
{
    static const unsigned char leads[] = {0, 0, 0xc0, 0xe0, 0xf0};
    if (code < 0x80) {
        out[0] = (char)code;
        return 1;
    }
    const size_t len = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    for (size_t i = len - 1; i > 0; i--) {
        out[i] = (char)(0x80 | (code & 0x3f));
        code >>= 6;
    }
    out[0] = (char)(leads[len] | code);
    return len;
}

/* Reads the escape at the front of s, a backslash; the bytes that were read, 0 where it is none. */
static size_t read_escape(struct str s, uint32_t *out)
{
    static const char names[] = "\"\\/bfnrt";
    static const char means[] = "\"\\/\b\f\n\r\t";
    if (s.len < 2) {
        return 0;
    }
    const char *name = memchr(names, s.ptr[1], sizeof names - 1);
    if (name == NULL) {
        return read_u_escape(s, out);
    }
    *out = (unsigned char)means[name - names];
    return 2;
}

bool model_json_unescape(struct str raw, struct arena *arena, struct str *out)
{
    if (!str_has(raw, '\\')) {
        *out = raw;
        return true;
    }
    char *text = arena_alloc(arena, raw.len); /* an escape is longer than what it means */
    size_t len = 0;
    while (raw.len > 0) {
        uint32_t code = (unsigned char)raw.ptr[0];
        const size_t taken = code == '\\' ? read_escape(raw, &code) : 1;
        if (taken == 0) {
            return false;
        }
        len += put_utf8(text + len, code);
        raw = str_skip(raw, taken);
    }
    *out = (struct str){text, len};
    return true;
}
