#include "auth/session.h"

#include "auth/link.h"
#include "base/rand.h"
#include "http/cookie.h"
#include "store/session.h"

#define TOKEN_LEN 43 /* AUTH_SESSION_TOKEN_BYTES in unpadded base64 */

/* The request's token; absent where it carries none that could be one. */
static struct str read_token(const struct http_req *req)
{
    const struct str token = http_cookie_find(http_req_header(req, "cookie"), AUTH_SESSION_COOKIE);
    const bool is_token = token.len == TOKEN_LEN && str_is_made_of(token, STR("_-"));
    return is_token ? token : STR_NONE;
}

struct str auth_session_key(const struct http_req *req)
{
    const struct str token = read_token(req);
    return str_is_set(token) ? rand_sha256(req->arena, token) : STR_NONE;
}

uint64_t auth_session_ttl_s(const struct config *config)
{
    return config->session_days * 24 * 3600;
}

static void set_cookie(const struct config *config, const struct http_req *req,
                       struct http_res *res, struct str value, int64_t max_age)
{
    const bool secure = req->https || config->secure_cookie;
    http_res_header(res, "Set-Cookie",
                    http_cookie_set(req->arena, AUTH_SESSION_COOKIE, value, auth_link_mount(req),
                                    max_age, secure));
}

enum err auth_session_open(const struct config *config, struct store_conn *conn,
                           const struct http_req *req, struct http_res *res, struct str user)
{
    const struct str token = rand_word(req->arena, AUTH_SESSION_TOKEN_BYTES);
    const uint64_t ttl = auth_session_ttl_s(config);
    const struct str older = auth_session_key(req);
    enum err err = store_session_create(conn, req->arena, rand_sha256(req->arena, token), user,
                                        req->remote, http_req_header(req, "user-agent"), ttl);
    /* The cookie takes the place of an older one, whose session nobody could end any more. */
    if (!err && str_is_set(older)) {
        err = store_session_end(conn, req->arena, older);
    }
    if (!err) {
        set_cookie(config, req, res, token, (int64_t)ttl);
    }
    return err;
}

void auth_session_renew(const struct config *config, const struct http_req *req,
                        struct http_res *res)
{
    const struct str token = read_token(req);
    if (!config->remote_user && str_is_set(token) &&
        !str_is_set(http_req_header(req, "authorization"))) {
        set_cookie(config, req, res, token, (int64_t)auth_session_ttl_s(config));
    }
}

enum err auth_session_close(const struct config *config, struct store_conn *conn,
                            const struct http_req *req, struct http_res *res)
{
    const struct str key = auth_session_key(req);
    const enum err err = str_is_set(key) ? store_session_end(conn, req->arena, key) : ERR_OK;
    if (!err) {
        set_cookie(config, req, res, STR(""), 0);
    }
    return err;
}
