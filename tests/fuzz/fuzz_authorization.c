/* Authorization headers: what is shown is a hash or nothing, and the cookie never stands in. */
#include <stdlib.h>
#include "auth/bearer.h"
#include "auth/credential.h"
#include "base/rand.h"

#define COOKIE "snug_session=ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmno-_"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    const struct http_var vars[] = {
        {STR("HTTP_AUTHORIZATION"), {(const char *)data, size}},
        {STR("HTTP_COOKIE"), STR(COOKIE)},
    };
    const struct http_req with = {.vars = vars, .nvars = 2, .arena = &arena};
    const struct http_req without = {.vars = vars, .nvars = 1, .arena = &arena};
    const struct str key = auth_credential_key(&with);
    if (str_is_set(key) && (key.len != 64 || !str_eq(key, auth_credential_key(&without)))) {
        abort();
    }
    if (auth_bearer_is(&with, STR("0123456789abcdef")) && !str_is_set(auth_bearer_token(&with))) {
        abort();
    }
    arena_finish(&arena);
    return 0;
}
