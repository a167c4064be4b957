#ifndef MODEL_SPOT_H
#define MODEL_SPOT_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/*
 * A spot in the messages of many rooms, the newest first: where a search has come to. Messages are
 * in the order of their scores; of equal ones in the order of their rooms' ids as bytes; within a
 * room as Redis has them. A spot says how many of the room's messages with this score are before
 * it; and all messages with this score of rooms before this one are. As text it is
 * "score~skip~room".
 */

#define MODEL_SPOT_SKIP_MAX 1000000000

struct model_spot {
    struct str score; /* as Redis writes it, or reads it */
    double at;        /* the same, to compare */
    uint64_t skip;
    struct str room;
};

/* With the number that the score is. False, and *out untouched: it is none. */
NODISCARD bool model_spot_make(struct str score, uint64_t skip, struct str room,
                               struct model_spot *out);

/* Less than 0: a comes before b: it is newer. */
int model_spot_cmp(const struct model_spot *a, const struct model_spot *b);

struct str model_spot_text(struct arena *arena, const struct model_spot *spot);

/* Borrows from text. False, and *out untouched, for what is no spot. */
NODISCARD bool model_spot_read(struct str text, struct model_spot *out);

#endif
