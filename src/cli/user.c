#include "cli/cli.h"

#include <inttypes.h>
#include "auth/link.h"
#include "auth/password.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "cli/audit.h"
#include "cli/confirm.h"
#include "cli/password.h"
#include "cli/whom.h"
#include "store/account.h"
#include "store/user.h"

#define GENERATED_BYTES 15 /* of randomness: 20 characters */
#define SECRET_BYTES    32 /* of a password that nobody knows */

static enum err complain_password(struct cli *cli, enum err err)
{
    switch ((int)err) {
    case ERR_INVALID:
        return cli_refuse(cli, err, STR("A password is 8 to 256 bytes."));
    case ERR_TEXT:
        return cli_refuse(cli, err, STR("A password is valid UTF-8, without NUL."));
    case ERR_PASSWORD_COMMON:
        return cli_refuse(cli, err, STR("This password is among those that are tried first."));
    case ERR_PASSWORD_LONG:
        return cli_refuse(cli, err, STR("With bcrypt, a password is at most 72 bytes."));
    default:
        return err;
    }
}

static enum err hash_checked(struct cli *cli, struct str name, struct str password,
                             struct str *hash)
{
    enum err err = auth_password_check(cli->config, name, password);
    if (err == ERR_OK) {
        err = auth_password_hash(cli->config, cli->arena, password, hash);
    }
    return err == ERR_OK ? err : complain_password(cli, err);
}

/*
 * A new password for who has, or takes, this name, as it is stored: generated, or from a person.
 * *generated is the former, absent for the latter, which is nowhere when this returns.
 */
static enum err new_password(struct cli *cli, struct str name, struct str *hash,
                             struct str *generated)
{
    struct cli_password password = {0};
    const char *why = NULL;
    const bool from_stdin = cli_args_has(cli->args, "--password-stdin");
    *generated = STR_NONE;
    if (cli_args_has(cli->args, "--generate")) {
        if (from_stdin) {
            return cli_misused(cli, STR("A password is generated, or given"));
        }
        *generated = rand_word(cli->arena, GENERATED_BYTES);
        return auth_password_hash(cli->config, cli->arena, *generated, hash);
    }
    enum err err = cli_password_read(cli_out_shown(cli->arena, name), from_stdin, &password, &why);
    err = err == ERR_OK ? hash_checked(cli, name, cli_password_str(&password), hash)
                        : cli_refuse(cli, err, str_of(why));
    cli_password_wipe(&password);
    return err;
}

/* "id", "username" and, where it was generated, "password". */
static void say_account(struct cli *cli, const struct model_user *user, struct str password,
                        const char *sentence)
{
    static const struct cli_column columns[] = {
        {"ID", "id", CLI_TEXT}, {"NAME", "username", CLI_TEXT}, {"PASSWORD", "password", CLI_TEXT}};
    const struct str values[] = {user->id, user->username, password};
    const struct str more =
        str_is_set(password) ? arena_printf(cli->arena, " The password is %.*s", STR_FMT(password))
                             : STR("");
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), values,
                 arena_printf(cli->arena, "%.*s (%.*s) %s%.*s", STR_FMT(user->username),
                              STR_FMT(user->id), sentence, STR_FMT(more)));
}

/* Before anybody is asked for a password. */
static enum err check_name(struct cli *cli, struct str name)
{
    struct model_user user;
    struct str hash;
    if (model_user_check_name(name) != ERR_OK) {
        return cli_refuse(cli, ERR_INVALID,
                          STR("A user name is 1 to 32 letters, digits, \"_\", \".\" and \"-\", and "
                              "is not a number."));
    }
    const enum err err = store_user_find(cli->store, cli->arena, name, &user, &hash);
    if (err == ERR_NOT_FOUND) {
        return ERR_OK;
    }
    return err == ERR_OK ? ERR_NAME_TAKEN : err;
}

/* Makes USER what they are to be, and says what they are then. */
static enum err change(struct cli *cli, enum store_account_role role,
                       enum store_account_state state, const char *sentence)
{
    static const char *const roles[] = {"-", "member", "admin"};
    static const char *const states[] = {"-", "0", "1"};
    struct store_asker operator= store_asker_operator();
    struct model_user user = {.id = STR_NONE};
    enum err err = cli_whom_user(cli, &user);
    if (err == ERR_OK) {
        err = store_account_change(cli->store, cli->arena, &operator, user.id, role, state, &user);
    }
    if (err == ERR_LAST_ADMIN) {
        return cli_refuse(cli, err, STR("The last admin stays one."));
    }
    if (err == ERR_CONFLICT) {
        return cli_refuse(cli, err, STR("A bot is no admin."));
    }
    if (err == ERR_OK) {
        cli_audit_say("user_changed", "whom=%s role=%s active=%s", log_text(user.id), roles[role],
                      states[state]);
        say_account(cli, &user, STR_NONE, sentence);
    }
    return err;
}

enum err cli_user_admin(struct cli *cli)
{
    return cli_args_has(cli->args, "--remove")
               ? change(cli, STORE_ACCOUNT_ROLE_MEMBER, STORE_ACCOUNT_STATE_SAME, "is no admin.")
               : change(cli, STORE_ACCOUNT_ROLE_ADMIN, STORE_ACCOUNT_STATE_SAME, "is an admin.");
}

enum err cli_user_deactivate(struct cli *cli)
{
    return change(cli, STORE_ACCOUNT_ROLE_SAME, STORE_ACCOUNT_STATE_INACTIVE, "is kept out.");
}

enum err cli_user_activate(struct cli *cli)
{
    return change(cli, STORE_ACCOUNT_ROLE_SAME, STORE_ACCOUNT_STATE_ACTIVE, "may come in.");
}

static enum err refuse_bot(struct cli *cli)
{
    return cli_refuse(cli, ERR_CONFLICT, STR("A bot has no password; it has API tokens."));
}

enum err cli_user_passwd(struct cli *cli)
{
    struct cli_whom whom = {0};
    struct str hash = STR_NONE;
    struct str password = STR_NONE;
    enum err err = cli_whom_find(cli, &whom);
    if (err == ERR_OK && whom.user.is_bot) {
        return refuse_bot(cli);
    }
    if (err == ERR_OK) {
        err = new_password(cli, whom.user.username, &hash, &password);
    }
    if (err == ERR_OK) {
        err = store_user_password(cli->store, cli->arena, &whom.asker, STR_NONE, hash);
    }
    if (err == ERR_OK) {
        cli_audit_say("password_changed", "whom=%s", log_text(whom.user.id));
        say_account(cli, &whom.user, password,
                    "has another password; their sessions and API tokens have ended.");
    }
    return err;
}

/* The link alone, so that it can be passed on. */
enum err cli_user_reset(struct cli *cli)
{
    static const struct cli_column columns[] = {{"ID", "id", CLI_TEXT},
                                                {"NAME", "username", CLI_TEXT},
                                                {"CODE", "code", CLI_TEXT},
                                                {"URL", "url", CLI_TEXT},
                                                {"EXPIRES", "expires", CLI_TIME}};
    struct store_asker operator= store_asker_operator();
    const struct str code = auth_link_code(cli->arena);
    struct model_user user = {.id = STR_NONE};
    enum err err = cli_whom_user(cli, &user);
    if (err == ERR_OK) {
        err = store_account_reset(cli->store, cli->arena, &operator, user.id,
                                  auth_link_key(cli->arena, code), &user.username);
    }
    if (err == ERR_CONFLICT) {
        return refuse_bot(cli);
    }
    if (err != ERR_OK) {
        return err;
    }
    cli_audit_say("reset_created", "whom=%s", log_text(user.id));
    const struct str page = arena_printf(cli->arena, "%s/", cli->config->origin);
    const struct str url = auth_link_make(cli->arena, page, "reset", code);
    const int64_t expires = clock_wall_ms() / 1000 + STORE_ACCOUNT_RESET_S;
    const struct str values[] = {user.id, user.username, code, url,
                                 arena_printf(cli->arena, "%" PRId64, expires)};
    cli_out_said(cli->out, columns, ARRAY_LEN(columns), values, url);
    return ERR_OK;
}

enum err cli_user_delete(struct cli *cli)
{
    struct store_asker operator= store_asker_operator();
    struct model_user user = {.id = STR_NONE};
    struct str id;
    enum err err = cli_whom_user(cli, &user);
    if (err == ERR_OK) {
        err = cli_confirm_ask(
            cli, arena_printf(cli->arena, "%.*s (%.*s) is deleted for good; what they wrote stays.",
                              STR_FMT(user.username), STR_FMT(user.id)));
    }
    if (err == ERR_OK) {
        err = store_account_delete(cli->store, cli->arena, &operator, user.id, STR_NONE, &id);
    }
    if (err == ERR_LAST_ADMIN) {
        return cli_refuse(cli, err, STR("The last admin stays; make somebody else one first."));
    }
    if (err == ERR_OK) {
        cli_audit_say("user_deleted", "whom=%s name=%s", log_text(user.id),
                      log_text(user.username));
        say_account(cli, &user, STR_NONE, "is deleted.");
    }
    return err;
}

static struct str flag(bool is)
{
    return is ? STR("1") : STR("0");
}

static void list_user(struct cli *cli, const struct model_user *user)
{
    const struct str row[] = {user->id,
                              user->is_admin ? STR("admin") : STR("member"),
                              flag(!user->is_inactive),
                              flag(user->online),
                              flag(user->is_bot),
                              user->username};
    cli_out_row(cli->out, row);
}

/* In pages, each with memory of its own: there may be any number of users. */
enum err cli_user_list(struct cli *cli)
{
    static const struct cli_column columns[] = {
        {"ID", "id", CLI_TEXT},         {"ROLE", "role", CLI_TEXT}, {"ACTIVE", "active", CLI_FLAG},
        {"ONLINE", "online", CLI_FLAG}, {"BOT", "bot", CLI_FLAG},   {"NAME", "username", CLI_TEXT}};
    struct store_asker operator= store_asker_operator();
    uint64_t next = 0;
    enum err err;
    cli_out_list(cli->out, "users", columns, ARRAY_LEN(columns));
    do {
        struct arena page;
        struct model_user *users = NULL;
        size_t count = 0;
        arena_init(&page);
        err = store_account_list(cli->store, &page, &operator, next, STORE_ACCOUNT_LIST_MAX, &users,
                                 &count, &next);
        for (size_t i = 0; err == ERR_OK && i < count; i++) {
            list_user(cli, &users[i]);
        }
        operator= store_asker_operator(); /* what it was told is the page's */
        arena_finish(&page);
    } while (err == ERR_OK && next != 0 && cli_out_is_good(cli->out));
    return err;
}

/* A bot's password is one that nobody has seen; anybody else's is asked for, or generated. */
static enum err first_password(struct cli *cli, struct str name, bool is_bot, struct str *hash,
                               struct str *generated)
{
    if (!is_bot) {
        return new_password(cli, name, hash, generated);
    }
    *generated = STR_NONE;
    if (cli_args_has(cli->args, "--generate") || cli_args_has(cli->args, "--password-stdin")) {
        return cli_misused(cli, STR("A bot has no password; it has API tokens"));
    }
    return auth_password_hash(cli->config, cli->arena, rand_word(cli->arena, SECRET_BYTES), hash);
}

enum err cli_user_add(struct cli *cli)
{
    static const char *const words[] = {"member", "admin", "bot"};
    const bool is_bot = cli_args_has(cli->args, "--bot");
    const bool is_admin = cli_args_has(cli->args, "--admin");
    const enum store_user_kind kind = is_bot     ? STORE_USER_BOT
                                      : is_admin ? STORE_USER_ADMIN
                                                 : STORE_USER_MEMBER;
    struct store_asker operator= store_asker_operator();
    struct model_user user = {.username = cli_args_get(cli->args, "NAME")};
    struct str hash = STR_NONE;
    struct str password = STR_NONE;
    if (is_bot && is_admin) {
        return cli_misused(cli, STR("A bot is no admin"));
    }
    enum err err = check_name(cli, user.username);
    if (err == ERR_OK) {
        err = first_password(cli, user.username, is_bot, &hash, &password);
    }
    if (err == ERR_OK) {
        err =
            store_user_add(cli->store, cli->arena, &operator, user.username, hash, kind, &user.id);
    }
    if (err == ERR_OK) {
        cli_audit_say("user_added", "whom=%s name=%s as=%s", log_text(user.id),
                      log_text(user.username), words[kind]);
        say_account(cli, &user, password,
                    is_bot ? "is a bot; \"snug token create\" makes what it shows."
                           : "has an account.");
    }
    return err;
}
