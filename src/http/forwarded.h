#ifndef HTTP_FORWARDED_H
#define HTTP_FORWARDED_H

#include "base/str.h"
#include "http/req.h"

/*
 * Who asks, where proxies stand between. X-Forwarded-For is what each of them appended the address
 * to that it was asked from, so only what proxies of ours wrote is true: it is read from its end.
 * trusted is the list of their networks (base/ip.h), "127.0.0.1, 10.0.0.0/8".
 */

/*
 * Where the request comes from a proxy that is trusted: makes req->remote the last address of
 * X-Forwarded-For that is no such proxy, or the first of all where each of them is one; and
 * req->https what X-Forwarded-Proto says, where it is "https" or "http". An address may stand in
 * brackets and have a port. Where there is something else before an answer is found, it is not
 * known who asks, and the address stays the proxy's. Nothing changes for anybody else.
 */
void http_forwarded_read(struct http_req *req, struct str trusted);

#endif
