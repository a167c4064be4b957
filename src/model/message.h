#ifndef MODEL_MESSAGE_H
#define MODEL_MESSAGE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A message, as it is stored in a room's sorted set, as clients see it, and as the demo family
 * writes it. Ours is, byte for byte in all three places:
 *     {"id":"1795485263.175001","from":"1","date":1795485263,"message":"Hello","roomId":"1:2"}
 * with "nonce", "as" (the name that a webhook's sender gave), "replyTo" (model/quote.h) and
 * "mentions" (model/mention.h) after it, in this order, where there are any; then "rev" and
 * "edited", how often and when last it was changed, "reactions", emoji (model/emoji.h) → how many,
 * and "deleted", of which only the place is left. The send script puts id and date in front of a
 * tail that is made here, and later changes replace pieces of text, so that no script has to decode
 * a message and encode it again.
 */

#define MODEL_MESSAGE_TEXT_MAX  8000 /* bytes of UTF-8 */
#define MODEL_MESSAGE_NONCE_MAX 64
#define MODEL_MESSAGE_REV_MAX   999999999

struct model_message {
    struct str id;   /* our id, or score~tag of a message of the demo family; see model/id.h */
    struct str from; /* a user id; "0" where the writer left none that makes sense */
    int64_t date;    /* seconds since 1970 */
    struct str text; /* as it was written: valid UTF-8, not escaped */
    struct str room;
    struct str nonce;     /* absent where there is none */
    struct str as;        /* under which name a webhook says it; absent where that is its own */
    struct str quote;     /* of what it answers, JSON; absent where it answers nothing */
    struct str mentions;  /* JSON; absent where it speaks to nobody */
    uint64_t rev;         /* 0 where it was never edited */
    int64_t edited;       /* seconds since 1970; 0 where it was never edited */
    struct str reactions; /* JSON; absent where there are none */
    bool deleted;         /* then the text is empty */
    struct str json;      /* our stored form where it can be sent as it is, else absent */
};

/*
 * May this be sent? ERR_INVALID: empty. ERR_TOO_LARGE: over the limit. ERR_TEXT: not UTF-8, or
 * control characters other than tab and newline (U+0000 to U+001F, U+007F to U+009F).
 */
NODISCARD enum err model_message_check_text(struct str text);

/* 1 to 64 of [A-Za-z0-9_-]. */
bool model_message_is_nonce(struct str nonce);

/*
 * The part of the stored form that follows the date: ,"message":"…","roomId":"…" with the nonce
 * where there is one. In 7-bit ASCII, and without the closing brace.
 */
struct str model_message_tail(struct arena *arena, struct str text, struct str room,
                              struct str nonce);

/*
 * Reads a stored member. score is its score as Redis gives it. Where its id is the text of its
 * score it is ours: text stays as it is. Otherwise it is the demo family's: names in lower or
 * Pascal case, "from" a number or a string, "date" an integer, a float or a numeric string; the id
 * is made from score and content, and the entities that its writers put in (&amp; &quot; &#39; &lt;
 * &gt;, and &lt &gt without semicolon) are turned back, once. Text and names that are not UTF-8 are
 * repaired with U+FFFD; text of which no event could be made is cut. A date that is no time is
 * taken from the score. room, borrowed, is the room that it was read from; what the member says of
 * its room is not believed. Other fields borrow from member or live in the arena.
 *
 * ERR_PROTOCOL where there is no reading: not a JSON object, no message in it, or no score.
 */
NODISCARD enum err model_message_read(struct str member, struct str score, struct str room,
                                      struct arena *arena, struct model_message *out);

/*
 * Reads the data of a demo server's "message" envelope, which has no score yet: the writers store
 * it under its date, so the date is taken for it. The id is the one that model_message_read() will
 * give to the stored member. room comes from the data.
 *
 * ERR_PROTOCOL as above, or when it names no room that the demo family may know, or has no date.
 */
NODISCARD enum err model_message_read_foreign(struct str data, struct arena *arena,
                                              struct model_message *out);

/* As clients see it. */
void model_message_write(struct buf *out, const struct model_message *m);

#endif
