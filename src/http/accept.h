#ifndef HTTP_ACCEPT_H
#define HTTP_ACCEPT_H

#include <stdbool.h>
#include "base/attr.h"
#include "base/err.h"
#include "http/req.h"

/* In which form a client would read an answer. */

enum http_form {
    HTTP_FORM_JSON,   /* "json", application/json: where nothing else is asked for */
    HTTP_FORM_NDJSON, /* "ndjson", application/x-ndjson: an object a line */
    HTTP_FORM_TEXT,   /* "text", text/plain: lines for people */
    HTTP_FORM__MAX
};

/* "application/x-ndjson", as Content-Type says it. */
struct str http_accept_type(enum http_form form);

/*
 * The form that format=… in the query names, else the one to which Accept gives the highest quality
 * (RFC 9110 section 12.5.1), JSON where that is so of several and where none of them is named.
 * ERR_INVALID: format is no form's name; *form is HTTP_FORM_JSON.
 */
NODISCARD enum err http_accept_form(const struct http_req *req, enum http_form *form);

/* Is that plain text? For answers that have two forms only. */
bool http_accept_is_text(const struct http_req *req);

#endif
