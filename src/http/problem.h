#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "base/err.h"
#include "http/req.h"
#include "http/res.h"

/*
 * The one place where an error becomes a status and a body: application/problem+json (RFC 9457), or
 * one line for a client that asked for plain text. docs/API.md lists the codes.
 */

/* The status of an error. ERR_OK and errors that no client should see are 500. */
int http_problem_status(enum err err);

/* An error of this status, for what others have refused: the first, and where there is none
 * ERR_INVALID, or, from 500 on, ERR_INTERNAL. */
enum err http_problem_of(int status);

/*
 * Makes res the answer to err: status, content type, body from res->detail or a default sentence,
 * Retry-After where trying again helps. A body that was begun is thrown away, headers stay.
 */
void http_problem_write(struct http_res *res, const struct http_req *req, enum err err);

#endif
