#ifndef HUB_REPLAY_H
#define HUB_REPLAY_H

#include <stdbool.h>
#include "model/event.h"
#include "wire/frame.h"

/*
 * The newest numbered events as ready frames, in the log's order and without a hole: what a stream
 * that opens, or comes back, still has to get. A gap or a new epoch empties it.
 */

#define HUB_REPLAY_EVENTS_MAX 4096
#define HUB_REPLAY_BYTES_MAX  (8u * 1024 * 1024)

struct hub_replay;

struct hub_replay *hub_replay_create(void);
void hub_replay_destroy(struct hub_replay *r);

/*
 * The next event. frame is counted up; NULL for one that no client sees, whose number counts all
 * the same. False: it does not follow the one before, so that what was kept has been forgotten.
 */
bool hub_replay_add(struct hub_replay *r, const struct model_event *event,
                    struct wire_frame *frame);

/* Forgets everything: the channel was not listened to for a while. */
void hub_replay_clear(struct hub_replay *r);

/* Is everything after this cursor, up to the log's end, here? */
bool hub_replay_covers(const struct hub_replay *r, struct model_cursor after,
                       struct model_cursor end);

/* Calls fn for each event after the cursor, oldest first; event has type, scope and target. */
void hub_replay_each(const struct hub_replay *r, struct model_cursor after,
                     void (*fn)(void *arg, const struct model_event *event,
                                struct wire_frame *frame),
                     void *arg);

/* The cursor of the newest event here; 0, 0 where there is none. */
struct model_cursor hub_replay_last(const struct hub_replay *r);

/* Is a later than b? */
bool hub_replay_after(struct model_cursor a, struct model_cursor b);

#endif
