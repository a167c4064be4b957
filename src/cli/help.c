#include "cli/cli.h"

static const char head[] =
    "usage: snug COMMAND [ARGUMENT ...] [--json]\n\n"
    "USER is a name or an id. Passwords are asked for on the terminal, or are one line of "
    "standard\n"
    "input. An ID is its first eight digits. Settings are in /etc/snug.conf, or in the "
    "environment;\n"
    "\"snug check\" shows them.\n\n";

/* Does the command begin with this word? */
static bool begins_with(const struct cli_command *command, struct str word)
{
    struct str rest = str_of(command->name);
    struct str first;
    return str_split(&rest, ' ', &first) && str_eq(first, word);
}

/* A line of synopsis and a line of help each. The completion reads the former. */
static void show(const struct cli_command *command)
{
    printf("  %s%s%s\n      %s\n", command->name, command->synopsis[0] != '\0' ? " " : "",
           command->synopsis, command->help);
}

static void list(struct cli *cli, const struct cli_command *command)
{
    const struct str row[] = {str_of(command->name), str_of(command->synopsis),
                              str_of(command->help)};
    cli_out_row(cli->out, row);
}

enum err cli_help(struct cli *cli)
{
    static const struct cli_column columns[] = {{"COMMAND", "name", CLI_TEXT},
                                                {"SYNOPSIS", "synopsis", CLI_TEXT},
                                                {"HELP", "help", CLI_TEXT}};
    const struct str wanted = cli_args_get(cli->args, "COMMAND");
    size_t found = 0;
    if (cli->args->json) {
        cli_out_list(cli->out, "commands", columns, ARRAY_LEN(columns));
    } else if (!str_is_set(wanted)) {
        fputs(head, stdout);
    }
    for (const struct cli_command *c = cli_table; c->name != NULL; c++) {
        if (str_is_set(wanted) && !begins_with(c, wanted)) {
            continue;
        }
        found++;
        if (cli->args->json) {
            list(cli, c);
        } else {
            show(c);
        }
    }
    return found > 0 ? ERR_OK : cli_misused(cli, STR("There is no such command"));
}
