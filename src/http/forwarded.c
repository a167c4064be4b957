#include "http/forwarded.h"

#include "base/ip.h"

/* Takes what stands behind the last comma off the end of *rest; false, where *rest is absent. */
static bool split_last(struct str *rest, struct str *piece)
{
    size_t at = rest->len;
    if (!str_is_set(*rest)) {
        return false;
    }
    while (at > 0 && rest->ptr[at - 1] != ',') {
        at--;
    }
    *piece = str_trim(str_skip(*rest, at));
    *rest = at > 0 ? (struct str){rest->ptr, at - 1} : STR_NONE;
    return true;
}

static bool is_port(struct str s)
{
    return s.len == 0 || (s.ptr[0] == ':' && str_is_digits(str_skip(s, 1)));
}

/* The address in "192.0.2.7:8080", "[2001:db8::1]" and "[2001:db8::1]:8080"; else the hop. */
static struct str bare_address(struct str hop)
{
    const bool in_brackets = str_starts(hop, STR("["));
    struct str rest = str_skip(hop, in_brackets ? 1 : 0);
    struct str address = hop;
    (void)str_split(&rest, in_brackets ? ']' : ':', &address);
    if (!str_is_set(rest)) {
        return hop;
    }
    return (in_brackets ? is_port(rest) : str_is_digits(rest)) ? address : hop;
}

/* Who asked the proxy; absent where that cannot be said. */
static struct str client_of(struct str hops, struct str trusted)
{
    struct str hop = STR_NONE;
    struct ip ip;
    while (split_last(&hops, &hop)) {
        hop = bare_address(hop);
        if (!ip_read(hop, &ip)) {
            return STR_NONE;
        }
        if (!ip_is_listed(&ip, trusted)) {
            break;
        }
    }
    return hop;
}

void http_forwarded_read(struct http_req *req, struct str trusted)
{
    struct ip peer;
    if (trusted.len == 0 || !ip_read(req->remote, &peer) || !ip_is_listed(&peer, trusted)) {
        return;
    }
    const struct str client = client_of(http_req_header(req, "x-forwarded-for"), trusted);
    const struct str proto = http_req_header(req, "x-forwarded-proto");
    if (str_is_set(client)) {
        req->remote = client;
    }
    if (str_eq_nocase(proto, STR("https")) || str_eq_nocase(proto, STR("http"))) {
        req->https = str_eq_nocase(proto, STR("https"));
    }
}
