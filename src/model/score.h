#ifndef MODEL_SCORE_H
#define MODEL_SCORE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* Scores of sorted sets, text and number. For this folder's files: ids stay text outside it. */

/*
 * "1795485764.2830355", "-5", "1e+20", "inf": what Redis prints, and nothing that it would not
 * read. False, and *score untouched, for anything else.
 */
NODISCARD bool model_score_read(struct str text, double *score);

/* As Redis prints it: 17 significant digits, a whole number without a point. Zero has no sign. */
struct str model_score_text(struct arena *arena, double score);

#endif
