#ifndef REMOTE_PLACE_H
#define REMOTE_PLACE_H

#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Where a person is logged in: the server, their name, and the API token that they show it, in
 *     $XDG_CONFIG_HOME/snug/login, else $HOME/.config/snug/login
 * as lines "url …", "user …", "token …". Nobody but its owner may read the file; one that others
 * may read is not used. It is replaced as a whole.
 */

struct remote_place {
    struct str url;   /* ends with "/" */
    struct str user;  /* a name */
    struct str token; /* a secret: never shown, never an argument */
};

/* ERR_UNAUTHENTICATED: there is none. ERR_INVALID: it cannot be used. *why is a sentence. */
NODISCARD enum err remote_place_read(char *const *envp, struct arena *arena,
                                     struct remote_place *out, struct str *why);

/* ERR_INVALID: it cannot be written, *why says why. */
NODISCARD enum err remote_place_write(char *const *envp, struct arena *arena,
                                      const struct remote_place *place, struct str *why);

/* Removes it; ERR_INVALID as above, where it is there and stays. */
NODISCARD enum err remote_place_forget(char *const *envp, struct arena *arena, struct str *why);

/*
 * The address of a server as a person types it, with "/" behind it. Without a scheme it is https.
 * ERR_INVALID: another scheme, a name or a password in it, a query, blanks or control characters.
 */
NODISCARD enum err remote_place_url(struct str typed, struct arena *arena, struct str *url);

#endif
