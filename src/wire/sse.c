#include "wire/sse.h"

#include "base/mem.h"

/* One line. A line end in value would begin another field. */
static void add_field(struct buf *out, const char *name, struct str value)
{
    if (str_has(value, '\n') || str_has(value, '\r')) {
        mem_die("a line end inside a server-sent event");
    }
    buf_add_cstr(out, name);
    buf_add_str(out, value);
    buf_add_byte(out, '\n');
}

void wire_sse_event(struct buf *out, struct str type, struct str id, struct str data)
{
    add_field(out, "event: ", type);
    if (str_is_set(id)) {
        add_field(out, "id: ", id);
    }
    add_field(out, "data: ", data);
    buf_add_byte(out, '\n');
}

void wire_sse_retry(struct buf *out, uint32_t ms)
{
    buf_add_cstr(out, "retry: ");
    buf_add_u64(out, ms);
    buf_add_byte(out, '\n');
}

void wire_sse_heartbeat(struct buf *out)
{
    buf_add_cstr(out, ":\n");
}
