#include "auth/password.h"

#include <crypt.h>
#include <sodium.h>
#include <string.h>
#include "auth/common.h"
#include "base/mem.h"
#include "base/rand.h"
#include "model/user.h"

#define BCRYPT_BYTES 72 /* of a password; bcrypt does not see what follows */
#define BCRYPT_COST  10 /* as the demo family has it */
#define BCRYPT_LEN   60 /* of a hash: "$2b$10$", 22 of salt, 31 of digest */

/*
 * crypt(3) with a setting: a salt, or a whole hash whose salt it takes. Gives the hash in out;
 * false where crypt does not know the setting.
 */
static bool bcrypt(struct str password, const char *setting, char out[BCRYPT_LEN + 1])
{
    char phrase[BCRYPT_BYTES + 1] = {0};
    memcpy(phrase, password.ptr, password.len < BCRYPT_BYTES ? password.len : BCRYPT_BYTES);

    struct crypt_data *data = mem_zalloc(1, sizeof(*data));
    const struct str hash = str_of(crypt_r(phrase, setting, data));
    const bool done = hash.len == BCRYPT_LEN;
    if (done) {
        memcpy(out, hash.ptr, BCRYPT_LEN + 1);
    }
    sodium_memzero(data, sizeof(*data));
    sodium_memzero(phrase, sizeof(phrase));
    mem_free(data);
    return done;
}

/* A new bcrypt hash, whatever the length of the password. */
static enum err new_bcrypt(struct arena *arena, struct str password, struct str *hash)
{
    char random[16];
    char salt[CRYPT_GENSALT_OUTPUT_SIZE];
    char text[BCRYPT_LEN + 1];
    rand_bytes(random, sizeof(random));
    if (crypt_gensalt_rn("$2b$", BCRYPT_COST, random, sizeof(random), salt, sizeof(salt)) == NULL ||
        !bcrypt(password, salt, text)) {
        return ERR_INTERNAL;
    }
    *hash = arena_str(arena, str_of(text));
    return ERR_OK;
}

static enum err new_argon2id(const struct config *config, struct arena *arena, struct str password,
                             struct str *hash)
{
    char text[crypto_pwhash_STRBYTES];
    if (crypto_pwhash_str_alg(text, password.ptr, password.len, config->argon2_ops,
                              (size_t)config->argon2_kib * 1024,
                              crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return ERR_UNAVAILABLE;
    }
    *hash = arena_str(arena, str_of(text));
    return ERR_OK;
}

static enum err new_hash(const struct config *config, struct arena *arena, struct str password,
                         struct str *hash)
{
    switch (config->password_hash) {
    case CONFIG_HASH_ARGON2ID:
        return new_argon2id(config, arena, password, hash);
    case CONFIG_HASH_BCRYPT:
        return new_bcrypt(arena, password, hash);
    }
    return ERR_INTERNAL;
}

static bool is_too_long(const struct config *config, struct str password)
{
    return config->password_hash == CONFIG_HASH_BCRYPT && password.len > BCRYPT_BYTES;
}

enum err auth_password_check(const struct config *config, struct str name, struct str password)
{
    const enum err err = model_user_check_password(password);
    if (err != ERR_OK) {
        return err;
    }
    if (is_too_long(config, password)) {
        return ERR_PASSWORD_LONG;
    }
    return str_eq_nocase(password, name) || auth_common_has(password) ? ERR_PASSWORD_COMMON
                                                                      : ERR_OK;
}

enum err auth_password_hash(const struct config *config, struct arena *arena, struct str password,
                            struct str *hash)
{
    if (is_too_long(config, password)) {
        return ERR_PASSWORD_LONG;
    }
    return new_hash(config, arena, password, hash);
}

enum err auth_password_bcrypt(struct arena *arena, struct str password, struct str *hash)
{
    return new_bcrypt(arena, password, hash);
}

static bool is_bcrypt(struct str hash)
{
    return hash.len == BCRYPT_LEN &&
           (str_starts(hash, STR("$2b$")) || str_starts(hash, STR("$2a$")) ||
            str_starts(hash, STR("$2y$")));
}

static bool is_argon2id(struct str hash)
{
    return hash.len < crypto_pwhash_STRBYTES && str_starts(hash, STR("$argon2id$"));
}

bool auth_password_is_current(const struct config *config, struct str hash)
{
    if (config->password_hash == CONFIG_HASH_BCRYPT) {
        return is_bcrypt(hash);
    }
    char text[crypto_pwhash_STRBYTES] = {0};
    if (!is_argon2id(hash)) {
        return false;
    }
    memcpy(text, hash.ptr, hash.len);
    return crypto_pwhash_str_needs_rehash(text, config->argon2_ops,
                                          (size_t)config->argon2_kib * 1024) == 0;
}

bool auth_password_verify(const struct config *config, struct str hash, struct str password)
{
    struct arena arena;
    bool fits = false;
    arena_init(&arena);
    if (is_argon2id(hash)) {
        fits = crypto_pwhash_str_verify(arena_cstr(&arena, hash), password.ptr, password.len) == 0;
    } else if (is_bcrypt(hash)) {
        char text[BCRYPT_LEN + 1];
        fits = bcrypt(password, arena_cstr(&arena, hash), text) &&
               sodium_memcmp(text, hash.ptr, BCRYPT_LEN) == 0;
    } else {
        /* Making a hash is as much work as comparing one. That it can fail changes nothing. */
        (void)!new_hash(config, &arena, password, &hash);
    }
    arena_finish(&arena);
    return fits;
}
