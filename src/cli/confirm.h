#ifndef CLI_CONFIRM_H
#define CLI_CONFIRM_H

#include "cli/cli.h"

/* Asks on the terminal whether something is meant that cannot be taken back. */

/*
 * Shows "QUESTION Type yes: ". ERR_CONFLICT: another answer, or none. ERR_INVALID: there is no
 * terminal to ask on. cli->why says so. With --yes nobody is asked.
 */
NODISCARD enum err cli_confirm_ask(struct cli *cli, struct str question);

#endif
