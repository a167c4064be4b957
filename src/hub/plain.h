#ifndef HUB_PLAIN_H
#define HUB_PLAIN_H

#include "base/config.h"

/*
 * The events program as plain CGI (RFC 3875), where no hub can live: one request from the
 * environment, one answer to standard output. A stream is what was missed since the client's
 * cursor, then "bye" with "poll", a retry, and the cursor as id; so whoever comes back, as browsers
 * do by themselves, goes on from there. It is a hub with one client and no subscription: what is
 * newer than the log's end when the stream began is for the next answer. Who polls is not online by
 * that.
 */

#define HUB_PLAIN_BYTES_MAX (512u * 1024) /* of one answer, about; the next one goes on */
#define HUB_PLAIN_MS        5000          /* the same in time */
#define HUB_PLAIN_REDIS_MS  1500          /* without Redis so long: 503 */

/* Returns main's exit status. */
int hub_plain_run(const struct config *config);

#endif
