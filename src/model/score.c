#include "model/score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX 63 /* bytes; the longest that %.17g gives is 24 */

/* Takes digits off the front of *s; how many. */
static size_t skip_digits(struct str *s)
{
    size_t n = 0;
    while (n < s->len && s->ptr[n] >= '0' && s->ptr[n] <= '9') {
        n++;
    }
    *s = str_skip(*s, n);
    return n;
}

/* Takes one byte off the front of *s where it is one of the bytes of set. */
static bool skip_one(struct str *s, struct str set)
{
    if (s->len == 0 || !str_has(set, s->ptr[0])) {
        return false;
    }
    *s = str_skip(*s, 1);
    return true;
}

/* Is s a decimal number, without the hexadecimal, blanks and words that strtod() takes as well? */
static bool is_decimal(struct str s)
{
    skip_one(&s, STR("-"));
    if (skip_digits(&s) == 0) {
        return false;
    }
    if (skip_one(&s, STR(".")) && skip_digits(&s) == 0) {
        return false;
    }
    if (skip_one(&s, STR("eE"))) {
        skip_one(&s, STR("+-"));
        if (skip_digits(&s) == 0) {
            return false;
        }
    }
    return s.len == 0;
}

bool model_score_read(struct str text, double *score)
{
    const bool infinite = str_eq(text, STR("inf")) || str_eq(text, STR("-inf"));
    if (text.len > TEXT_MAX || (!infinite && !is_decimal(text))) {
        return false;
    }
    char copy[TEXT_MAX + 1];
    memcpy(copy, text.ptr, text.len);
    copy[text.len] = '\0';
    const double value = strtod(copy, NULL);
    if (!infinite && !isfinite(value)) {
        return false;
    }
    *score = value;
    return true;
}

struct str model_score_text(struct arena *arena, double score)
{
    return arena_printf(arena, "%.17g", score == 0 ? 0.0 : score);
}
