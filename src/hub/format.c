#include "hub/format.h"

#include <string.h>
#include "base/attr.h"
#include "wire/ndjson.h"

#define END "\r\n"
#define HEAD(type)                                                                                 \
    "Status: 200 OK\r\n"                                                                           \
    "Content-Type: " type "\r\n"                                                                   \
    "Cache-Control: no-cache, no-transform\r\n"                                                    \
    "X-Accel-Buffering: no\r\n"                                                                    \
    "X-Content-Type-Options: nosniff\r\n" END

static const struct {
    struct str name, head;
} formats[] = {
    [HUB_FORMAT_SSE] = {STR("sse"), STR(HEAD("text/event-stream"))},
    [HUB_FORMAT_NDJSON] = {STR("ndjson"), STR(HEAD("application/x-ndjson"))},
};

bool hub_format_find(struct str name, enum hub_format *out)
{
    for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
        if (str_eq(name, formats[i].name)) {
            *out = (enum hub_format)i;
            return true;
        }
    }
    return false;
}

struct str hub_format_head(struct arena *arena, enum hub_format format, struct str cors)
{
    const struct str head = formats[format].head;
    if (cors.len == 0) {
        return head;
    }
    const bool by_name = !str_eq(cors, STR("*"));
    return arena_printf(arena, "%.*sAccess-Control-Allow-Origin: %.*s\r\n%s" END,
                        (int)(head.len - strlen(END)), head.ptr, STR_FMT(cors),
                        by_name ? "Access-Control-Allow-Credentials: true\r\n" : "");
}

void hub_format_add(struct buf *out, enum hub_format format, struct str blocks)
{
    if (format == HUB_FORMAT_NDJSON) {
        wire_ndjson_add(out, blocks);
    } else {
        buf_add_str(out, blocks);
    }
}

struct wire_frame *hub_format_frame(enum hub_format format, struct wire_frame *frame)
{
    return format == HUB_FORMAT_NDJSON ? wire_ndjson_frame(frame) : frame;
}
