#ifndef CLI_FEED_H
#define CLI_FEED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "cli/names.h"
#include "cli/remote.h"

/*
 * What somebody follows: some rooms, or all of theirs. Shows each message once, whether it comes
 * from history or from the stream, and reads from history what a stream could not tell.
 */

#define CLI_FEED_SEEN 2048 /* messages that are known to have been shown */
#define CLI_FEED_IDS  64   /* bytes of a message's id that are kept */

struct cli_feed_room {
    struct str id, name;
    char last[CLI_FEED_IDS]; /* its newest message that is known; "": none */
};

struct cli_feed {
    struct cli_remote *remote;
    struct cli_names names;
    struct arena arena; /* what rooms are called */
    struct cli_feed_room *rooms;
    size_t n, cap;
    const struct str *wanted; /* ids of rooms, borrowed */
    size_t nwanted;           /* 0: all */
    uint64_t seen[CLI_FEED_SEEN];
    size_t nseen;
};

void cli_feed_init(struct cli_feed *feed, struct cli_remote *remote, const struct str *wanted,
                   size_t nwanted);

void cli_feed_finish(struct cli_feed *feed);

/*
 * Shows the newest `most` messages of all, oldest first, and takes note of where each room is.
 * rooms: as the server has just said.
 */
NODISCARD enum err cli_feed_begin(struct cli_feed *feed, const struct remote_rooms *rooms,
                                  size_t most);

/* Shows what an event says, where it is about a message. */
void cli_feed_take(struct cli_feed *feed, const struct remote_event *event);

/* Shows what was said since, in every room, from history. *cursor, in the arena: where the stream
 * goes on from. */
NODISCARD enum err cli_feed_catch_up(struct cli_feed *feed, struct arena *arena,
                                     struct str *cursor);

#endif
