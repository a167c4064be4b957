#ifndef CLI_WHOM_H
#define CLI_WHOM_H

#include "cli/cli.h"
#include "model/user.h"
#include "store/asker.h"

/*
 * USER, an argument that says whom a command is about. A number is an id, since no name that snug
 * gives is one; anything else is a name, in whatever case. The demo family's servers let people be
 * called "7": "name:7" is that name, and "id:7" an id without doubt.
 */

struct cli_whom {
    struct model_user user;
    struct store_asker asker; /* the operator in their place */
};

/* ERR_NOT_FOUND: there is nobody of this name or id, or they are deleted. cli->why says so. */
NODISCARD enum err cli_whom_find(struct cli *cli, struct cli_whom *whom);

/* Only the user; for who does it as the operator. */
NODISCARD enum err cli_whom_user(struct cli *cli, struct model_user *user);

#endif
