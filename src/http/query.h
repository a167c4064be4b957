#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* application/x-www-form-urlencoded: query strings and form bodies (WHATWG URL section 5.1). */

/*
 * The first value of name in s, decoded into the arena; absent when there is none. "name" without "="
 * has the empty value.
 * ERR_INVALID: a broken percent escape in that pair, or a decoded NUL in it.
 */
NODISCARD enum err http_query_get(struct str s, struct str name, struct arena *arena, struct str *out);

/* Does s have a pair of this (undecoded) name? */
bool http_query_has(struct str s, struct str name);

/* Percent-decoding, with plus for space when form is set. ERR_INVALID as above. */
NODISCARD enum err http_query_decode(struct str s, bool form, struct arena *arena, struct str *out);

#endif
