#ifndef HUB_OPENING_H
#define HUB_OPENING_H

#include "hub/state.h"

/* The opening of a stream, once Redis has said whose it is. */

/*
 * What Redis says of c. At the GATE, c becomes LIVE: it is put into the indexes, gets the header
 * and "ready", and is behind until it has what it has missed. One that is LIVE is put into the
 * indexes anew, and told to reload. False: it is too old by now, since events that came after it
 * are gone; Redis is to be asked again.
 */
bool hub_opening_granted(struct hub *hub, struct hub_client *c,
                         const struct hub_gate_stream *stream);

#endif
