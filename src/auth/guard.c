#include "auth/guard.h"

#include "auth/bearer.h"
#include "http/cors.h"
#include "http/forwarded.h"
#include "http/origin.h"

void auth_guard_receive(const struct config *config, struct http_req *req)
{
    http_forwarded_read(req, str_of(config->trusted_proxy));
    http_cors_read(req, str_of(config->cors));
}

static bool is_safe(enum http_method method)
{
    return method == HTTP_GET || method == HTTP_HEAD;
}

enum err auth_guard_same_origin(const struct config *config, const struct http_req *req)
{
    if (is_safe(req->method) || str_is_set(auth_bearer_token(req)) || http_cors_is_listed(req)) {
        return ERR_OK;
    }
    const struct str site = http_req_header(req, "sec-fetch-site");
    if (str_is_set(site)) {
        const bool own = str_eq(site, STR("same-origin")) || str_eq(site, STR("none"));
        return own ? ERR_OK : ERR_CROSS_SITE;
    }
    const struct str origin = http_req_header(req, "origin");
    if (!str_is_set(origin)) {
        return ERR_OK;
    }
    const struct str ours = str_of(config->origin);
    const bool own =
        ours.len > 0 ? http_origin_eq(ours, origin) : http_origin_is_asked(req, origin);
    return own ? ERR_OK : ERR_CROSS_SITE;
}
