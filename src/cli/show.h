#ifndef CLI_SHOW_H
#define CLI_SHOW_H

#include "cli/out.h"
#include "remote/answer.h"

/*
 * A message as people read it in a terminal:
 *     2026-11-24T16:20:05Z  General  Pablo: Hello,
 *         this is the second line
 * Nothing of it steers the terminal (cli/out.h), and a line of it never looks like the beginning of
 * another message.
 */

/* room, who: as they are called; room absent: not said. A word of the mark, "edited", in brackets.
 */
void cli_show_message(struct cli_out *out, const struct remote_message *message, struct str room,
                      struct str who, const char *mark);

#endif
