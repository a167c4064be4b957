#ifndef HTTP_QUERY_H
#define HTTP_QUERY_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/* application/x-www-form-urlencoded: query strings and form bodies (WHATWG URL section 5.1). */

/*
 * The first value of name in s, decoded into the arena; absent when there is none. "name" without
 * "=" has the empty value. A pair whose name does not decode is passed over. ERR_INVALID: a broken
 * percent escape in the value. ERR_TEXT: a NUL, escaped or not, in it.
 */
NODISCARD enum err http_query_get(struct str s, struct str name, struct arena *arena,
                                  struct str *out);

/* Does s have "name=", spelled so, with or without a value? */
bool http_query_has(struct str s, struct str name);

/* s as a value: everything percent-encoded but letters, digits and "-._~" (RFC 3986 section 2.3).
 */
struct str http_query_encode(struct arena *arena, struct str s);

/*
 * s with this value of name in place of those that it has, as it may stand in a URI (RFC 3986):
 * for a link that goes on from an answer.
 */
struct str http_query_with(struct str s, struct str name, struct str value, struct arena *arena);

/* Percent-decoding, with plus for space when form is set. Errors as above. */
NODISCARD enum err http_query_decode(struct str s, bool form, struct arena *arena, struct str *out);

#endif
