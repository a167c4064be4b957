#include "cli/cli.h"

const struct cli_command cli_table[] = {
    {"user add", "NAME [--admin] [--password-stdin | --generate]",
     "Make an account, an admin's with --admin; asks for its password", cli_user_add, false},
    {"user list", "", "List everybody who has an account", cli_user_list, false},
    {"user passwd", "USER [--password-stdin | --generate]",
     "Give somebody another password, and end their sessions", cli_user_passwd, false},
    {"user deactivate", "USER", "Keep somebody out, at once; what they wrote stays",
     cli_user_deactivate, false},
    {"user activate", "USER", "Let somebody in again", cli_user_activate, false},
    {"user admin", "USER [--remove]", "Make somebody an admin, or no admin any more",
     cli_user_admin, false},
    {"invite", "[--uses N] [--expires TIME]", "Make an invitation, and show its link",
     cli_invite_create, false},
    {"check", "", "Show the settings, and try everything that they need", cli_check_run, false},
    {"seed", "", "Write the demo accounts and messages to an empty Redis", cli_seed_run, false},
    {"help", "[COMMAND]", "Show this list", cli_help, true},
    {NULL, NULL, NULL, NULL, false},
};
