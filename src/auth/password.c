#include "auth/password.h"

#include <crypt.h>
#include <sodium.h>
#include "base/mem.h"
#include "base/rand.h"

#define BCRYPT_BYTES 72
#define BCRYPT_COST  10

enum err auth_password_bcrypt(struct arena *arena, struct str password, struct str *hash)
{
    char salt[CRYPT_GENSALT_OUTPUT_SIZE], random[16];
    rand_bytes(random, sizeof(random));
    if (crypt_gensalt_rn("$2b$", BCRYPT_COST, random, sizeof(random), salt, sizeof(salt)) == NULL) {
        return ERR_INTERNAL;
    }
    struct crypt_data *data = mem_zalloc(1, sizeof(*data));
    const char *out = crypt_r(arena_cstr(arena, password), salt, data);
    const enum err err = out != NULL && out[0] == '$' ? ERR_OK : ERR_INTERNAL;
    if (!err) {
        *hash = arena_str(arena, str_of(out));
    }
    sodium_memzero(data, sizeof(*data));
    mem_free(data);
    return err;
}

static enum err argon2id(const struct config *config, struct arena *arena, struct str password,
                         struct str *hash)
{
    char out[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(out, password.ptr, password.len, config->argon2_ops,
                              config->argon2_kib * 1024, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return ERR_UNAVAILABLE;
    }
    *hash = arena_str(arena, str_of(out));
    return ERR_OK;
}

enum err auth_password_hash(const struct config *config, struct arena *arena, struct str password,
                            struct str *hash)
{
    if (config->password_hash == CONFIG_HASH_ARGON2ID) {
        return argon2id(config, arena, password, hash);
    }
    return password.len > BCRYPT_BYTES ? ERR_INVALID : auth_password_bcrypt(arena, password, hash);
}

static bool bcrypt_fits(const char *hash, const char *password)
{
    struct crypt_data *data = mem_zalloc(1, sizeof(*data));
    const char *out = crypt_r(password, hash, data);
    const size_t len = strlen(hash);
    const bool fits = out != NULL && strlen(out) == len && sodium_memcmp(out, hash, len) == 0;
    sodium_memzero(data, sizeof(*data));
    mem_free(data);
    return fits;
}

/* The work of a verification, for a name that nobody has. */
static void spend(const struct config *config, struct arena *arena, struct str password)
{
    struct str hash;
    if (auth_password_hash(config, arena, password.len > BCRYPT_BYTES ? STR("dummy") : password,
                           &hash)) {
        return;
    }
}

bool auth_password_verify(const struct config *config, struct str hash, struct str password)
{
    struct arena arena;
    bool fits = false;
    arena_init(&arena);
    if (!str_is_set(hash)) {
        spend(config, &arena, password);
    } else if (str_starts(hash, STR("$argon2id$")) && hash.len < crypto_pwhash_STRBYTES) {
        fits = crypto_pwhash_str_verify(arena_cstr(&arena, hash), password.ptr, password.len) == 0;
    } else if (str_starts(hash, STR("$2a$")) || str_starts(hash, STR("$2b$")) ||
               str_starts(hash, STR("$2y$"))) {
        fits = bcrypt_fits(arena_cstr(&arena, hash), arena_cstr(&arena, password));
    }
    arena_finish(&arena);
    return fits;
}
