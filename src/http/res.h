#ifndef HTTP_RES_H
#define HTTP_RES_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/buf.h"
#include "base/str.h"
#include "http/req.h"

/*
 * A response as a value, complete before a byte of it is written, so that Content-Length is right
 * and a handler that fails leaves nothing half said. Headers and body live in the request's arena.
 */

#define HTTP_RES_HEADERS_MAX 16
#define HTTP_RES_BODY_MAX    (8u * 1024 * 1024)

struct http_res {
    int status;              /* 200 until somebody says otherwise */
    struct str content_type; /* "application/json" until then; absent: no body */
    struct http_var headers[HTTP_RES_HEADERS_MAX];
    size_t nheaders;
    struct buf body;
    bool is_tagged;    /* the client may keep the body, and asks with its entity tag for it again */
    struct str detail; /* of an error, a sentence for people; absent: the problem's default */
    struct arena *arena;
};

void http_res_init(struct http_res *res, struct arena *arena);

/*
 * Adds a header. The value is copied into the arena; control characters in it are dropped, so that
 * a value can never begin a header of its own. One over the maximum is a bug and ends the process.
 */
void http_res_header(struct http_res *res, const char *name, struct str value);

/* Has it a header of this name, in whatever case? */
bool http_res_has(const struct http_res *res, struct str name);

/* The reason phrase of RFC 9110 section 15, "Not Found"; "Unknown" for what we never send. */
const char *http_res_status_text(int status);

/*
 * The whole response as CGI output (RFC 3875 section 6): Status, headers, blank line, body. With
 * head set the body is left out, but Content-Length stays the same. 204 and 304 have neither.
 * Every answer has the headers that guard it in a browser, and may be kept by nobody where it says
 * nothing of Cache-Control.
 */
void http_res_write(const struct http_res *res, bool head, struct buf *out);

#endif
