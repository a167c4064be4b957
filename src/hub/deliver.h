#ifndef HUB_DELIVER_H
#define HUB_DELIVER_H

#include "hub/state.h"

/* Who gets what: an event from the channel to the streams that it concerns, live or replayed. */

/* An event from the channel. */
void hub_deliver_event(struct hub *hub, const struct model_event *event);

/* Once a second: tells in one event what was gathered of people who came and went (hub/announce).
 */
void hub_deliver_gathered(struct hub *hub);

/* The numbered event that follows what has been delivered; for hub/follow. */
void hub_deliver_numbered(struct hub *hub, const struct model_event *event);

/*
 * What has come by the channel since Redis said who c is (c->known), and was for the indexes: c was
 * in none of them yet.
 */
void hub_deliver_missed(struct hub *hub, struct hub_client *c);

/* A stream that is behind gets more from the ring, or from the log, as far as its queue takes it.
 */
void hub_deliver_more(struct hub *hub, struct hub_client *c);

/* One of the numbered events that c is behind with, in order, from the log. */
void hub_deliver_replayed(struct hub *hub, struct hub_client *c, const struct model_event *event);

/* What c is behind with cannot be told any more: tells it to reload, and goes on from here. */
void hub_deliver_reload(struct hub *hub, struct hub_client *c);

/* Events have been missed for good, those for the indexes too: looks every stream up anew. */
void hub_deliver_reset(struct hub *hub);

#endif
