#include "wire/ndjson.h"

#include "base/mem.h"
#include "wire/fcgi.h"

/* The fields of one block; what is absent was not said. */
struct block {
    struct str event, id, retry, data;
};

static void take_field(struct block *b, struct str line)
{
    struct str value = line;
    struct str name;
    (void)str_split(&value, ':', &name);
    value = str_skip(value, 1);
    if (str_eq(name, STR("event"))) {
        b->event = value;
    } else if (str_eq(name, STR("id"))) {
        b->id = value;
    } else if (str_eq(name, STR("retry"))) {
        b->retry = value;
    } else if (str_eq(name, STR("data"))) {
        b->data = value;
    } else {
        mem_die("a field that no stream of ours has");
    }
}

static void add_line(struct buf *out, const struct block *b)
{
    buf_add_cstr(out, "{\"event\":");
    buf_add_json(out, b->event);
    if (str_is_set(b->id)) {
        buf_add_cstr(out, ",\"id\":");
        buf_add_json(out, b->id);
    }
    if (str_is_set(b->retry)) {
        buf_add_cstr(out, ",\"retry\":");
        buf_add_str(out, b->retry);
    }
    buf_add_cstr(out, ",\"data\":");
    buf_add_str(out, b->data);
    buf_add_cstr(out, "}\n");
}

void wire_ndjson_add(struct buf *out, struct str blocks)
{
    struct block block = {0};
    struct str line;
    while (str_split(&blocks, '\n', &line) && str_is_set(blocks)) {
        if (str_eq(line, STR(":"))) {
            buf_add_cstr(out, "{\"event\":\"heartbeat\"}\n");
        } else if (line.len > 0) {
            take_field(&block, line);
        } else {
            add_line(out, &block);
            block = (struct block){0};
        }
    }
    if (line.len > 0 || str_is_set(block.event)) {
        mem_die("half a block of a stream");
    }
}

struct wire_frame *wire_ndjson_frame(struct wire_frame *frame)
{
    if (frame->twin == NULL) {
        struct buf line;
        buf_init(&line, NULL, WIRE_FCGI_CONTENT_MAX);
        wire_ndjson_add(&line, wire_frame_content(frame));
        if (buf_err(&line)) {
            mem_die("an event that is longer than a record");
        }
        frame->twin = wire_frame_create(buf_str(&line), frame->epoch, frame->seq);
        buf_finish(&line);
    }
    return frame->twin;
}
