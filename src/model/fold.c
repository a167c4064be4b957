#include "model/fold.h"

#include <stdint.h>
#include <utf8proc.h>

#define PARTS_MAX 32 /* characters that one becomes; Unicode has none with more than 18 */

/* Is it a mark of Latin, Greek or Cyrillic? */
static bool is_accent(int32_t code)
{
    return code >= 0x300 && code <= 0x36f;
}

/* Categories of characters, as a set. */
#define SET(name) (1u << UTF8PROC_CATEGORY_##name)

static bool is_any_of(int32_t code, unsigned set)
{
    return (set >> utf8proc_category(code) & 1) != 0;
}

static bool is_space(int32_t code)
{
    return code == ' ' || is_any_of(code, SET(ZS) | SET(ZL) | SET(ZP) | SET(CC));
}

/* Appends a character that is folded; what separates words only when something follows it. */
static void add_folded(struct buf *out, int32_t code, bool is_first, bool *is_apart)
{
    uint8_t bytes[4];
    if (is_accent(code)) {
        return;
    }
    if (is_space(code)) {
        *is_apart = !is_first;
        return;
    }
    if (*is_apart) {
        buf_add_byte(out, ' ');
        *is_apart = false;
    }
    buf_add(out, bytes, (size_t)utf8proc_encode_char(code, bytes));
}

/* What a character is made of, folded; how many, at most PARTS_MAX. */
static size_t decompose(uint32_t code, int32_t parts[PARTS_MAX])
{
    if (code < 0x80) {
        parts[0] = code >= 'A' && code <= 'Z' ? (int32_t)(code - 'A' + 'a') : (int32_t)code;
        return 1;
    }
    const utf8proc_ssize_t n = utf8proc_decompose_char(
        (int32_t)code, parts, PARTS_MAX,
        UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE, NULL);
    return n < 0 || n > PARTS_MAX ? 0 : (size_t)n;
}

void model_fold(struct buf *out, struct str text)
{
    const size_t begin = out->len;
    int32_t parts[PARTS_MAX];
    bool is_apart = false; /* a space is due before what comes */
    while (text.len > 0) {
        uint32_t code = ' ';
        const size_t len = str_utf8_next(text, &code);
        const size_t n = decompose(code, parts);
        for (size_t i = 0; i < n; i++) {
            add_folded(out, parts[i], out->len == begin, &is_apart);
        }
        text = str_skip(text, len > 0 ? len : 1);
    }
}

/* Is it part of a word that goes on beside it? Letters without case (Lo) are not. */
static bool is_joining(uint32_t code)
{
    return is_any_of((int32_t)code, SET(LU) | SET(LL) | SET(LT) | SET(LM) | SET(MN) | SET(MC) |
                                        SET(ME) | SET(ND) | SET(NL) | SET(NO));
}

bool model_fold_is_edge(struct str folded, size_t at)
{
    uint32_t before, after;
    if (at == 0 || at >= folded.len) {
        return true;
    }
    size_t first = at - 1;
    while (first > 0 && ((unsigned char)folded.ptr[first] & 0xc0) == 0x80) {
        first--;
    }
    return str_utf8_next(str_skip(folded, first), &before) == 0 ||
           str_utf8_next(str_skip(folded, at), &after) == 0 || !is_joining(before) ||
           !is_joining(after);
}
