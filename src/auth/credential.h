#ifndef AUTH_CREDENTIAL_H
#define AUTH_CREDENTIAL_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
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
 *
 * With SNUG_REMOTE_USER it is a Bearer token, else whom the web server says that it has logged in
 * (REMOTE_USER, RFC 3875 section 4.1.11), and nothing else: Basic is the web server's then, and a
 * cookie says nothing. That meta-variable no client can set: what it sends of that name arrives as
 * HTTP_REMOTE_USER. To the rest, a user of the web server's is a session, whose key is the SHA-256
 * of "remote:" and the folded name. No cookie and no token has a ":" in it, so nobody can show it.
 */

#define AUTH_CREDENTIAL_PREFIX STR("snug_")

/* A new API token, for the one answer that shows it. */
struct str auth_credential_new_token(struct arena *arena);

/*
 * What the request shows. Redis has not been asked yet; no key where it shows nothing that could be
 * good. ERR_REMOTE_NAME: the web server's name for them is none that a user can have; then there is
 * no key either.
 */
NODISCARD enum err auth_credential_read(const struct config *config, const struct http_req *req,
                                        struct store_asker *asker);

#endif
