#ifndef HUB_WANT_H
#define HUB_WANT_H

#include <stdbool.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "http/req.h"
#include "hub/format.h"
#include "model/id.h"

/* The stream that somebody asks for, as the request says it. */

#define HUB_WANT_ROOMS_MAX 100 /* rooms that a stream may be narrowed to by name */

struct hub_want {
    struct model_cursor since; /* what the client has; only with has_since */
    bool has_since;
    bool is_bad;      /* it brought a cursor that makes no sense */
    bool is_head;     /* it wants the header only */
    struct str rooms; /* "0,1:2": of its rooms only these; absent: all */
    struct str cors;  /* as in http_req */
    enum hub_format format;
};

/*
 * Reads Last-Event-ID, which a browser sends when it comes back, else since, last_event_id or
 * lastEventId of the query; rooms; and format, else Accept. A cursor that makes no sense is no
 * error: the stream begins with "reset". ERR_INVALID: rooms is no list of room ids, or longer than
 * the maximum, or the format is unknown; *detail then says which. Text is the request's.
 */
NODISCARD enum err hub_want_read(const struct http_req *req, struct hub_want *out,
                                 struct str *detail);

/* Those of the rooms, as in hub_want, that are also in narrow, which is such a list too. May be a
 * list of none, which is not absent. */
struct str hub_want_narrow(struct arena *arena, struct str rooms, struct str narrow);

/* Is the room among those wanted? rooms as in hub_want. */
bool hub_want_has(struct str rooms, struct str room);

#endif
