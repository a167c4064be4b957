#ifndef AUTH_BEARER_H
#define AUTH_BEARER_H

#include <stdbool.h>
#include "http/req.h"

/* Who asks with "Authorization: Bearer TOKEN" (RFC 6750), which no browser sends by itself. */

/* The token; absent when the request shows none. */
struct str auth_bearer_token(const struct http_req *req);

/* Does it show this one? Takes as long whatever it shows. */
bool auth_bearer_is(const struct http_req *req, struct str secret);

#endif
