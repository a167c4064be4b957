#ifndef HUB_READER_H
#define HUB_READER_H

#include "hub/state.h"

/*
 * Streams whose place is older than what hub/replay keeps, or not known to be one: each is read the
 * log from there, a page at a time and as fast as it takes them, until it is where the ring begins.
 * A few are read for at once, the others wait their turn, so that a crowd that comes back from far
 * away delays nobody else's question.
 */

#define HUB_READER_ASKING_MAX 4 /* pages under way */

/* c is LIVE and behind, and nothing is read for it. A place that is not in the log: it is told to
 * reload. */
void hub_reader_read(struct hub *hub, struct hub_client *c);

/* Whatever is read for c finds nobody. */
void hub_reader_forget(struct hub_client *c);

#endif
