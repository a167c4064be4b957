#ifndef AUTH_GUARD_H
#define AUTH_GUARD_H

#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "http/req.h"

/*
 * Where a request comes from. Every method that changes something, with a credential that a browser
 * sends by itself, must come from our own page: Sec-Fetch-Site same-origin or none; without that
 * header an Origin, where there is one, must be ours (SNUG_ORIGIN, else the Host that was asked),
 * "null" is not; with neither, as from curl, it passes. Login is held to the same rule, so that no
 * page logs somebody in as somebody else. Origins that SNUG_CORS lists are as good as ours. Who
 * shows a Bearer token passes: no browser sends one by itself, and a page of another origin can add
 * none unless SNUG_CORS lets it.
 */

/* Of a request that has just been read: believes trusted proxies, and sees who may read the answer.
 */
void auth_guard_receive(const struct config *config, struct http_req *req);

/* ERR_CROSS_SITE, else ERR_OK. Safe methods always pass. */
NODISCARD enum err auth_guard_same_origin(const struct config *config, const struct http_req *req);

#endif
