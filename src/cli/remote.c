#include "cli/remote.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/rand.h"
#include "model/id.h"

#define BODY_MAX 4096

enum err cli_remote_open(struct cli *cli, struct cli_remote *remote)
{
    *remote = (struct cli_remote){.cli = cli};
    log_init("snug", LOG_ERROR);
    rand_init();
    const enum err err = remote_place_read(cli->envp, cli->arena, &remote->place, &cli->why);
    if (err == ERR_OK) {
        remote->http = remote_http_create(remote->place.url, remote->place.token);
    }
    return err;
}

void cli_remote_close(struct cli_remote *remote)
{
    remote_http_destroy(remote->http);
}

enum err cli_remote_strange(struct cli *cli)
{
    return cli_refuse(cli, ERR_INTERNAL,
                      STR("The answer is none of a snug server; is the address right?"));
}

static enum err of_status(unsigned status)
{
    static const struct {
        unsigned status;
        enum err err;
    } table[] = {
        {401, ERR_UNAUTHENTICATED}, {403, ERR_FORBIDDEN},    {404, ERR_NOT_FOUND},
        {409, ERR_CONFLICT},        {413, ERR_TOO_LARGE},    {429, ERR_RATE_LIMITED},
        {500, ERR_INTERNAL},        {507, ERR_STORAGE_FULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(table); i++) {
        if (table[i].status == status) {
            return table[i].err;
        }
    }
    return status > 500 ? ERR_UNAVAILABLE : ERR_INVALID;
}

enum err cli_remote_judge(struct cli *cli, const struct remote_answer *answer)
{
    if (answer->status >= 200 && answer->status < 300) {
        return ERR_OK;
    }
    const enum err err = of_status(answer->status);
    const struct str detail = remote_answer_field(answer->body, cli->arena, "detail");
    if (err == ERR_UNAUTHENTICATED) {
        return cli_refuse(cli, err,
                          STR("The token is good no more; snug login URL makes another."));
    }
    if (str_is_set(detail)) {
        return cli_refuse(cli, err, detail);
    }
    return cli_refuse(
        cli, err, arena_printf(cli->arena, "The server answers %u; is it a snug?", answer->status));
}

enum err cli_remote_ask(struct cli_remote *remote, struct arena *arena,
                        const struct remote_ask *ask, struct remote_answer *answer)
{
    struct cli *cli = remote->cli;
    const enum err err = remote_http_ask(remote->http, arena, ask, answer);
    if (err != ERR_OK) {
        const struct str why = remote_http_why(remote->http);
        return cli_refuse(cli, err,
                          arena_printf(cli->arena, "%.*s does not answer: %.*s",
                                       STR_FMT(remote->place.url), STR_FMT(why)));
    }
    return cli_remote_judge(cli, answer);
}

enum err cli_remote_get(struct cli_remote *remote, struct arena *arena, struct str path,
                        struct remote_answer *answer)
{
    return cli_remote_ask(remote, arena, &(struct remote_ask){.method = "GET", .path = path},
                          answer);
}

enum err cli_remote_rooms(struct cli_remote *remote, struct arena *arena,
                          struct remote_rooms *rooms)
{
    struct remote_answer answer;
    const enum err err = cli_remote_get(remote, arena, STR("api/rooms"), &answer);
    if (err != ERR_OK) {
        return err;
    }
    return remote_answer_rooms(answer.body, remote->place.user, arena, rooms) == ERR_OK
               ? ERR_OK
               : cli_remote_strange(remote->cli);
}

enum err cli_remote_page(struct cli_remote *remote, struct arena *arena, struct str room,
                         const char *where, struct str id, size_t most, struct remote_page *page)
{
    struct remote_answer answer;
    struct str path = arena_printf(arena, "api/messages/%.*s?limit=%zu", STR_FMT(room), most);
    if (id.len > 0) {
        path = arena_printf(arena, "%.*s&%s=%.*s", STR_FMT(path), where,
                            STR_FMT(remote_http_encode(arena, id)));
    }
    const enum err err = cli_remote_get(remote, arena, path, &answer);
    if (err != ERR_OK) {
        return err;
    }
    if (remote_answer_page(answer.body, arena, page) != ERR_OK) {
        return cli_remote_strange(remote->cli);
    }
    for (size_t i = 0; i < page->n; i++) {
        page->messages[i].room = room;
    }
    return ERR_OK;
}

/* The room of the two, which is made where it is not there. */
static enum err open_direct(struct cli_remote *remote, struct str user, struct str *id)
{
    struct arena *arena = remote->cli->arena;
    struct remote_answer answer;
    struct buf body;
    buf_init(&body, arena, BODY_MAX);
    buf_add_cstr(&body, "{\"user\":");
    buf_add_json(&body, user);
    buf_add_byte(&body, '}');
    if (buf_err(&body) != ERR_OK) {
        return cli_refuse(remote->cli, ERR_NOT_FOUND, STR("There is no such user."));
    }
    const enum err err = cli_remote_ask(remote, arena,
                                        &(struct remote_ask){.method = "POST",
                                                             .path = STR("api/rooms"),
                                                             .type = "application/json",
                                                             .body = buf_str(&body)},
                                        &answer);
    if (err != ERR_OK) {
        return err;
    }
    *id = remote_answer_field(answer.body, arena, "id");
    return str_is_set(*id) ? ERR_OK : cli_remote_strange(remote->cli);
}

static bool is_direct(const struct remote_room *room)
{
    return str_eq(room->kind, STR("direct"));
}

/* Those of this name, exactly or but for its case; *found is the last of them. */
static size_t count_named(const struct remote_rooms *rooms, struct str name, bool direct,
                          bool exactly, struct str *found)
{
    size_t n = 0;
    for (size_t i = 0; i < rooms->n; i++) {
        const struct remote_room *room = &rooms->rooms[i];
        if (is_direct(room) == direct && str_is_set(room->id) &&
            (exactly ? str_eq(room->name, name) : str_eq_nocase(room->name, name))) {
            *found = room->id;
            n++;
        }
    }
    return n;
}

/* ERR_NOT_FOUND: none, or more than one. */
static enum err find_named(struct cli *cli, const struct remote_rooms *rooms, struct str name,
                           bool direct, struct str *id)
{
    const size_t exact = count_named(rooms, name, direct, true, id);
    const size_t any = exact == 0 ? count_named(rooms, name, direct, false, id) : exact;
    if (any == 1) {
        return ERR_OK;
    }
    if (any > 1) {
        return cli_refuse(cli, ERR_NOT_FOUND,
                          STR("More than one room is called so; snug rooms lists their ids."));
    }
    return cli_refuse(cli, ERR_NOT_FOUND, STR("There is no such room, or you are not in it."));
}

enum err cli_remote_room(struct cli_remote *remote, const struct remote_rooms *rooms,
                         struct str text, bool opens, struct str *id)
{
    struct remote_rooms mine;
    enum model_room_kind kind;
    if (model_id_is_room(text, &kind)) {
        *id = text;
        return ERR_OK;
    }
    if (rooms == NULL) {
        const enum err err = cli_remote_rooms(remote, remote->cli->arena, &mine);
        if (err != ERR_OK) {
            return err;
        }
        rooms = &mine;
    }
    const bool direct = str_starts(text, STR("@"));
    const struct str name = direct ? str_skip(text, 1) : text;
    const enum err err = find_named(remote->cli, rooms, name, direct, id);
    return err != ERR_OK && direct && opens ? open_direct(remote, name, id) : err;
}
