#ifndef MODEL_FOLD_H
#define MODEL_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include "base/buf.h"
#include "base/str.h"

/*
 * Text as a search compares it: without regard to case, accents and forms of the same letter. Each
 * character is case-folded and decomposed (Unicode 14, compatibility mappings included: full width,
 * ligatures), and then loses the combining marks U+0300 to U+036F, which is what Latin, Greek and
 * Cyrillic write above and below their letters. So "Čapek" is "capek", "Straße" is "strasse" and
 * "Ёлка" is "елка"; but "ø" and "ł" are letters of their own, and marks of other scripts stay.
 * Characters that nobody sees are dropped. What separates words is one space, and none at the ends.
 */

#define MODEL_FOLD_GROWTH 12 /* times as many bytes as before, at most */

/* Appends text, folded; bytes that are not UTF-8 separate words. What is appended is UTF-8. */
void model_fold(struct buf *out, struct str text);

/*
 * Does a word of the folded text begin or end at this byte? So it is at both ends, beside whatever
 * is no letter, digit or mark, and beside each letter of the scripts that know no case, since many
 * of them write no spaces between words.
 */
bool model_fold_is_edge(struct str folded, size_t at);

#endif
