#include "auth/guard.h"

static bool is_safe(enum http_method method)
{
    return method == HTTP_GET || method == HTTP_HEAD;
}

/* host without the port that its scheme has anyway. */
static struct str bare_host(struct str host, bool https)
{
    const struct str port = https ? STR(":443") : STR(":80");
    return str_ends(host, port) ? (struct str){host.ptr, host.len - port.len} : host;
}

static bool is_ours(const struct config *config, const struct http_req *req, struct str origin)
{
    const struct str ours = str_of(config->origin);
    if (ours.len > 0) {
        return str_eq_nocase(origin, ours);
    }
    /* A proxy may have ended TLS before us, so the scheme is the page's to say; the host is what
     * counts. */
    const bool https = str_starts(origin, STR("https://"));
    if (!https && !str_starts(origin, STR("http://"))) {
        return false;
    }
    const struct str host = http_req_header(req, "host");
    return host.len > 0 &&
           str_eq_nocase(bare_host(str_skip(origin, https ? 8 : 7), https), bare_host(host, https));
}

enum err auth_guard_same_origin(const struct config *config, const struct http_req *req)
{
    if (is_safe(req->method)) {
        return ERR_OK;
    }
    const struct str site = http_req_header(req, "sec-fetch-site");
    if (str_is_set(site)) {
        return str_eq(site, STR("same-origin")) || str_eq(site, STR("none")) ? ERR_OK
                                                                             : ERR_CROSS_SITE;
    }
    const struct str origin = http_req_header(req, "origin");
    return !str_is_set(origin) || is_ours(config, req, origin) ? ERR_OK : ERR_CROSS_SITE;
}
