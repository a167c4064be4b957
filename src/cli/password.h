#ifndef CLI_PASSWORD_H
#define CLI_PASSWORD_H

#include <stdbool.h>
#include <stddef.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Passwords from people: asked for on the terminal, without echo, twice; or one line of standard
 * input. Never from an argument, which everybody on the machine can read. The terminal is put back
 * as it was on every way out, signals included; a stopped command asks again when it goes on.
 */

#define CLI_PASSWORD_BYTES 1024 /* that are read; the model says how many there may be */

struct cli_password {
    char bytes[CLI_PASSWORD_BYTES];
    size_t len;
};

/*
 * from_stdin: a line of standard input, without its newline, even where that is a terminal; so it
 * is anyway where standard input is none. Otherwise asks "Password for NAME: " on /dev/tty.
 * ERR_INVALID: no line, one too long, no terminal. *why, a literal, says which. ERR_CONFLICT: the
 * two differ. Whatever comes out, cli_password_wipe() is called for it afterwards.
 */
NODISCARD enum err cli_password_read(struct str name, bool from_stdin, struct cli_password *out,
                                     const char **why);

/* The same of a secret that somebody has already: asked for once, as "PROMPT NAME: ". */
NODISCARD enum err cli_password_known(struct str prompt, struct str name, struct cli_password *out,
                                      const char **why);

struct str cli_password_str(const struct cli_password *password);

void cli_password_wipe(struct cli_password *password);

#endif
