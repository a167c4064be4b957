#include "auth/credential.h"

#include <sodium.h>
#include "auth/bearer.h"
#include "auth/session.h"
#include "base/rand.h"
#include "model/address.h"
#include "model/user.h"

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

/* The SHA-256 of a token or a session; absent where none is shown. */
static struct str shown_key(const struct http_req *req)
{
    const struct str authorization = http_req_header(req, "authorization");
    if (!str_is_set(authorization)) {
        return auth_session_key(req);
    }
    const struct str token = shown_token(req, authorization);
    return str_is_set(token) ? rand_sha256(req->arena, token) : STR_NONE;
}

/*
 * A stored password that fits none: demo servers want one that bcrypt can read, and nobody has seen
 * what these random digits would be the digest of.
 */
static struct str nobodys_hash(struct arena *arena)
{
    enum { SALT = 21, DIGEST = 30, BYTES = 39 }; /* letters, letters, and bytes for as many */
    const struct str word = rand_word(arena, BYTES);
    char *letters = arena_alloc(arena, word.len);
    for (size_t i = 0; i < word.len; i++) {
        const char c = word.ptr[i];
        letters[i] = (char)(c == '-' ? '.' : c == '_' ? '/' : c);
    }
    /* The last letters of both stand for less than six bits: "." fits always. */
    return arena_printf(arena, "$2b$10$%.*s.%.*s.", SALT, letters, DIGEST, letters + SALT);
}

/* A session of whom the web server has logged in. */
static enum err read_remote(const struct http_req *req, struct str name, struct store_asker *asker)
{
    if (model_user_check_name(name) != ERR_OK) {
        return ERR_REMOTE_NAME;
    }
    const struct str folded = model_user_fold(req->arena, name);
    asker->key = rand_sha256(req->arena, arena_printf(req->arena, "remote:%.*s", STR_FMT(folded)));
    asker->remote = (struct store_remote){.name = name,
                                          .hash = nobodys_hash(req->arena),
                                          .address = req->remote,
                                          .agent = http_req_header(req, "user-agent")};
    return ERR_OK;
}

enum err auth_credential_read(const struct config *config, const struct http_req *req,
                              struct store_asker *asker)
{
    *asker = (struct store_asker){.ttl_s = auth_session_ttl_s(config),
                                  .networks = model_address_networks(req->arena, req->remote)};
    const struct str remote = http_req_var(req, STR("REMOTE_USER"));
    const struct str token = auth_bearer_token(req);
    if (!config->remote_user) {
        asker->key = shown_key(req);
    } else if (str_is_set(token)) {
        asker->key = is_token(token) ? rand_sha256(req->arena, token) : STR_NONE;
    } else if (remote.len > 0) {
        return read_remote(req, remote, asker);
    }
    return ERR_OK;
}
