/*
 * Authorization headers and REMOTE_USER: what is shown is a hash or nothing, a cookie never stands
 * in for an Authorization, and nobody but the web server says whom it has logged in.
 */
#include <stdlib.h>
#include "auth/bearer.h"
#include "auth/credential.h"
#include "base/rand.h"

#define COOKIE "snug_session=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno-_"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The key that is shown; absent for a name that nobody can have. */
static struct str key_of(bool remote_user, const struct http_req *req)
{
    const struct config config = {.remote_user = remote_user, .session_days = 30};
    struct store_asker asker;
    const enum err err = auth_credential_read(&config, req, &asker);
    const bool is_remote = str_is_set(asker.remote.name);
    if ((err && (str_is_set(asker.key) || is_remote)) || (is_remote && !remote_user) ||
        (str_is_set(asker.key) && asker.key.len != 64) ||
        (is_remote && asker.remote.hash.len != 60)) {
        abort();
    }
    return asker.key;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    const struct http_var vars[] = {
        {STR("HTTP_AUTHORIZATION"), {(const char *)data, size}},
        {STR("HTTP_COOKIE"), STR(COOKIE)},
        {STR("REMOTE_USER"), {(const char *)data, size}},
    };
    const struct http_req with = {.vars = vars, .nvars = 2, .arena = &arena};
    const struct http_req without = {.vars = vars, .nvars = 1, .arena = &arena};
    const struct http_req remote = {.vars = vars, .nvars = 3, .arena = &arena};
    const struct str key = key_of(false, &with);
    if (str_is_set(key) && !str_eq(key, key_of(false, &without))) {
        abort();
    }
    const struct str token = key_of(true, &with);
    if (str_is_set(token) && !str_eq(token, key_of(true, &remote))) {
        abort();
    }
    if (auth_bearer_is(&with, STR("0123456789abcdef")) && !str_is_set(auth_bearer_token(&with))) {
        abort();
    }
    arena_finish(&arena);
    return 0;
}
