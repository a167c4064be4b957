#include "base/rand.h"
#include "cli/remote.h"

/* The token ends, too; where the server is away it is forgotten all the same, and that is said. */
enum err cli_logout_run(struct cli *cli)
{
    struct cli_remote remote;
    struct remote_answer answer;
    enum err err = cli_remote_open(cli, &remote);
    if (err == ERR_OK) {
        const struct str id = rand_sha256(cli->arena, remote.place.token);
        const struct remote_ask ask = {
            .method = "DELETE", .path = arena_printf(cli->arena, "api/tokens/%.*s", STR_FMT(id))};
        const enum err ended = cli_remote_ask(&remote, cli->arena, &ask, &answer);
        err = remote_place_forget(cli->envp, cli->arena, &cli->why);
        if (err == ERR_OK && ended != ERR_OK && ended != ERR_UNAUTHENTICATED) {
            err = cli_refuse(
                cli, ended,
                arena_printf(cli->arena, "The token is forgotten here, but may still be good: %.*s",
                             STR_FMT(cli->why)));
        }
    }
    cli_remote_close(&remote);
    return err;
}
