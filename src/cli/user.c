#include "cli/cli.h"

#include "auth/password.h"
#include "base/rand.h"
#include "cli/password.h"
#include "model/id.h"
#include "store/account.h"
#include "store/user.h"

#define LINK_BYTES      18
#define GENERATED_BYTES 15 /* of randomness: 20 characters */

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
    enum err err = cli_password_read(name, from_stdin, &password, &why);
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

/* An account that is to be an admin's, or a member's. */
static enum err give_role(struct cli *cli, struct str id, enum store_account_role role,
                          struct model_user *user)
{
    struct store_asker operator= store_asker_operator();
    return store_account_change(cli->store, cli->arena, &operator, id, role,
                                STORE_ACCOUNT_STATE_SAME, user);
}

/* The id of USER, who is named or numbered: a number is no name. */
static enum err find_id(struct cli *cli, struct str text, struct str *id)
{
    struct model_user user;
    struct str hash;
    if (model_id_is_user(text)) {
        *id = text;
        return ERR_OK;
    }
    const enum err err = store_user_find(cli->store, cli->arena, text, &user, &hash);
    if (err == ERR_OK) {
        *id = user.id;
    }
    return err == ERR_NOT_FOUND ? cli_refuse(cli, err, STR("There is no such user.")) : err;
}

/* Makes USER what they are to be, and says what they are then. */
static enum err change(struct cli *cli, enum store_account_role role,
                       enum store_account_state state, const char *sentence)
{
    struct store_asker operator= store_asker_operator();
    struct model_user user;
    struct str id = STR_NONE;
    enum err err = find_id(cli, cli_args_get(cli->args, "USER"), &id);
    if (err == ERR_OK) {
        err = store_account_change(cli->store, cli->arena, &operator, id, role, state, &user);
    }
    if (err == ERR_NOT_FOUND) {
        return cli_refuse(cli, err, STR("There is no such user."));
    }
    if (err == ERR_LAST_ADMIN) {
        return cli_refuse(cli, err, STR("The last admin stays one."));
    }
    if (err == ERR_OK) {
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

/* By a link that is made and used at once: what a new password ends, the scripts know. */
enum err cli_user_passwd(struct cli *cli)
{
    struct store_asker operator= store_asker_operator();
    const struct str key = rand_sha256(cli->arena, rand_word(cli->arena, LINK_BYTES));
    struct model_user user = {.id = STR_NONE, .username = STR_NONE};
    struct str hash = STR_NONE;
    struct str password = STR_NONE;
    enum err err = find_id(cli, cli_args_get(cli->args, "USER"), &user.id);
    if (err == ERR_OK) {
        err = store_account_reset(cli->store, cli->arena, &operator, user.id, key, &user.username);
    }
    if (err == ERR_NOT_FOUND) {
        return cli_refuse(cli, err, STR("There is no such user."));
    }
    if (err == ERR_CONFLICT) {
        return cli_refuse(cli, err, STR("A bot has no password."));
    }
    if (err == ERR_OK) {
        err = new_password(cli, user.username, &hash, &password);
    }
    if (err == ERR_OK) {
        err = store_account_reset_use(cli->store, cli->arena, key, hash);
    }
    if (err == ERR_OK) {
        say_account(cli, &user, password, "has another password; their sessions have ended.");
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

enum err cli_user_add(struct cli *cli)
{
    struct model_user user = {.username = cli_args_get(cli->args, "NAME")};
    struct str hash = STR_NONE;
    struct str password = STR_NONE;
    enum err err = check_name(cli, user.username);
    if (err == ERR_OK) {
        err = new_password(cli, user.username, &hash, &password);
    }
    if (err == ERR_OK) {
        err = store_user_register(cli->store, cli->arena, user.username, hash, STR_NONE, &user.id);
    }
    if (err == ERR_OK && cli_args_has(cli->args, "--admin")) {
        err = give_role(cli, user.id, STORE_ACCOUNT_ROLE_ADMIN, &user);
    }
    if (err == ERR_OK) {
        say_account(cli, &user, password, "has an account.");
    }
    return err;
}
