#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/log.h"
#include "base/rand.h"
#include "cli/password.h"
#include "cli/remote.h"

#define BODY_MAX       (16 * 1024)
#define NAME_MAX_BYTES 64 /* of a user, and of a machine */

/* Who logs in where, and what they have for it. */
struct login {
    struct cli *cli;
    struct cli_remote remote; /* its place is what will be kept */
    struct cli_password secret;
};

/* Says that the secret was not read. */
static enum err read_secret(struct login *login, struct str prompt, struct str name)
{
    const char *why = NULL;
    const enum err err = cli_password_known(prompt, name, &login->secret, &why);
    return err == ERR_OK ? err : cli_refuse(login->cli, err, str_of(why));
}

/* Their name: given, or a line that is asked for. */
static enum err read_user(struct cli *cli, struct str *user)
{
    char line[NAME_MAX_BYTES + 2];
    *user = cli_args_get(cli->args, "--user");
    if (str_is_set(*user)) {
        return ERR_OK;
    }
    if (isatty(STDIN_FILENO) == 0) {
        return cli_misused(cli, STR("--user says who you are where standard input is no terminal"));
    }
    fputs("User name: ", stderr);
    if (fgets(line, (int)sizeof(line), stdin) == NULL || strchr(line, '\n') == NULL) {
        return cli_refuse(cli, ERR_INVALID, STR("There is no such user."));
    }
    *user = arena_str(cli->arena, str_trim((struct str){line, strlen(line) - 1}));
    return ERR_OK;
}

/* A pair of a JSON object. */
static void add_pair(struct buf *body, const char *name, struct str value)
{
    buf_printf(body, "%s\"%s\":", body->len == 0 ? "{" : ",", name);
    buf_add_json(body, value);
}

/* Asks with what the body says. */
static enum err post(struct login *login, const char *path, struct buf *body,
                     struct remote_answer *answer)
{
    buf_add_byte(body, '}');
    const struct remote_ask ask = {
        .method = "POST", .path = str_of(path), .type = "application/json", .body = buf_str(body)};
    return cli_remote_ask(&login->remote, login->cli->arena, &ask, answer);
}

static enum err open_session(struct login *login)
{
    struct remote_answer answer;
    struct buf body;
    buf_init(&body, login->cli->arena, BODY_MAX);
    add_pair(&body, "username", login->remote.place.user);
    add_pair(&body, "password", cli_password_str(&login->secret));
    const enum err err = post(login, "api/session", &body, &answer);
    if (err == ERR_UNAUTHENTICATED) {
        return cli_refuse(login->cli, err,
                          STR("There is no such user, or the password is another."));
    }
    if (err == ERR_OK) {
        login->remote.place.user = remote_answer_field(answer.body, login->cli->arena, "username");
    }
    return err == ERR_OK && !str_is_set(login->remote.place.user) ? cli_remote_strange(login->cli)
                                                                  : err;
}

/* A token by which this machine is told from others in the list of them. */
static enum err make_token(struct login *login)
{
    struct remote_answer answer;
    struct buf body;
    char host[NAME_MAX_BYTES - 16];
    if (gethostname(host, sizeof(host)) != 0) {
        host[0] = '\0';
    }
    host[sizeof(host) - 1] = '\0';
    buf_init(&body, login->cli->arena, BODY_MAX);
    add_pair(&body, "name",
             arena_printf(login->cli->arena, "snug%s%s", host[0] != '\0' ? " on " : "", host));
    add_pair(&body, "scope", STR("read write"));
    const enum err err = post(login, "api/tokens", &body, &answer);
    if (err == ERR_OK) {
        login->remote.place.token = remote_answer_field(answer.body, login->cli->arena, "token");
    }
    return err == ERR_OK && !str_is_set(login->remote.place.token) ? cli_remote_strange(login->cli)
                                                                   : err;
}

/* The session was only for the token. Its end changes nothing of what was done, or refused. */
static void close_session(struct login *login)
{
    const struct remote_ask ask = {.method = "DELETE", .path = STR("api/session")};
    struct remote_answer answer;
    (void)!remote_http_ask(login->remote.http, login->cli->arena, &ask, &answer);
}

static enum err by_password(struct login *login)
{
    struct remote_place *place = &login->remote.place;
    enum err err = read_user(login->cli, &place->user);
    if (err == ERR_OK) {
        err = read_secret(login, STR("Password for "), place->user);
    }
    if (err != ERR_OK) {
        return err;
    }
    login->remote.http = remote_http_create(place->url, STR_NONE);
    err = open_session(login);
    if (err == ERR_OK) {
        err = make_token(login);
        close_session(login);
    }
    return err;
}

/* Is it made of what a header may have? */
static bool is_token(struct str s)
{
    return s.len > 0 && str_is_made_of(s, STR("-._~+/="));
}

/* Whose a token is, the server says. */
static enum err by_token(struct login *login)
{
    struct remote_place *place = &login->remote.place;
    struct remote_answer answer;
    enum err err = read_secret(login, STR("API token"), STR(""));
    if (err != ERR_OK) {
        return err;
    }
    place->token = arena_str(login->cli->arena, str_trim(cli_password_str(&login->secret)));
    if (!is_token(place->token)) {
        return cli_refuse(login->cli, ERR_INVALID, STR("That is no API token."));
    }
    login->remote.http = remote_http_create(place->url, place->token);
    err = cli_remote_get(&login->remote, login->cli->arena, STR("api/session"), &answer);
    if (err == ERR_FORBIDDEN && str_eq(remote_answer_field(answer.body, login->cli->arena, "code"),
                                       STR("insufficient_scope"))) {
        place->user = STR("?"); /* it may write, and ask nothing */
        return ERR_OK;
    }
    if (err == ERR_OK) {
        place->user = remote_answer_field(answer.body, login->cli->arena, "username");
    }
    return err == ERR_OK && !str_is_set(place->user) ? cli_remote_strange(login->cli) : err;
}

static void say_done(struct login *login)
{
    static const struct cli_column columns[] = {{"URL", "url", CLI_TEXT},
                                                {"NAME", "username", CLI_TEXT}};
    const struct remote_place *place = &login->remote.place;
    const struct str values[] = {place->url, place->user};
    cli_out_said(login->cli->out, columns, ARRAY_LEN(columns), values,
                 arena_printf(login->cli->arena, "You are %.*s at %.*s", STR_FMT(place->user),
                              STR_FMT(place->url)));
}

enum err cli_login_run(struct cli *cli)
{
    struct login login = {.cli = cli, .remote = {.cli = cli}};
    const bool token = cli_args_has(cli->args, "--token");
    if (token && cli_args_has(cli->args, "--user")) {
        return cli_misused(cli, STR("A token says whose it is"));
    }
    if (remote_place_url(cli_args_get(cli->args, "URL"), cli->arena, &login.remote.place.url) !=
        ERR_OK) {
        return cli_misused(cli, STR("URL is where the chat is, such as https://chat.example/"));
    }
    log_init("snug", LOG_ERROR);
    rand_init();
    enum err err = token ? by_token(&login) : by_password(&login);
    cli_password_wipe(&login.secret);
    if (err == ERR_OK) {
        err = remote_place_write(cli->envp, cli->arena, &login.remote.place, &cli->why);
    }
    if (err == ERR_OK) {
        say_done(&login);
    }
    cli_remote_close(&login.remote);
    return err;
}
