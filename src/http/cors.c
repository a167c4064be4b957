#include "http/cors.h"

#include "http/origin.h"

/* What scripts read of an answer besides what they may always. */
#define EXPOSED "ETag, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id"
/* What they may send besides what they may always. */
#define ACCEPTED "Authorization, Content-Type, Idempotency-Key, If-None-Match, Last-Event-ID"
/* For how long the answer to a preflight holds, in seconds: no browser keeps it longer. */
#define KEPT "7200"

static bool has_origin(struct str list, struct str origin)
{
    struct str entry;
    while (str_split(&list, ',', &entry)) {
        if (http_origin_eq(str_trim(entry), origin)) {
            return true;
        }
    }
    return false;
}

static bool is_everybody(struct str list)
{
    return str_eq(list, STR("*"));
}

void http_cors_read(struct http_req *req, struct str list)
{
    const struct str origin = http_req_header(req, "origin");
    if (is_everybody(list)) {
        req->cors = list;
    } else if (list.len > 0) {
        req->cors = has_origin(list, origin) ? origin : STR("");
    }
}

bool http_cors_is_listed(const struct http_req *req)
{
    return req->cors.len > 0 && !is_everybody(req->cors);
}

bool http_cors_preflight(const struct http_req *req, struct http_res *res)
{
    if (req->cors.len == 0 || !str_eq(http_req_var(req, STR("REQUEST_METHOD")), STR("OPTIONS")) ||
        !str_is_set(http_req_header(req, "access-control-request-method"))) {
        return false;
    }
    res->status = 204;
    http_res_header(res, "Access-Control-Allow-Methods",
                    STR("GET, HEAD, POST, PUT, PATCH, DELETE"));
    http_res_header(res, "Access-Control-Allow-Headers", STR(ACCEPTED));
    http_res_header(res, "Access-Control-Max-Age", STR(KEPT));
    return true;
}

void http_cors_say(const struct http_req *req, struct http_res *res)
{
    if (!str_is_set(req->cors)) {
        return;
    }
    http_res_header(res, "Vary", STR("Origin"));
    if (req->cors.len > 0) {
        http_res_header(res, "Access-Control-Allow-Origin", req->cors);
        http_res_header(res, "Access-Control-Expose-Headers", STR(EXPOSED));
    }
    if (http_cors_is_listed(req)) {
        http_res_header(res, "Access-Control-Allow-Credentials", STR("true"));
    }
}
