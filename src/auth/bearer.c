#include "auth/bearer.h"

#include "base/rand.h"

struct str auth_bearer_token(const struct http_req *req)
{
    struct str token = http_req_header(req, "authorization");
    struct str scheme;
    if (!str_split(&token, ' ', &scheme) || !str_eq_nocase(scheme, STR("Bearer")) ||
        !str_is_set(token)) {
        return STR_NONE;
    }
    token = str_trim(token);
    return token.len > 0 ? token : STR_NONE;
}

bool auth_bearer_is(const struct http_req *req, struct str secret)
{
    const struct str token = auth_bearer_token(req);
    /* How far two hashes are alike says nothing of the secret. */
    return str_is_set(token) &&
           str_eq(rand_sha256(req->arena, token), rand_sha256(req->arena, secret));
}
