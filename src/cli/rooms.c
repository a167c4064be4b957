#include "cli/cli.h"

#include <inttypes.h>
#include "cli/remote.h"

static void list_people(struct cli *cli, const struct remote_rooms *rooms)
{
    static const struct cli_column columns[] = {
        {"ID", "id", CLI_TEXT},           {"KIND", "kind", CLI_TEXT},
        {"UNREAD", "unread", CLI_NUMBER}, {"MENTIONS", "mentions", CLI_NUMBER},
        {"LAST", "date", CLI_TIME},       {"NAME", "name", CLI_TEXT}};
    cli_out_list(cli->out, "rooms", columns, ARRAY_LEN(columns));
    for (size_t i = 0; i < rooms->n; i++) {
        const struct remote_room *room = &rooms->rooms[i];
        const bool direct = str_eq(room->kind, STR("direct"));
        const struct str values[] = {
            room->id,
            room->kind,
            arena_printf(cli->arena, "%" PRIu64, room->unread),
            arena_printf(cli->arena, "%" PRIu64, room->mentions),
            room->date > 0 ? arena_printf(cli->arena, "%" PRId64, room->date) : STR_NONE,
            arena_printf(cli->arena, "%s%.*s", direct ? "@" : "", STR_FMT(room->name))};
        cli_out_row(cli->out, values);
    }
}

enum err cli_rooms_run(struct cli *cli)
{
    struct cli_remote remote;
    struct remote_rooms rooms;
    enum err err = cli_remote_open(cli, &remote);
    if (err == ERR_OK) {
        err = cli_remote_rooms(&remote, cli->arena, &rooms);
    }
    if (err == ERR_OK && !cli->args->json) {
        list_people(cli, &rooms);
    }
    for (size_t i = 0; err == ERR_OK && cli->args->json && i < rooms.n; i++) {
        cli_out_raw(cli->out, rooms.rooms[i].json);
        cli_out_raw(cli->out, STR("\n"));
    }
    cli_remote_close(&remote);
    return err;
}
