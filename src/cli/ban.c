#include "cli/cli.h"

#include <inttypes.h>
#include "base/clock.h"
#include "base/log.h"
#include "cli/audit.h"
#include "model/address.h"
#include "store/ban.h"

static const struct cli_column columns[] = {{"ADDRESS", "address", CLI_TEXT},
                                            {"EXPIRES", "expires", CLI_TIME}};

static enum err read_network(struct cli *cli, struct str *network)
{
    const enum err err =
        model_address_network(cli->arena, cli_args_get(cli->args, "ADDRESS"), network);
    return err == ERR_OK ? err
                         : cli_misused(cli, STR("ADDRESS is an address, or one and /8, /16 or /24, "
                                                "of IPv6 /32, /40, /48 or /56"));
}

enum err cli_ban_add(struct cli *cli)
{
    const struct str life = cli_args_get(cli->args, "--expires");
    struct store_asker operator= store_asker_operator();
    uint64_t life_s = 0;
    struct str values[] = {STR_NONE, STR_NONE};
    enum err err = read_network(cli, &values[0]);
    if (err == ERR_OK && str_is_set(life) && !cli_args_duration(life, &life_s)) {
        err = cli_misused(cli, STR("--expires is a time such as 12h or 7d"));
    }
    if (err == ERR_OK) {
        err = store_ban_set(cli->store, cli->arena, &operator, values[0], life_s);
    }
    if (err == ERR_CONFLICT) {
        return cli_refuse(cli, err, STR("There are 1000 bans already; lift some."));
    }
    if (err != ERR_OK) {
        return err;
    }
    cli_audit_say("ban_set", "network=%s seconds=%" PRIu64, log_text(values[0]), life_s);
    if (life_s > 0) {
        values[1] = arena_printf(cli->arena, "%" PRIu64, (uint64_t)clock_wall_ms() / 1000 + life_s);
    }
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), values,
                 arena_printf(cli->arena, "%.*s is banned.", STR_FMT(values[0])));
    return ERR_OK;
}

enum err cli_ban_lift(struct cli *cli)
{
    struct store_asker operator= store_asker_operator();
    struct str network = STR_NONE;
    enum err err = read_network(cli, &network);
    if (err == ERR_OK) {
        err = store_ban_lift(cli->store, cli->arena, &operator, network);
    }
    if (err == ERR_NOT_FOUND) {
        return cli_refuse(cli, err, STR("It is not banned; \"snug ban list\" shows what is."));
    }
    if (err == ERR_OK) {
        cli_audit_say("ban_lifted", "network=%s", log_text(network));
        cli_out_said(cli->out, columns, 1, &network,
                     arena_printf(cli->arena, "%.*s is banned no more.", STR_FMT(network)));
    }
    return err;
}

enum err cli_ban_list(struct cli *cli)
{
    struct store_asker operator= store_asker_operator();
    struct store_ban *bans = NULL;
    size_t n = 0;
    const enum err err = store_ban_list(cli->store, cli->arena, &operator, & bans, &n);
    if (err != ERR_OK) {
        return err;
    }
    cli_out_list(cli->out, "bans", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        const struct str row[] = {
            bans[i].network,
            bans[i].ends > 0 ? arena_printf(cli->arena, "%" PRId64, bans[i].ends) : STR_NONE};
        cli_out_row(cli->out, row);
    }
    return ERR_OK;
}
