#ifndef HUB_DELIVER_H
#define HUB_DELIVER_H

#include "hub/state.h"

/* Who gets what: an event from the channel to the streams that it concerns, and the opening of a
 * stream. */

/* An event from the channel. */
void hub_deliver_event(struct hub *hub, const struct model_event *event);

/*
 * c, at the GATE, becomes LIVE: it is put into the indexes, and gets the header, "ready", and what
 * it has missed. Where that cannot be told, "reset" follows "ready".
 */
void hub_deliver_opening(struct hub *hub, struct hub_client *c,
                         const struct hub_gate_stream *stream);

/* A stream that is behind gets more from the ring, as far as its queue takes it. */
void hub_deliver_more(struct hub *hub, struct hub_client *c);

/* Events have been missed for good: forgets the ring, and tells every stream to reload. */
void hub_deliver_reset(struct hub *hub);

#endif
