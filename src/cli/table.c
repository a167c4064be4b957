#include "cli/cli.h"

const struct cli_command cli_table[] = {
    {"user add", "NAME [--admin] [--password-stdin | --generate]",
     "Make an account, an admin's with --admin; asks for its password", cli_user_add, false},
    {"user admin", "USER [--remove]", "Make somebody an admin, or no admin any more",
     cli_user_admin, false},
    {"check", "", "Show the settings, and try everything that they need", cli_check_run, false},
    {"seed", "", "Write the demo accounts and messages to an empty Redis", cli_seed_run, false},
    {"help", "[COMMAND]", "Show this list", cli_help, true},
    {NULL, NULL, NULL, NULL, false},
};
