#ifndef AUTH_SESSION_H
#define AUTH_SESSION_H

#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "http/req.h"
#include "http/res.h"
#include "store/conn.h"

/*
 * Who asks: the cookie snug_session holds a random token; Redis knows only its SHA-256. A token is
 * made fresh at every login, and lives nowhere but in the cookie.
 */

#define AUTH_SESSION_COOKIE      STR("snug_session")
#define AUTH_SESSION_TOKEN_BYTES 32

/* The SHA-256 of the request's token; absent when it carries none that could be one. */
struct str auth_session_key(const struct http_req *req);

/* Opens a session for user: stores it, and sets the cookie on res. */
NODISCARD enum err auth_session_open(const struct config *config, struct store_conn *conn,
                                     const struct http_req *req, struct http_res *res,
                                     struct str user);

/* Sets the cookie once more, if it is what was used: it lives as long as the session, which was
 * renewed by being used. */
void auth_session_renew(const struct config *config, const struct http_req *req,
                        struct http_res *res);

/* Ends the request's session, if it has one, and clears the cookie. */
NODISCARD enum err auth_session_close(const struct config *config, struct store_conn *conn,
                                      const struct http_req *req, struct http_res *res);

/* The session's idle life in seconds. */
uint64_t auth_session_ttl_s(const struct config *config);

#endif
