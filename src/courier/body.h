#ifndef COURIER_BODY_H
#define COURIER_BODY_H

#include "base/arena.h"
#include "base/str.h"
#include "store/outbox.h"

/*
 * What a bot's address is sent, in the shape that Standard Webhooks advises:
 *     {"type":"message","data":{"reason":"direct","bot":"7","username":"Pablo","message":{…}}}
 * with the message as the HTTP interface has it, and the name of who sent it.
 */
struct str courier_body_make(struct arena *arena, const struct store_outbox_job *job);

#endif
