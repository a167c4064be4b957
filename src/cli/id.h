#ifndef CLI_ID_H
#define CLI_ID_H

#include "cli/cli.h"

/*
 * The ids of sessions, tokens and invitations are 64 hex digits. People give the beginning, eight
 * digits at least, as lists and the log show it.
 */

#define CLI_ID_LEAST 8

/*
 * Which of n ids begins with the argument or option of this name. ERR_INVALID: fewer than
 * CLI_ID_LEAST digits were given. ERR_NOT_FOUND: none does. ERR_CONFLICT: several do.
 */
NODISCARD enum err cli_id_pick(struct cli *cli, const char *name, const struct str *ids, size_t n,
                               struct str *id);

#endif
