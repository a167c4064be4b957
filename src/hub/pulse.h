#ifndef HUB_PULSE_H
#define HUB_PULSE_H

#include <stdbool.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/config.h"
#include "base/err.h"
#include "hub/client.h"
#include "hub/rooms.h"
#include "http/req.h"

/*
 * The page's sign of life: POST /api/events {"stream":"…"}, with the id that "ready" gave. A frozen
 * browser keeps its connection, and its kernel goes on to take what is sent; only that the page
 * says nothing any more shows it. Who never says anything, as curl, is not held to it.
 */

#define HUB_PULSE_MS       75000 /* without a sign, after the first one */
#define HUB_PULSE_BODY_MAX 4096  /* bytes */

/* c becomes a stream: gives it its id. */
void hub_pulse_begin(struct hub_client *c);

/*
 * Whose stream, and which: the session's sha256 and the id that the body names. *detail is then a
 * sentence, or absent. ERR_CROSS_SITE, ERR_TOO_LARGE, ERR_UNAUTHENTICATED, and what
 * http_body_fields() says of the body.
 */
NODISCARD enum err hub_pulse_read(const struct config *config, const struct http_req *req,
                                  struct str *session, struct str *stream, struct str *detail);

/* Notes a sign of life. False: the session has no such stream. */
bool hub_pulse_take(const struct hub_rooms *rooms, struct str session, struct str stream,
                    int64_t now_ms);

/* Once a second: ends a stream that has fallen silent. */
void hub_pulse_check(struct hub_client *c, int64_t now_ms);

#endif
