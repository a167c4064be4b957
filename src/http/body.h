#ifndef HTTP_BODY_H
#define HTTP_BODY_H

#include <stdbool.h>
#include <stddef.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "http/req.h"

/*
 * A request body as a few named fields, from JSON or from a form alike, so that no handler sees
 * syntax. The one file that reads JSON from clients.
 */

struct http_field {
    const char *name;
    bool required;
    size_t max;       /* bytes of its value, decoded */
    struct str value; /* out, in the request's arena; absent when the body does not have it */
};

/*
 * Fills in the fields. application/json: an object; a string gives its text, an integer its decimal
 * text, true and false "1" and "0", null counts as absent; anything else under a known name is
 * refused; unknown names are ignored. application/x-www-form-urlencoded: its pairs. No content
 * type, or another: ERR_MEDIA_TYPE. ERR_BODY: not JSON (RFC 8259; duplicate names and nesting over
 * 16 included), no object, a broken escape. ERR_TEXT: not UTF-8, or NUL in a value. ERR_INVALID: a
 * required field missing, a value of a wrong type, a number beyond 64 bits. ERR_TOO_LARGE: a value
 * over its max. Values then mean nothing, and *why is a sentence for the client, in the arena or a
 * literal, that names the field where it is one's.
 */
NODISCARD enum err http_body_fields(const struct http_req *req, struct http_field *fields, size_t n,
                                    struct str *why);

#endif
