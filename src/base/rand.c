#include "base/rand.h"

#include <sodium.h>
#include "base/mem.h"

#define WORD_MAX 64

void rand_init(void)
{
    if (sodium_init() < 0) {
        mem_die("randomness: libsodium finds no source");
    }
}

void rand_bytes(void *out, size_t len)
{
    randombytes_buf(out, len);
}

uint32_t rand_below(uint32_t limit)
{
    return randombytes_uniform(limit);
}

struct str rand_word(struct arena *arena, size_t n)
{
    if (n > WORD_MAX) {
        mem_die("bounds: a random word of over 64 bytes");
    }
    unsigned char bytes[WORD_MAX];
    rand_bytes(bytes, n);
    const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
    const size_t room = sodium_base64_encoded_len(n, variant); /* with its NUL */
    char *text = arena_alloc(arena, room);
    sodium_bin2base64(text, room, bytes, n, variant);
    sodium_memzero(bytes, sizeof(bytes));
    return (struct str){text, room - 1};
}

struct str rand_sha256(struct arena *arena, struct str s)
{
    unsigned char hash[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(hash, (const unsigned char *)s.ptr, s.len);
    const size_t room = sizeof(hash) * 2 + 1;
    char *text = arena_alloc(arena, room);
    sodium_bin2hex(text, room, hash, sizeof(hash));
    return (struct str){text, room - 1};
}

/* Little-endian, as SipHash's authors have it: the same number on every machine. */
uint64_t rand_hash64(struct str s)
{
    static const unsigned char key[crypto_shorthash_KEYBYTES] = "snug: tags only";
    unsigned char hash[crypto_shorthash_BYTES];
    crypto_shorthash(hash, (const unsigned char *)s.ptr, s.len, key);
    uint64_t n = 0;
    for (size_t i = sizeof(hash); i > 0; i--) {
        n = n << 8 | hash[i - 1];
    }
    return n;
}
