#ifndef AUTH_GUARD_H
#define AUTH_GUARD_H

#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "http/req.h"

/*
 * Cross-site requests. Every method that changes something, with a credential that a browser sends
 * by itself, must come from our own page: Sec-Fetch-Site same-origin or none; without that header
 * an Origin, where there is one, must be ours (SNUG_ORIGIN, else the Host that was asked), "null"
 * is not; with neither, as from curl, it passes. Login is held to the same rule, so that no page
 * logs somebody in as somebody else.
 */

/* ERR_CROSS_SITE, else ERR_OK. Safe methods always pass. */
NODISCARD enum err auth_guard_same_origin(const struct config *config, const struct http_req *req);

#endif
