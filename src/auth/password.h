#ifndef AUTH_PASSWORD_H
#define AUTH_PASSWORD_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Stored passwords: argon2id in libsodium's text form ("$argon2id$…"), and bcrypt ("$2b$10$…") as
 * the demo family writes it, through crypt(3). bcrypt reads 72 bytes, as everywhere.
 */

/*
 * May this be the new password of who has, or takes, this name? ERR_INVALID, ERR_TEXT: it is none,
 * see model_user_check_password(). ERR_PASSWORD_LONG: SNUG_PASSWORD_HASH=bcrypt would not look at
 * what is after 72 bytes. ERR_PASSWORD_COMMON: it is one of those that are tried first
 * (auth/common.h), or the name. There are no rules of what it is composed of (NIST SP
 * 800-63B, 3.1.1.2).
 */
NODISCARD enum err auth_password_check(const struct config *config, struct str name,
                                       struct str password);

/* Hashes as SNUG_PASSWORD_HASH says. ERR_PASSWORD_LONG: bcrypt, and over 72 bytes. ERR_UNAVAILABLE:
 * no memory for it. */
NODISCARD enum err auth_password_hash(const struct config *config, struct arena *arena,
                                      struct str password, struct str *hash);

/* Is a stored password in the form that auth_password_hash() gives, with the same costs? bcrypt of
 * any cost is, where bcrypt is what demo servers are to read. */
bool auth_password_is_current(const struct config *config, struct str hash);

/* The family's form, whatever the setting: for demo data. Not for passwords over 72 bytes. */
NODISCARD enum err auth_password_bcrypt(struct arena *arena, struct str password, struct str *hash);

/*
 * Does the password fit? False for a hash of any other kind too. hash absent stands for an unknown
 * user: as much work is done, and the answer is false, so that time does not tell which names
 * exist.
 */
bool auth_password_verify(const struct config *config, struct str hash, struct str password);

#endif
