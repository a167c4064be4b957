#ifndef HTTP_CORS_H
#define HTTP_CORS_H

#include <stdbool.h>
#include "base/str.h"
#include "http/req.h"
#include "http/res.h"

/*
 * What browsers let pages of other origins do (the CORS protocol, Fetch standard section 3.2). list
 * says which: none where it is empty; origins, separated by commas, which may do all that our own
 * page may, the browser's cookie included; or "*", every page, which may do nothing with what the
 * browser sends by itself. Where a list is set, answers say Vary, since they differ.
 */

/* Fills in req->cors. */
void http_cors_read(struct http_req *req, struct str list);

/* Does a page ask whose origin is in the list by its name? */
bool http_cors_is_listed(const struct http_req *req);

/*
 * Is it the browser's question (OPTIONS) before a request of a page that may ask? Then res is the
 * answer, but for what http_cors_say() adds.
 */
bool http_cors_preflight(const struct http_req *req, struct http_res *res);

/* Adds to an answer who may read it. */
void http_cors_say(const struct http_req *req, struct http_res *res);

#endif
