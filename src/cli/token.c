#include "cli/cli.h"

#include <inttypes.h>
#include "auth/credential.h"
#include "base/log.h"
#include "base/rand.h"
#include "cli/audit.h"
#include "cli/id.h"
#include "cli/whom.h"
#include "model/id.h"
#include "model/token.h"
#include "store/token.h"

#define SECONDS_DAY 86400

/* A time as it is shown; absent for none. */
static struct str when(struct arena *arena, int64_t seconds)
{
    return seconds > 0 ? arena_printf(arena, "%" PRId64, seconds) : STR_NONE;
}

static struct str or_none(struct str s)
{
    return s.len > 0 ? s : STR_NONE;
}

static enum err read_wish(struct cli *cli, struct store_token *token, uint64_t *ttl_s)
{
    const struct str scope = cli_args_get(cli->args, "--scope");
    const struct str days = cli_args_get(cli->args, "--days");
    uint64_t n = 0;
    token->name = cli_args_get(cli->args, "NAME");
    token->rooms = cli_args_get(cli->args, "--rooms");
    token->scope = STR("read");
    if (!model_token_is_name(token->name)) {
        return cli_misused(cli, STR("NAME is 1 to 64 bytes without control characters"));
    }
    if (str_is_set(scope) && !model_token_scope(scope, &token->scope)) {
        return cli_misused(cli, STR("--scope is read, write or read,write"));
    }
    if (str_is_set(token->rooms) && !model_id_is_room_list(token->rooms, MODEL_TOKEN_ROOMS_MAX)) {
        return cli_misused(cli, STR("--rooms is a list of at most 50 room ids, such as 0,1:2"));
    }
    if (str_is_set(days) && (!str_u64_max(days, MODEL_TOKEN_DAYS_MAX, &n) || n == 0)) {
        return cli_misused(cli, STR("--days is 1 to 3650"));
    }
    *ttl_s = n * SECONDS_DAY;
    return ERR_OK;
}

static enum err make(struct cli *cli, struct cli_whom *whom, struct store_token *token,
                     uint64_t ttl_s)
{
    const enum err err = store_token_create(cli->store, cli->arena, &whom->asker, STR_NONE, ttl_s,
                                            token, &whom->user);
    if (err == ERR_CONFLICT) {
        return cli_refuse(cli, err, STR("They have 50 tokens already; revoke one first."));
    }
    if (err == ERR_NOT_FOUND) {
        return cli_refuse(cli, err, STR("They are kept out, or are not in one of these rooms."));
    }
    return err;
}

/* The token alone, so that it can be passed on; it is nowhere else. */
enum err cli_token_create(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"ID", "id", CLI_TEXT},           {"USER", "user", CLI_TEXT},
        {"NAME", "name", CLI_TEXT},       {"SCOPE", "scope", CLI_TEXT},
        {"ROOMS", "rooms", CLI_WORDS},    {"CREATED", "created", CLI_TIME},
        {"EXPIRES", "expires", CLI_TIME}, {"TOKEN", "token", CLI_TEXT}};
    const struct str secret = auth_credential_new_token(cli->arena);
    struct store_token token = {.sha256 = rand_sha256(cli->arena, secret)};
    struct cli_whom whom = {0};
    uint64_t ttl_s = 0;
    enum err err = read_wish(cli, &token, &ttl_s);
    if (err == ERR_OK) {
        err = cli_whom_find(cli, &whom);
    }
    if (err == ERR_OK) {
        err = make(cli, &whom, &token, ttl_s);
    }
    if (err != ERR_OK) {
        return err;
    }
    cli_audit_say("token_created", "whom=%s token=%.8s scope=%s days=%" PRIu64,
                  log_text(whom.user.id), token.sha256.ptr, log_text(token.scope),
                  ttl_s / SECONDS_DAY);
    const struct str values[] = {token.sha256,
                                 whom.user.id,
                                 token.name,
                                 token.scope,
                                 token.rooms,
                                 when(cli->arena, token.created),
                                 when(cli->arena, token.expires),
                                 secret};
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), values, secret);
    return ERR_OK;
}

static void list(struct cli *cli, const struct store_token *tokens, size_t n)
{
    static const struct cli_column columns[] = {
        {"ID", "id", CLI_ID},          {"SCOPE", "scope", CLI_TEXT},
        {"ROOMS", "rooms", CLI_WORDS}, {"CREATED", "created", CLI_TIME},
        {"SEEN", "seen", CLI_TIME},    {"EXPIRES", "expires", CLI_TIME},
        {"NAME", "name", CLI_TEXT}};
    cli_out_list(cli->out, "tokens", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < n; i++) {
        const struct store_token *t = &tokens[i];
        const struct str row[] = {t->sha256,
                                  t->scope,
                                  or_none(t->rooms),
                                  when(cli->arena, t->created),
                                  when(cli->arena, t->seen),
                                  when(cli->arena, t->expires),
                                  t->name};
        cli_out_row(cli->out, row);
    }
}

/* USER, and their tokens. */
static enum err find(struct cli *cli, struct cli_whom *whom, struct store_token **tokens, size_t *n)
{
    enum err err = cli_whom_find(cli, whom);
    if (err == ERR_OK && !whom->user.is_inactive) {
        err = store_token_list(cli->store, cli->arena, &whom->asker, STR_NONE, tokens, n);
    }
    return err;
}

enum err cli_token_list(struct cli *cli)
{
    struct cli_whom whom = {0};
    struct store_token *tokens = NULL;
    size_t n = 0;
    const enum err err = find(cli, &whom, &tokens, &n);
    if (err == ERR_OK) {
        list(cli, tokens, n);
    }
    return err;
}

enum err cli_token_revoke(struct cli *cli)
{
    static const struct cli_column columns[] = {{"ID", "id", CLI_TEXT}};
    struct cli_whom whom = {0};
    struct store_token *tokens = NULL;
    size_t n = 0;
    struct str id = STR_NONE;
    enum err err = find(cli, &whom, &tokens, &n);
    struct str *ids = arena_zalloc(cli->arena, n, sizeof(*ids));
    for (size_t i = 0; i < n; i++) {
        ids[i] = tokens[i].sha256;
    }
    if (err == ERR_OK) {
        err = cli_id_pick(cli, "ID", ids, n, &id);
    }
    if (err == ERR_OK) {
        err = store_token_revoke(cli->store, cli->arena, &whom.asker, id);
    }
    if (err == ERR_OK) {
        cli_audit_say("token_ended", "whom=%s token=%.8s", log_text(whom.user.id), id.ptr);
        cli_out_said(cli->out, columns, ARRAY_LEN(columns), &id,
                     STR("It is ended, and so are its streams."));
    }
    return err;
}
