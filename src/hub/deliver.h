#ifndef HUB_DELIVER_H
#define HUB_DELIVER_H

#include "hub/state.h"
#include "store/stream.h"

/* Who gets what: an event from the channel to the streams that it concerns, and the opening of a
 * stream. */

/* An event from the channel. */
void hub_deliver_event(struct hub *hub, const struct model_event *event);

/* c is who stream says: indexes it, and sends the header, ready, and what it has missed. */
void hub_deliver_opening(struct hub *hub, struct hub_client *c, const struct store_stream *stream,
                         const struct model_cursor *since, bool bad_since);

/* Tells every stream to reload its rooms: events have been missed. */
void hub_deliver_reset(struct hub *hub);

/* The last event of a stream; retry_ms for the client, 0: none. */
void hub_deliver_bye(struct hub_client *c, const char *reason, uint32_t retry_ms);

#endif
