#include "cli/id.h"

enum err cli_id_pick(struct cli *cli, const char *name, const struct str *ids, size_t n,
                     struct str *id)
{
    const struct str given = cli_args_get(cli->args, name);
    const struct str *found = NULL;
    if (given.len < CLI_ID_LEAST) {
        return cli_misused(cli, STR("An id is its first eight digits, or more of them"));
    }
    for (size_t i = 0; i < n; i++) {
        if (!str_starts(ids[i], given)) {
            continue;
        }
        if (found != NULL) {
            return cli_refuse(cli, ERR_CONFLICT,
                              STR("More than one begins so; --json shows the whole ids."));
        }
        found = &ids[i];
    }
    if (found == NULL) {
        return cli_refuse(cli, ERR_NOT_FOUND, STR("There is none with this id."));
    }
    *id = *found;
    return ERR_OK;
}
