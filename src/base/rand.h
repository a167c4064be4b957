#ifndef BASE_RAND_H
#define BASE_RAND_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

/* Random bytes and hashes, from libsodium. */

/* Must be called before anything else of this file; ends the process where there is no source. */
void rand_init(void);

/* Unpredictable bytes. */
void rand_bytes(void *out, size_t len);

/* An unpredictable number below limit (limit > 0), evenly spread. */
uint32_t rand_below(uint32_t limit);

/* A random word of n bytes' strength, 64 at most, in unpadded base64url (RFC 4648 section 5). */
struct str rand_word(struct arena *arena, size_t n);

/* SHA-256 of s as 64 lower-case hex digits. */
struct str rand_sha256(struct arena *arena, struct str s);

/*
 * A hash that is stable across processes and machines, for names and tags, not for secrets:
 * SipHash-2-4 under a fixed key. Ids that were given out hold it, so it never changes.
 */
uint64_t rand_hash64(struct str s);

#endif
