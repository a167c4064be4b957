#include "auth/common.h"

#include <string.h>
#include "base/embed.h"

#define WORD_MAX 64 /* bytes; no word of the list is longer */

EMBED(common_words, "src/auth/common.txt");

/* The whole line that has the byte at. */
static struct str line_at(size_t at)
{
    size_t first = at;
    while (first > 0 && common_words[first - 1] != '\n') {
        first--;
    }
    size_t end = at;
    while (end < common_words_len && common_words[end] != '\n') {
        end++;
    }
    return (struct str){common_words + first, end - first};
}

bool auth_common_has(struct str password)
{
    char folded[WORD_MAX];
    if (password.len > sizeof(folded)) {
        return false;
    }
    for (size_t i = 0; i < password.len; i++) {
        const char c = password.ptr[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    const struct str wanted = {folded, password.len};
    size_t low = 0; /* a line begins at low, and one ends before high */
    size_t high = (size_t)common_words_len;
    int order = 1;
    while (order != 0 && low < high) {
        const struct str line = line_at(low + (high - low) / 2);
        order = str_cmp(wanted, line);
        if (order < 0) {
            high = (size_t)(line.ptr - common_words);
        } else {
            low = (size_t)(line.ptr - common_words) + line.len + 1;
        }
    }
    explicit_bzero(folded, sizeof(folded));
    return order == 0;
}
