#ifndef HUB_DRAIN_H
#define HUB_DRAIN_H

#include <stdbool.h>
#include "hub/state.h"

/*
 * The end of a hub that is told to stop. It accepts nobody any more: who comes waits in the
 * listening socket's queue. Open streams go on, and end one by one, spread evenly over SNUG_DRAIN
 * seconds, each told to come back when this hub is gone, spread again. Who was accepted just before
 * is served, and its stream ends with the last ones.
 *
 * lighttpd's bin-path leaves the listening socket to the hub alone: who waits when the hub goes
 * gets a 500, and its EventSource is dead. So the hub takes them in at the very end, and sends them
 * away in order. Nobody is left waiting then but who comes in the same instant; they are the next
 * hub's, where whoever started us keeps the socket open.
 */

/* Once; the second time is for who called to decide. */
void hub_drain_begin(struct hub *hub);

/* Has it begun? */
bool hub_drain_has_begun(const struct hub *hub);

/*
 * Once a turn, after it has begun: is there nothing left to do, or has it taken too long? When the
 * last stream has ended, it tells Redis who has left.
 */
bool hub_drain_is_over(struct hub *hub);

/* Stops what it has started. */
void hub_drain_stop(struct hub *hub);

#endif
