#include "auth/credential.h"

#include <sodium.h>
#include "auth/bearer.h"
#include "auth/session.h"
#include "base/rand.h"
#include "model/address.h"

#define SECRET_BYTES 32
#define SECRET_LEN   43   /* SECRET_BYTES in unpadded base64 */
#define BASIC_MAX    1024 /* bytes of a name, a colon and a password */

struct str auth_credential_new_token(struct arena *arena)
{
    const struct str secret = rand_word(arena, SECRET_BYTES);
    return arena_printf(arena, "%.*s%.*s", STR_FMT(AUTH_CREDENTIAL_PREFIX), STR_FMT(secret));
}

static bool is_token(struct str s)
{
    return str_starts(s, AUTH_CREDENTIAL_PREFIX) &&
           s.len == AUTH_CREDENTIAL_PREFIX.len + SECRET_LEN && str_is_made_of(s, STR("_-"));
}

/* What stands behind the colon; absent where the text is no base64 of a name and a password. */
static struct str basic_password(struct arena *arena, struct str text)
{
    char *bytes = arena_alloc(arena, BASIC_MAX);
    size_t len;
    if (sodium_base642bin((unsigned char *)bytes, BASIC_MAX, text.ptr, text.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return STR_NONE;
    }
    struct str password = {bytes, len};
    struct str name;
    return str_split(&password, ':', &name) ? password : STR_NONE;
}

static struct str shown_token(const struct http_req *req, struct str authorization)
{
    struct str token = auth_bearer_token(req);
    struct str scheme;
    if (!str_is_set(token) && str_split(&authorization, ' ', &scheme) &&
        str_eq_nocase(scheme, STR("Basic")) && str_is_set(authorization)) {
        token = basic_password(req->arena, str_trim(authorization));
    }
    return str_is_set(token) && is_token(token) ? token : STR_NONE;
}

struct str auth_credential_key(const struct http_req *req)
{
    const struct str authorization = http_req_header(req, "authorization");
    if (!str_is_set(authorization)) {
        return auth_session_key(req);
    }
    const struct str token = shown_token(req, authorization);
    return str_is_set(token) ? rand_sha256(req->arena, token) : STR_NONE;
}

struct store_asker auth_credential_asker(const struct config *config, const struct http_req *req)
{
    return (struct store_asker){.key = auth_credential_key(req),
                                .ttl_s = auth_session_ttl_s(config),
                                .networks = model_address_networks(req->arena, req->remote)};
}
