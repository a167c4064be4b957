#ifndef HUB_FOLLOW_H
#define HUB_FOLLOW_H

#include "hub/state.h"

/*
 * The hub's own place in the event log. Numbered events are delivered in the order of their
 * numbers, each once: as they come by the channel while each follows the one before, and by reading
 * the log where one does not, the epoch is new, or the channel was not heard for a while. What
 * comes by the channel meanwhile is only noted: it is in the log. Where the log no longer has the
 * hub's place, every stream is looked up again and told to reload.
 */

/* A numbered event from the channel. */
void hub_follow_event(struct hub *hub, const struct model_event *event);

/* The channel is not listened to: whatever is published from here on may be missed. */
void hub_follow_lost(struct hub *hub);

/* Reads on, where something is missing and both connections are up. */
void hub_follow_on(struct hub *hub);

#endif
