#include "cli/cli.h"

#include <inttypes.h>
#include "auth/link.h"
#include "base/log.h"
#include "cli/audit.h"
#include "cli/id.h"
#include "store/invite.h"

/* How many may use it, and for how long. */
static enum err read_wish(struct cli *cli, uint64_t *uses, uint64_t *life_s)
{
    const struct str n = cli_args_get(cli->args, "--uses");
    const struct str life = cli_args_get(cli->args, "--expires");
    *uses = 1;
    *life_s = STORE_INVITE_LIFE_S;
    if (str_is_set(n) && (!str_u64_max(n, STORE_INVITE_USES, uses) || *uses == 0)) {
        return cli_misused(cli, STR("--uses is 1 to 1000"));
    }
    if (str_is_set(life) &&
        (!cli_args_duration(life, life_s) || *life_s > STORE_INVITE_LIFE_MAX_S)) {
        return cli_misused(cli, STR("--expires is a time such as 12h or 7d, 365d at most"));
    }
    return ERR_OK;
}

/* The link alone, so that it can be passed on. The shell knows the page only by SNUG_ORIGIN. */
enum err cli_invite_create(struct cli *cli)
{
    static const struct cli_column columns[] = {{"ID", "id", CLI_TEXT},
                                                {"CODE", "code", CLI_TEXT},
                                                {"URL", "url", CLI_TEXT},
                                                {"USES", "uses", CLI_NUMBER},
                                                {"EXPIRES", "expires", CLI_TIME}};
    struct store_asker operator= store_asker_operator();
    const struct str code = auth_link_code(cli->arena);
    const struct str id = auth_link_key(cli->arena, code);
    uint64_t uses = 0;
    uint64_t life_s = 0;
    int64_t expires = 0;
    enum err err = read_wish(cli, &uses, &life_s);
    if (err == ERR_OK) {
        err = store_invite_create(cli->store, cli->arena, &operator, id, uses, life_s, &expires);
    }
    if (err == ERR_CONFLICT) {
        return cli_refuse(cli, err, STR("There are 1000 invitations already; take some back."));
    }
    if (err != ERR_OK) {
        return err;
    }
    cli_audit_say("invite_created", "invite=%s uses=%" PRIu64, log_text(id), uses);
    const struct str page = arena_printf(cli->arena, "%s/", cli->config->origin);
    const struct str url = auth_link_make(cli->arena, page, "invite", code);
    const struct str values[] = {id, code, url, arena_printf(cli->arena, "%" PRIu64, uses),
                                 arena_printf(cli->arena, "%" PRId64, expires)};
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), values, url);
    return ERR_OK;
}

static void list(struct cli *cli, const struct store_invite *invites, size_t n)
{
    static const struct cli_column columns[] = {{"ID", "id", CLI_ID},
                                                {"USES", "uses", CLI_NUMBER},
                                                {"CREATED", "created", CLI_TIME},
                                                {"EXPIRES", "expires", CLI_TIME},
                                                {"BY", "by", CLI_TEXT}};
    cli_out_list(cli->out, "invites", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        const struct store_invite *v = &invites[i];
        const struct str row[] = {v->sha256, arena_printf(cli->arena, "%" PRIu64, v->uses),
                                  arena_printf(cli->arena, "%" PRId64, v->created),
                                  arena_printf(cli->arena, "%" PRId64, v->expires), v->by};
        cli_out_row(cli->out, row);
    }
}

static enum err find(struct cli *cli, struct store_invite **invites, size_t *n)
{
    struct store_asker operator= store_asker_operator();
    return store_invite_list(cli->store, cli->arena, &operator, invites, n);
}

enum err cli_invite_list(struct cli *cli)
{
    struct store_invite *invites = NULL;
    size_t n = 0;
    const enum err err = find(cli, &invites, &n);
    if (err == ERR_OK) {
        list(cli, invites, n);
    }
    return err;
}

enum err cli_invite_revoke(struct cli *cli)
{
    static const struct cli_column columns[] = {{"ID", "id", CLI_TEXT}};
    struct store_asker operator= store_asker_operator();
    struct store_invite *invites = NULL;
    size_t n = 0;
    struct str id = STR_NONE;
    enum err err = find(cli, &invites, &n);
    struct str *ids = arena_zalloc(cli->arena, n, sizeof(*ids));
    for (size_t i = 0; i < n; i++) {
        ids[i] = invites[i].sha256;
    }
    if (err == ERR_OK) {
        err = cli_id_pick(cli, "ID", ids, n, &id);
    }
    if (err == ERR_OK) {
        err = store_invite_revoke(cli->store, cli->arena, &operator, id);
    }
    if (err == ERR_OK) {
        cli_audit_say("invite_revoked", "invite=%s", log_text(id));
        cli_out_said(cli->out, columns, ARRAY_LEN(columns), &id,
                     STR("It is taken back; nobody comes in by it any more."));
    }
    return err;
}
