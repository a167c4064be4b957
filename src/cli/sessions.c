#include "cli/cli.h"

#include <inttypes.h>
#include "base/log.h"
#include "cli/audit.h"
#include "cli/id.h"
#include "cli/whom.h"
#include "store/session.h"

static void list(struct cli *cli, const struct store_session *sessions, size_t n)
{
    static const struct cli_column columns[] = {{"ID", "id", CLI_ID},
                                                {"CREATED", "created", CLI_TIME},
                                                {"SEEN", "seen", CLI_TIME},
                                                {"ADDRESS", "address", CLI_TEXT},
                                                {"AGENT", "agent", CLI_TEXT}};
    cli_out_list(cli->out, "sessions", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        const struct store_session *s = &sessions[i];
        const struct str row[] = {s->sha256, arena_printf(cli->arena, "%" PRId64, s->created),
                                  arena_printf(cli->arena, "%" PRId64, s->seen), s->address,
                                  s->agent};
        cli_out_row(cli->out, row);
    }
}

/* Which is one of theirs, or absent for all of them; *ended: how many that is. */
static enum err choose(struct cli *cli, const struct store_session *sessions, size_t n,
                       struct str *which, size_t *ended)
{
    struct str *ids = arena_zalloc(cli->arena, n, sizeof(*ids));
    for (size_t i = 0; i < n; i++) {
        ids[i] = sessions[i].sha256;
    }
    *ended = n;
    *which = STR_NONE;
    if (str_eq(cli_args_get(cli->args, "--end"), STR("all"))) {
        return ERR_OK;
    }
    *ended = 1;
    return cli_id_pick(cli, "--end", ids, n, which);
}

static enum err end(struct cli *cli, struct cli_whom *whom, const struct store_session *sessions,
                    size_t n)
{
    static const struct cli_column columns[] = {{"ENDED", "ended", CLI_NUMBER}};
    struct str which = STR_NONE;
    size_t ended = 0;
    enum err err = choose(cli, sessions, n, &which, &ended);
    if (err == ERR_OK) {
        err = store_session_revoke(cli->store, cli->arena, &whom->asker, which);
    }
    if (err != ERR_OK) {
        return err;
    }
    cli_audit_say("sessions_ended", "whom=%s session=%.8s", log_text(whom->user.id),
                  str_is_set(which) ? which.ptr : "all");
    const struct str count = arena_printf(cli->arena, "%zu", ended);
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), &count,
                 arena_printf(cli->arena, "%zu of %.*s's sessions ended, and their streams.", ended,
                              STR_FMT(whom->user.username)));
    return ERR_OK;
}

enum err cli_sessions_run(struct cli *cli)
{
    struct cli_whom whom = {0};
    struct store_session *sessions = NULL;
    size_t n = 0;
    enum err err = cli_whom_find(cli, &whom);
    if (err == ERR_OK) {
        err = store_session_list(cli->store, cli->arena, &whom.asker, &sessions, &n);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (cli_args_has(cli->args, "--end")) {
        return end(cli, &whom, sessions, n);
    }
    list(cli, sessions, n);
    return ERR_OK;
}
