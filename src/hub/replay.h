#ifndef HUB_REPLAY_H
#define HUB_REPLAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "model/event.h"
#include "wire/frame.h"

/*
 * The newest numbered events as ready frames, in the log's order and without a hole: what a stream
 * that opens, or comes back, still has to get. It begins behind an entry of the log, its floor, and
 * goes on with what follows the newest one. No sockets, no clock.
 */

#define HUB_REPLAY_EVENTS_MAX 4096
#define HUB_REPLAY_BYTES_MAX  (8u * 1024 * 1024)

struct hub_replay;

struct hub_replay_entry {
    struct model_event event; /* data and from are absent; the rest is a copy */
    struct wire_frame *frame; /* NULL: no client sees it */
    char *words;              /* what event's target and about are in */
};

struct hub_replay *hub_replay_create(void);
void hub_replay_destroy(struct hub_replay *r);

/* Is a later than b? */
bool hub_replay_after(struct model_cursor a, struct model_cursor b);

/* How an event stands to the newest one here. */
enum hub_replay_fit {
    HUB_REPLAY_NEXT,  /* it follows */
    HUB_REPLAY_STALE, /* it is not newer */
    HUB_REPLAY_BREAK  /* something is missing between the two, or the epoch is new */
};

/* Forgets everything: what is added is what follows this entry of the log. */
void hub_replay_start(struct hub_replay *r, struct model_cursor floor);

/* Before hub_replay_start() nothing fits. */
enum hub_replay_fit hub_replay_fit(const struct hub_replay *r, struct model_cursor cursor);

/* Takes the event in that follows the newest one in the log. frame is counted up; NULL for an event
 * that no client sees. */
void hub_replay_add(struct hub_replay *r, const struct model_event *event,
                    struct wire_frame *frame);

/* A message of the room was deleted: nobody who comes later is told what it said. Where it was, its
 * place in the order is left. */
void hub_replay_redact(struct hub_replay *r, struct str room, struct str message);

/* The cursor of the newest event here, else of the floor; 0, 0 before hub_replay_start(). */
struct model_cursor hub_replay_last(const struct hub_replay *r);

/* Is this the floor, or an event that is here? */
bool hub_replay_has(const struct hub_replay *r, struct model_cursor cursor);

/* Is everything that follows this cursor here, or to come? */
bool hub_replay_reaches(const struct hub_replay *r, struct model_cursor after);

/* The first event after the cursor; entries from there on are hub_replay_at() of i, i + 1, …. */
size_t hub_replay_seek(const struct hub_replay *r, struct model_cursor after);

/* NULL past the newest. Alive until the next event is added. */
const struct hub_replay_entry *hub_replay_at(const struct hub_replay *r, size_t i);

#endif
