#include "cli/cli.h"

#include "base/mem.h"
#include "cli/names.h"
#include "cli/remote.h"
#include "cli/show.h"
#include "model/id.h"

#define COUNT     50    /* if nothing is said */
#define COUNT_MAX 10000 /* that wait in memory to be shown oldest first */
#define PAGE_MAX  200   /* of the server's */

/* What was asked for, newest first. */
struct history {
    struct cli *cli;
    struct cli_remote remote;
    struct cli_names names;
    struct str room, before;
    size_t wanted, n;
    struct remote_message *messages; /* in cli->arena */
};

static enum err read_wish(struct history *history)
{
    const struct cli_args *args = history->cli->args;
    const struct str count = cli_args_get(args, "-n");
    struct model_place place;
    uint64_t n = COUNT;
    history->before = cli_args_get(args, "--before");
    if (str_is_set(count) && (!str_u64_max(count, COUNT_MAX, &n) || n == 0)) {
        return cli_misused(history->cli, STR("-n is 1 to 10000"));
    }
    if (str_is_set(history->before) && !model_id_place(history->before, &place)) {
        return cli_misused(history->cli, STR("--before is the id of a message"));
    }
    history->wanted = (size_t)n;
    return ERR_OK;
}

/* The page before those that are there; *more: there are older ones. */
static enum err read_page(struct history *history, bool *more)
{
    struct cli *cli = history->cli;
    const size_t left = history->wanted - history->n;
    struct remote_page page;
    const enum err err =
        cli_remote_page(&history->remote, cli->arena, history->room, "before", history->before,
                        left < PAGE_MAX ? left : (size_t)PAGE_MAX, &page);
    if (err != ERR_OK) {
        return err;
    }
    cli_names_learn(&history->names, page.users, page.nusers);
    for (size_t i = page.n; i > 0 && history->n < history->wanted; i--) {
        history->messages[history->n++] = page.messages[i - 1];
    }
    *more = page.more && page.n > 0 && history->n < history->wanted;
    history->before = page.n > 0 ? page.messages[0].id : STR_NONE;
    return ERR_OK;
}

static void show(struct history *history)
{
    struct cli *cli = history->cli;
    for (size_t i = history->n; i > 0; i--) {
        const struct remote_message *message = &history->messages[i - 1];
        if (cli->args->json) {
            cli_out_raw(cli->out, message->json);
            cli_out_raw(cli->out, STR("\n"));
            continue;
        }
        cli_show_message(cli->out, message, STR_NONE,
                         cli_names_get(&history->names, &history->remote, message->from),
                         message->deleted  ? "deleted"
                         : message->edited ? "edited"
                                           : NULL);
    }
}

enum err cli_history_run(struct cli *cli)
{
    struct history history = {.cli = cli};
    bool more = true;
    enum err err = read_wish(&history);
    if (err != ERR_OK) {
        return err;
    }
    cli_names_init(&history.names);
    err = cli_remote_open(cli, &history.remote);
    if (err == ERR_OK) {
        err = cli_remote_room(&history.remote, NULL, cli_args_get(cli->args, "ROOM"), false,
                              &history.room);
    }
    history.messages = arena_zalloc(cli->arena, history.wanted, sizeof(*history.messages));
    while (err == ERR_OK && more) {
        err = read_page(&history, &more);
    }
    if (err == ERR_OK) {
        show(&history);
    }
    cli_remote_close(&history.remote);
    cli_names_finish(&history.names);
    return err;
}
