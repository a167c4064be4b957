#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

#include <stdbool.h>
#include "base/str.h"
#include "http/req.h"

/*
 * Whose page asks: what browsers send as Origin, "https://chat.example:8443" (RFC 6454
 * section 6.1). Host names have no case, and the port that the scheme has anyway need not be said.
 * "null", and whatever else is no origin, is like none.
 */

bool http_origin_eq(struct str a, struct str b);

/*
 * Is it the Host that was asked? Where we see TLS the origin must say so. Where we see none it may:
 * a proxy before us may have ended it.
 */
bool http_origin_is_asked(const struct http_req *req, struct str origin);

#endif
