#include "auth/signature.h"

#include <inttypes.h>
#include <sodium.h>
#include "base/rand.h"

#define PREFIX    STR("whsec_")
#define KEY_BYTES 32
#define KEY_MAX   64 /* bytes of a key that the specification allows */

static struct str base64(struct arena *arena, const unsigned char *bytes, size_t len)
{
    const size_t room = sodium_base64_encoded_len(len, sodium_base64_VARIANT_ORIGINAL);
    char *text = arena_alloc(arena, room);
    sodium_bin2base64(text, room, bytes, len, sodium_base64_VARIANT_ORIGINAL);
    return (struct str){text, room - 1};
}

struct str auth_signature_new_key(struct arena *arena)
{
    unsigned char key[KEY_BYTES];
    rand_bytes(key, sizeof(key));
    const struct str text = base64(arena, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    return arena_printf(arena, "%.*s%.*s", STR_FMT(PREFIX), STR_FMT(text));
}

enum err auth_signature_make(struct arena *arena, struct str key, struct str id, int64_t timestamp,
                             struct str body, struct str *out)
{
    unsigned char bytes[KEY_MAX], mac[crypto_auth_hmacsha256_BYTES];
    crypto_auth_hmacsha256_state state;
    size_t len;
    const struct str text = str_skip(key, PREFIX.len);
    if (!str_starts(key, PREFIX) || text.len == 0 ||
        sodium_base642bin(bytes, sizeof(bytes), text.ptr, text.len, NULL, &len, NULL,
                          sodium_base64_VARIANT_ORIGINAL) != 0) {
        return ERR_INVALID;
    }
    const struct str head = arena_printf(arena, "%.*s.%" PRId64 ".", STR_FMT(id), timestamp);
    crypto_auth_hmacsha256_init(&state, bytes, len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)head.ptr, head.len);
    crypto_auth_hmacsha256_update(&state, (const unsigned char *)body.ptr, body.len);
    crypto_auth_hmacsha256_final(&state, mac);
    sodium_memzero(bytes, sizeof(bytes));
    const struct str hmac = base64(arena, mac, sizeof(mac));
    *out = arena_printf(arena, "v1,%.*s", STR_FMT(hmac));
    return ERR_OK;
}
