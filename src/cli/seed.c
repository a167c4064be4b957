#include "cli/cli.h"

#include "auth/demo.h"
#include "cli/audit.h"
#include "store/seed.h"

enum err cli_seed_run(struct cli *cli)
{
    static const struct cli_column columns[] = {{"USERS", "users", CLI_NUMBER}};
    bool written = false;
    const enum err err = auth_demo_write(cli->store, cli->arena, &written);
    if (err != ERR_OK) {
        return err;
    }
    if (!written) {
        return cli_refuse(cli, ERR_CONFLICT,
                          STR("There are accounts already; the demo data is for an empty Redis."));
    }
    cli_audit_say("demo_seeded", "users=%d", STORE_SEED_USERS);
    const struct str users = arena_printf(cli->arena, "%d", STORE_SEED_USERS);
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), &users,
                 STR("Pablo, Joe, Mary and Alex are there, each with the password password123, "
                     "which everybody knows."));
    return ERR_OK;
}
