#include <stdint.h>
#include <stdlib.h>
#include "base/arena.h"
#include "base/buf.h"
#include "model/event.h"
#include "model/message.h"
#include "wire/sse.h"

/*
 * Text of any kind, as a message, as a server-sent event: the bytes must be 7-bit, and a parser
 * that follows the letter of the standard must find exactly the event that was written, in any
 * context.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* What a client has seen (WHATWG HTML section 9.2.6). */
struct client {
    struct buf data, type, id;
    struct buf seen_data, seen_type, seen_id; /* of the last event */
    size_t events, comments, others;
};

static void field(struct client *c, struct str name, struct str value)
{
    if (str_eq(name, STR("data"))) {
        buf_add_str(&c->data, value);
        buf_add_byte(&c->data, '\n');
    } else if (str_eq(name, STR("event"))) {
        buf_clear(&c->type);
        buf_add_str(&c->type, value);
    } else if (str_eq(name, STR("id"))) {
        buf_clear(&c->id);
        buf_add_str(&c->id, value);
    } else {
        c->others++;
    }
}

static void dispatch(struct client *c)
{
    if (c->data.len > 0) {
        buf_clear(&c->seen_data);
        buf_clear(&c->seen_type);
        buf_clear(&c->seen_id);
        buf_add_str(&c->seen_data, (struct str){c->data.ptr, c->data.len - 1});
        buf_add_str(&c->seen_type, buf_str(&c->type));
        buf_add_str(&c->seen_id, buf_str(&c->id));
        c->events++;
    }
    buf_clear(&c->data);
    buf_clear(&c->type);
}

static void line(struct client *c, struct str text)
{
    struct str name, value = text;
    if (text.len == 0) {
        dispatch(c);
        return;
    }
    if (text.ptr[0] == ':') {
        c->comments++;
        return;
    }
    (void)str_split(&value, ':', &name);
    if (value.len > 0 && value.ptr[0] == ' ') {
        value = str_skip(value, 1);
    }
    field(c, name, str_is_set(value) ? value : STR(""));
}

/* A line ends with LF, CR, or both; what is not ended is dropped. */
static void parse(struct client *c, struct str stream)
{
    size_t start = 0;
    for (size_t i = 0; i < stream.len; i++) {
        if (stream.ptr[i] == '\n' || stream.ptr[i] == '\r') {
            line(c, (struct str){stream.ptr + start, i - start});
            i += stream.ptr[i] == '\r' && i + 1 < stream.len && stream.ptr[i + 1] == '\n';
            start = i + 1;
        }
    }
}

static struct client client_in(struct arena *arena)
{
    struct client c = {.events = 0};
    struct buf *const bufs[] = {&c.data, &c.type, &c.id, &c.seen_data, &c.seen_type, &c.seen_id};
    for (size_t i = 0; i < ARRAY_LEN(bufs); i++) {
        buf_init(bufs[i], arena, 1u << 24);
    }
    return c;
}

/* The message as data: 7-bit, printable, one line. */
static struct str data_of(struct str text, struct arena *arena)
{
    const struct model_message m = {.id = STR("1795485263.175001"),
                                    .from = STR("1"),
                                    .date = 1795485263,
                                    .text = text,
                                    .room = STR("0")};
    struct buf out;
    buf_init(&out, arena, 6 * text.len + 1000);
    model_message_write(&out, &m);
    check(buf_err(&out) == ERR_OK);
    for (size_t i = 0; i < out.len; i++) {
        check(out.ptr[i] >= ' ' && out.ptr[i] <= '~');
    }
    return buf_str(&out);
}

/* What is written of the text says the text. */
static void check_meaning(struct str text, struct str data, struct arena *arena)
{
    struct model_message m;
    check(model_message_read(data, STR("1795485263.175001"), STR("0"), arena, &m) == ERR_OK);
    if (str_is_utf8(text) && data.len <= MODEL_EVENT_DATA_MAX) {
        check(str_eq(m.text, text) && str_is_set(m.json));
    }
    check(str_is_utf8(m.text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    const struct str text = {(const char *)data, size};
    const struct str json = data_of(text, &arena);
    check_meaning(text, json, &arena);

    struct buf stream;
    buf_init(&stream, &arena, 2 * json.len + 1000);
    wire_sse_retry(&stream, 2000);
    wire_sse_event(&stream, STR("ready"), STR("1.1"), STR("{}"));
    wire_sse_heartbeat(&stream);
    wire_sse_event(&stream, STR("message"), STR("1.2"), json);
    struct client c = client_in(&arena);
    parse(&c, buf_str(&stream));
    check(c.events == 2 && c.comments == 1 && c.others == 1 && c.data.len == 0);
    check(str_eq(buf_str(&c.seen_data), json));
    check(str_eq(buf_str(&c.seen_type), STR("message")));
    check(str_eq(buf_str(&c.seen_id), STR("1.2")));
    /* Without an id the cursor stays. */
    buf_clear(&stream);
    wire_sse_event(&stream, STR("user.connected"), STR_NONE, json);
    parse(&c, buf_str(&stream));
    check(c.events == 3 && c.others == 1 && str_eq(buf_str(&c.seen_id), STR("1.2")));
    check(str_eq(buf_str(&c.seen_type), STR("user.connected")));
    arena_finish(&arena);
    return 0;
}
