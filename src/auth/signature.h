#ifndef AUTH_SIGNATURE_H
#define AUTH_SIGNATURE_H

#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Signatures of what is sent to the address of a bot, as Standard Webhooks 1.0.0 has them:
 * HMAC-SHA256 over "id.timestamp.body". So a receiver needs nothing of ours to check that we sent
 * it, and when.
 */

/* A new key: "whsec_" and 32 random bytes in base64, as receivers take it. */
struct str auth_signature_new_key(struct arena *arena);

/*
 * What goes into the header webhook-signature: "v1," and the HMAC in base64. timestamp is seconds
 * since 1970. ERR_INVALID: the key is none.
 */
NODISCARD enum err auth_signature_make(struct arena *arena, struct str key, struct str id,
                                       int64_t timestamp, struct str body, struct str *out);

#endif
