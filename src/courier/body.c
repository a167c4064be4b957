#include "courier/body.h"

#include "base/buf.h"

#define FRAME_MAX 256 /* bytes besides the job's own words */

struct str courier_body_make(struct arena *arena, const struct store_outbox_job *job)
{
    struct buf out;
    /* A byte of a name becomes six at most. */
    buf_init(&out, arena, FRAME_MAX + 6 * job->name.len + job->message.len);
    buf_add_cstr(&out, "{\"type\":\"message\",\"data\":{\"reason\":");
    buf_add_json(&out, job->reason);
    buf_add_cstr(&out, ",\"bot\":");
    buf_add_json(&out, job->bot);
    buf_add_cstr(&out, ",\"username\":");
    buf_add_json(&out, job->name);
    buf_add_cstr(&out, ",\"message\":");
    buf_add_str(&out, job->message);
    buf_add_cstr(&out, "}}");
    return buf_str(&out);
}
