#ifndef MODEL_JSON_H
#define MODEL_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* jansson, as this folder reads with it what others wrote. For its files alone. */

/*
 * Parses text; flags are jansson's. Where jansson refuses bytes that are not UTF-8, or half a
 * surrogate pair, they are replaced with U+FFFD and it is asked again. The caller releases *out
 * with json_decref(). ERR_PROTOCOL: not JSON.
 */
NODISCARD enum err model_json_load(struct str text, size_t flags, struct arena *arena,
                                   json_t **out);

/* A member by its name, else by the same in Pascal case. Borrowed; NULL: no such, or no object. */
json_t *model_json_get(const json_t *object, const char *name);

/* The text of a string, borrowed. False, and *out untouched, for anything else, NULL too. */
NODISCARD bool model_json_str(const json_t *value, struct str *out);

/* An id, written as a string or a whole number: its text, in the arena. Absent for others. */
struct str model_json_id(const json_t *value, struct arena *arena);

/*
 * Takes printable ASCII up to the quote that ends a JSON string, and the quote, off the front of
 * *rest. False where there is none.
 */
NODISCARD bool model_json_take(struct str *rest, struct str *raw);

/*
 * What a JSON string means, given the printable ASCII between its quotes: the bytes themselves
 * where nothing is escaped, else text in the arena. False, and *out untouched, for what is no JSON
 * or no Unicode.
 */
NODISCARD bool model_json_unescape(struct str raw, struct arena *arena, struct str *out);

#endif
