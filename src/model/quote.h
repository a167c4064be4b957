#ifndef MODEL_QUOTE_H
#define MODEL_QUOTE_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/str.h"
#include "model/message.h"

/*
 * What an answer quotes, as the answering message carries it:
 *     {"id":"1795485263.175001","from":"1","message":"Shall we meet at …"}
 * the first line that is not empty, so that who reads needs not ask for the rest. It stays as it
 * was when it was quoted.
 */

#define MODEL_QUOTE_MAX 140 /* bytes of text; where it goes on, "…" follows */

/* As JSON, in 7-bit ASCII. */
struct str model_quote_write(struct arena *arena, const struct model_message *of);

/* Takes a quote, written so, off the front of *rest. False for anything else. */
bool model_quote_take(struct str *rest, struct str *quote);

#endif
