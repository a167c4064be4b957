#ifndef MODEL_SEARCH_H
#define MODEL_SEARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"
#include "model/event.h"
#include "model/fold.h"
#include "model/message.h"

/*
 * What somebody searches for, as they type it: words, "a phrase", from:NAME, in:ROOM, before:DAY,
 * in any order, blanks between them. A message fits that has all words and phrases. A word is found
 * where a word of the message begins with it, a phrase where it is in the message as whole words.
 * Both are compared as model/fold.h says. Names with blanks are quoted: in:"Book club".
 * A quote that is not closed goes on to the end. What looks like a filter of another name is a
 * word.
 */

#define MODEL_SEARCH_MAX       500 /* bytes */
#define MODEL_SEARCH_TERMS_MAX 16  /* words and phrases */

/* Bytes that any message needs, folded. */
#define MODEL_SEARCH_FOLD_MAX ((size_t)MODEL_FOLD_GROWTH * MODEL_EVENT_DATA_MAX)

struct model_search_term {
    struct str text; /* folded */
    bool whole;      /* a phrase: no word of the message goes on where it ends */
};

struct model_search {
    struct model_search_term terms[MODEL_SEARCH_TERMS_MAX];
    size_t nterms;
    struct str from;   /* a user's name or id, without "@"; absent: anybody */
    struct str in;     /* a room's id or name; absent: any room */
    struct str folded; /* in, folded */
    int64_t before;    /* seconds since 1970; 0: whenever */
};

/*
 * Reads what was typed; *out borrows from it and from the arena. ERR_TOO_LARGE, ERR_TEXT: as of a
 * message. ERR_INVALID: neither word, phrase nor from:, too many of them, a filter twice or without
 * a value, a day that is none; *why is a sentence that says so.
 */
NODISCARD enum err model_search_read(struct str typed, struct arena *arena,
                                     struct model_search *out, struct str *why);

/*
 * Do the words, phrases and the day fit the message? Nothing fits a deleted one. From whom it is,
 * and where, is for the caller to look at. scratch is for folding: a buffer of
 * MODEL_SEARCH_FOLD_MAX, which is emptied.
 */
bool model_search_fits(const struct model_search *search, const struct model_message *m,
                       struct buf *scratch);

#endif
