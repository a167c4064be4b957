#ifndef MODEL_EMOJI_H
#define MODEL_EMOJI_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/*
 * What somebody may react with: one emoji (Unicode Technical Standard 51, section 1.4). That is a
 * character with its skin tone, a flag, a keycap, or up to MODEL_EMOJI_JOINED of them joined by
 * U+200D, as families are. Which sequences a font draws as one picture is not asked: there are more
 * every year.
 */

#define MODEL_EMOJI_JOINED 5
#define MODEL_EMOJI_MAX    64 /* bytes of the longest */

/*
 * Reads one emoji, and nothing else, from text. *out, in the arena, is the one way to write it:
 * with U+FE0F where the character alone would be drawn as text, and without it elsewhere, so that
 * "❤" with and without it are the same. False, and *out untouched, for anything else.
 */
NODISCARD bool model_emoji_read(struct str text, struct arena *arena, struct str *out);

#endif
