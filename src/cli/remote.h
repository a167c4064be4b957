#ifndef CLI_REMOTE_H
#define CLI_REMOTE_H

#include <stdbool.h>
#include "cli/cli.h"
#include "remote/answer.h"
#include "remote/http.h"
#include "remote/place.h"

/*
 * What a command needs that asks a server by HTTP: where it is, the token, questions whose refusals
 * become the command's own, and rooms as people name them. The text of all this is in an arena that
 * is given, or in cli->arena.
 */

struct cli_remote {
    struct cli *cli;
    struct remote_place place;
    struct remote_http *http;
};

/* ERR_UNAUTHENTICATED: nobody is logged in here. cli_remote_close() is called all the same. */
NODISCARD enum err cli_remote_open(struct cli *cli, struct cli_remote *remote);

void cli_remote_close(struct cli_remote *remote);

/*
 * Asks, once. What the server refuses comes as the error that goes with its status, and cli->why as
 * it says it. ERR_UNAVAILABLE: no answer, or one that says that there will be one later.
 */
NODISCARD enum err cli_remote_ask(struct cli_remote *remote, struct arena *arena,
                                  const struct remote_ask *ask, struct remote_answer *answer);

/* The same of an answer that is there already. */
NODISCARD enum err cli_remote_judge(struct cli *cli, const struct remote_answer *answer);

/* GET of a path. */
NODISCARD enum err cli_remote_get(struct cli_remote *remote, struct arena *arena, struct str path,
                                  struct remote_answer *answer);

NODISCARD enum err cli_remote_rooms(struct cli_remote *remote, struct arena *arena,
                                    struct remote_rooms *rooms);

/* At most so many messages of a room, oldest first: those "before" or "after" the message of this
 * id; without one (absent, or empty) the newest. */
NODISCARD enum err cli_remote_page(struct cli_remote *remote, struct arena *arena, struct str room,
                                   const char *where, struct str id, size_t most,
                                   struct remote_page *page);

/*
 * The room that a person means: by its id, by its name, whose case does not matter where that
 * leaves one, or "@" and a user's name for the room of the two. rooms: theirs, or NULL: asked for
 * where they are needed. opens: a room of two that is not there is opened. ERR_NOT_FOUND.
 */
NODISCARD enum err cli_remote_room(struct cli_remote *remote, const struct remote_rooms *rooms,
                                   struct str text, bool opens, struct str *id);

/* An answer that is none of a snug server. */
NODISCARD enum err cli_remote_strange(struct cli *cli);

#endif
