#include "auth/guard.h"

#include <string.h>

static bool is_safe(enum http_method method)
{
    return method == HTTP_GET || method == HTTP_HEAD;
}

/* host without the port that the scheme has anyway. */
static struct str bare_host(struct str host, bool https)
{
    const struct str port = https ? STR(":443") : STR(":80");
    return str_ends(host, port) ? (struct str){host.ptr, host.len - port.len} : host;
}

/* Takes "http://" or "https://" off the front of *origin. False where it has neither. */
static bool take_scheme(struct str *origin, bool *https)
{
    *https = str_starts(*origin, STR("https://"));
    if (!*https && !str_starts(*origin, STR("http://"))) {
        return false;
    }
    *origin = str_skip(*origin, *https ? strlen("https://") : strlen("http://"));
    return true;
}

/*
 * Is origin the Host that was asked? Where we see TLS it must say so. Where we see none it may:
 * a proxy before us may have ended it.
 */
static bool is_asked_host(const struct http_req *req, struct str origin)
{
    const struct str host = http_req_header(req, "host");
    bool https;
    if (host.len == 0 || !take_scheme(&origin, &https) || (req->https && !https)) {
        return false;
    }
    return str_eq_nocase(bare_host(origin, https), bare_host(host, https));
}

/* Is origin the one that SNUG_ORIGIN says? */
static bool is_configured(struct str ours, struct str origin)
{
    bool ours_https;
    bool https;
    return take_scheme(&ours, &ours_https) && take_scheme(&origin, &https) && https == ours_https &&
           str_eq_nocase(bare_host(origin, https), bare_host(ours, https));
}

enum err auth_guard_same_origin(const struct config *config, const struct http_req *req)
{
    if (is_safe(req->method)) {
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
    const bool own = ours.len > 0 ? is_configured(ours, origin) : is_asked_host(req, origin);
    return own ? ERR_OK : ERR_CROSS_SITE;
}
