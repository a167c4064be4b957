#include "http/origin.h"

#include <string.h>

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

bool http_origin_eq(struct str a, struct str b)
{
    bool a_https;
    bool b_https;
    return take_scheme(&a, &a_https) && take_scheme(&b, &b_https) && a_https == b_https &&
           str_eq_nocase(bare_host(a, a_https), bare_host(b, b_https));
}

bool http_origin_is_asked(const struct http_req *req, struct str origin)
{
    const struct str host = http_req_header(req, "host");
    bool https;
    if (host.len == 0 || !take_scheme(&origin, &https) || (req->https && !https)) {
        return false;
    }
    return str_eq_nocase(bare_host(origin, https), bare_host(host, https));
}
