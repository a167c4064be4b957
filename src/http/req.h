#ifndef HTTP_REQ_H
#define HTTP_REQ_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * A request as a value, made from CGI meta-variables (RFC 3875) and a body, however they arrived:
 * FastCGI parameters, environment variables, or a test's literal. All text is borrowed from whoever
 * made the variables, or from the arena; a request lives as long as both.
 */

enum http_method {
    HTTP_GET,
    HTTP_HEAD,
    HTTP_POST,
    HTTP_PUT,
    HTTP_PATCH,
    HTTP_DELETE,
    HTTP_OTHER, /* any method that no route has */
    HTTP_METHOD__MAX
};

/* "GET". For HTTP_OTHER: "OTHER". */
const char *http_req_method_name(enum http_method method);

#define HTTP_PARAMS_MAX 4

struct http_var {
    struct str name, value; /* "HTTP_COOKIE", "a=b" */
};

struct http_req {
    enum http_method method;
    struct str path;             /* the route: "/messages/0", decoded; see http_req_init */
    struct str query;            /* after "?", not decoded; empty when there is none */
    struct str content_type;     /* lower case, without parameters; absent when there is none */
    struct str body;             /* empty when there is none */
    struct str remote;           /* the client's address, as the web server gives it */
    bool https;                  /* did the client speak TLS? */
    struct str cors;             /* for Access-Control-Allow-Origin: an origin or "*", "" for none;
                                    absent where that is not so of anybody; see http/cors.h */
    const struct http_var *vars; /* all meta-variables */
    size_t nvars;
    struct str params[HTTP_PARAMS_MAX]; /* what the route's :names matched, in order */
    struct arena *arena;
};

/*
 * Reads the variables. The path is the last segment of SCRIPT_NAME followed by PATH_INFO, so that a
 * program answers alike wherever it is mounted: "/chat/api/messages" and "/0" give "/messages/0".
 * Both arrive decoded (RFC 3875 section 4.1.5). A trailing slash is dropped.
 * ERR_PATH: an empty or dot segment, NUL or a control character, or bytes that are not UTF-8.
 * The rest is filled in then too, with "/" for the path, so that the request can be answered.
 * The body is the caller's to fill in.
 */
NODISCARD enum err http_req_init(struct http_req *req, const struct http_var *vars, size_t nvars,
                                 struct arena *arena);

/* A meta-variable by its exact name; absent when there is none. */
struct str http_req_var(const struct http_req *req, struct str name);

/* A header by its name in lower case with hyphens, "if-none-match"; absent when there is none. */
struct str http_req_header(const struct http_req *req, const char *name);

#endif
