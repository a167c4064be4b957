#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "base/str.h"
#include "cli/args.h"
#include "cli/out.h"
#include "store/conn.h"

/*
 * The snug command. What the owner of a server does from its shell: it has Redis itself, so it asks
 * as the operator; the checks are those of the HTTP interface, since the scripts are the same. And
 * what anybody does from theirs: they ask a server by HTTP, with a token (cli/remote.h).
 * Answers go to standard output, errors to standard error, one line that begins with "snug: ".
 */

/* Exit statuses; docs/man/snug.1 has them. */
enum cli_status {
    CLI_DONE,
    CLI_REFUSED,     /* it was not done, or a check failed */
    CLI_USAGE,       /* wrong arguments */
    CLI_UNAVAILABLE, /* settings are wrong, or Redis or the server is away */
    CLI_LOGIN,       /* not logged in, or not any more */
};

/* What a command is given. */
struct cli {
    const struct config *config;
    char *const *envp;
    struct store_conn *store;
    struct arena *arena; /* as long as the command runs */
    const struct cli_args *args;
    struct cli_out *out;
    struct str why;   /* where it fails: a sentence that says more than the error */
    bool wants_usage; /* it failed for its arguments */
};

struct cli_command {
    const char *name;     /* "user add" */
    const char *synopsis; /* see cli/args.h */
    const char *help;     /* what it does, in one line */
    enum err (*run)(struct cli *cli);
    bool alone; /* it needs neither settings nor Redis */
};

/* Every command, the last one without a name: help, usage errors and the completion come from it.
 */
extern const struct cli_command cli_table[];

/* Runs the command that argv names; returns main's exit status. */
int cli_run(char *const *argv, char *const *envp);

/* Fails for its arguments, with this sentence. */
NODISCARD enum err cli_misused(struct cli *cli, struct str why);

/* Fails with this sentence instead of the error's own. */
NODISCARD enum err cli_refuse(struct cli *cli, enum err err, struct str why);

/* The commands, each in the file of its first word. Errors are reported by cli_run(). */
enum err cli_help(struct cli *cli);
enum err cli_user_add(struct cli *cli);
enum err cli_user_list(struct cli *cli);
enum err cli_user_passwd(struct cli *cli);
enum err cli_user_deactivate(struct cli *cli);
enum err cli_user_activate(struct cli *cli);
enum err cli_user_admin(struct cli *cli);
enum err cli_user_reset(struct cli *cli);
enum err cli_user_delete(struct cli *cli);
enum err cli_sessions_run(struct cli *cli);
enum err cli_token_create(struct cli *cli);
enum err cli_token_list(struct cli *cli);
enum err cli_token_revoke(struct cli *cli);
enum err cli_invite_create(struct cli *cli);
enum err cli_invite_list(struct cli *cli);
enum err cli_invite_revoke(struct cli *cli);
enum err cli_ban_add(struct cli *cli);
enum err cli_ban_list(struct cli *cli);
enum err cli_ban_lift(struct cli *cli);
enum err cli_check_run(struct cli *cli);
enum err cli_seed_run(struct cli *cli);
enum err cli_export_run(struct cli *cli);
enum err cli_import_run(struct cli *cli);
enum err cli_login_run(struct cli *cli);
enum err cli_logout_run(struct cli *cli);
enum err cli_send_run(struct cli *cli);
enum err cli_tail_run(struct cli *cli);
enum err cli_rooms_run(struct cli *cli);
enum err cli_history_run(struct cli *cli);

#endif
