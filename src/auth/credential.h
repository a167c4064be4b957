#ifndef AUTH_CREDENTIAL_H
#define AUTH_CREDENTIAL_H

#include "base/arena.h"
#include "base/config.h"
#include "base/str.h"
#include "http/req.h"
#include "store/asker.h"

/*
 * What a request shows of who asks: an API token as "Authorization: Bearer TOKEN" (RFC 6750) or as
 * the password of "Authorization: Basic" (RFC 7617, the user name does not matter), else the cookie
 * of a session (auth/session). An Authorization that shows neither counts as nothing shown: whoever
 * sends one means it, and a cookie beside it is not used. snug never asks for Basic.
 *
 * A token is "snug_" and 43 characters: whoever looks for leaked secrets finds it, and it cannot be
 * taken for a session's, which has no such beginning. Redis knows only its SHA-256.
 */

#define AUTH_CREDENTIAL_PREFIX STR("snug_")

/* A new API token, for the one answer that shows it. */
struct str auth_credential_new_token(struct arena *arena);

/* The SHA-256 of what the request shows; absent where that is nothing that could be good. */
struct str auth_credential_key(const struct http_req *req);

/* The same as an asker. Redis has not been asked yet. */
struct store_asker auth_credential_asker(const struct config *config, const struct http_req *req);

#endif
