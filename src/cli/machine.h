#ifndef CLI_MACHINE_H
#define CLI_MACHINE_H

#include "base/config.h"
#include "cli/report.h"

/*
 * What `snug check` looks at on this machine: as the user who runs it, so that the answers are good
 * for the programs where that is the web server's user.
 */

/* Who may read the file of settings. */
void cli_machine_settings(struct cli_report *report, const struct config_list *list);

/* Where passwords take turns to be hashed (auth/slot): is the folder there, and whose is it? */
void cli_machine_slots(struct cli_report *report, const struct config *config);

/* Do the programs listen, on sockets in the same folder? Nothing is asked of them. */
void cli_machine_programs(struct cli_report *report, const struct config *config);

/* How many descriptors this shell may open; lighttpd and the hub may be given another number. */
void cli_machine_descriptors(struct cli_report *report, const struct config *config);

/* What people see as our address, and whether it is encrypted. */
void cli_machine_origin(struct cli_report *report, const struct config *config);

#endif
