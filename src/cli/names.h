#ifndef CLI_NAMES_H
#define CLI_NAMES_H

#include <stddef.h>
#include "cli/remote.h"

/* Names of users, as answers tell them; who is not known yet is asked for. */

struct cli_names {
    struct arena arena;
    struct remote_user *users;
    size_t n, cap;
};

void cli_names_init(struct cli_names *names);

void cli_names_finish(struct cli_names *names);

/* They are called so from here on. Copied. */
void cli_names_learn(struct cli_names *names, const struct remote_user *users, size_t n);

/* What the user of this id is called: asked for where it is not known, and the id where nobody says
 * it. Lives as long as names. */
struct str cli_names_get(struct cli_names *names, struct cli_remote *remote, struct str id);

#endif
