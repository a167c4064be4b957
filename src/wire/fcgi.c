#include "wire/fcgi.h"

#include <string.h>
#include "base/mem.h"

/* Section 8 of the specification. */
enum {
    VERSION_1 = 1,
    BEGIN_REQUEST = 1,
    ABORT_REQUEST = 2,
    END_REQUEST = 3,
    PARAMS = 4,
    STDIN = 5,
    STDOUT = WIRE_FCGI_STDOUT,
    DATA = 8,
    GET_VALUES = 9,
    GET_VALUES_RESULT = 10,
    UNKNOWN_TYPE = 11,
    RESPONDER = 1,
    KEEP_CONN = 1,
    BODY_LEN = 8 /* of BEGIN_REQUEST, END_REQUEST and UNKNOWN_TYPE */
};

static struct wire_fcgi_input *create_input(void)
{
    struct wire_fcgi_input *input = mem_zalloc(1, sizeof(*input));
    buf_init(&input->params, NULL, WIRE_FCGI_PARAMS_MAX);
    buf_init(&input->body, NULL, WIRE_FCGI_STDIN_MAX);
    buf_init(&input->scratch, NULL, WIRE_FCGI_CONTENT_MAX);
    return input;
}

static void destroy_input(struct wire_fcgi_input *input)
{
    if (input != NULL) {
        buf_finish(&input->params);
        buf_finish(&input->body);
        buf_finish(&input->scratch);
        mem_free(input);
    }
}

void wire_fcgi_init(struct wire_fcgi *p)
{
    *p = (struct wire_fcgi){.have = 0};
}

void wire_fcgi_finish(struct wire_fcgi *p)
{
    destroy_input(p->input);
    p->input = NULL;
}

struct str wire_fcgi_params(const struct wire_fcgi *p)
{
    return p->input != NULL ? buf_str(&p->input->params) : STR("");
}

struct str wire_fcgi_body(const struct wire_fcgi *p)
{
    return p->input != NULL ? buf_str(&p->input->body) : STR("");
}

struct str wire_fcgi_query(const struct wire_fcgi *p)
{
    return p->input != NULL ? buf_str(&p->input->scratch) : STR("");
}

void wire_fcgi_release(struct wire_fcgi *p)
{
    struct wire_fcgi_input *input = p->input;
    p->input = NULL;
    /* Within a record the scratch may hold the part that has arrived. */
    if (input != NULL && p->have == WIRE_FCGI_HEADER_LEN) {
        p->input = create_input();
        p->input->scratch = input->scratch;
        buf_init(&input->scratch, NULL, 0);
    }
    destroy_input(input);
}

void wire_fcgi_end(struct wire_fcgi *p)
{
    wire_fcgi_release(p);
    p->id = 0;
}

/* The header of the record under way, taken apart (section 3.3). */
static uint8_t record_type(const struct wire_fcgi *p)
{
    return p->header[1];
}

static uint16_t record_id(const struct wire_fcgi *p)
{
    return (uint16_t)(p->header[2] << 8 | p->header[3]);
}

static size_t record_len(const struct wire_fcgi *p)
{
    return (size_t)(p->header[4] << 8 | p->header[5]);
}

/* Is it one that has to be whole to be read? */
static bool is_for_scratch(const struct wire_fcgi *p)
{
    return record_type(p) == (record_id(p) == 0 ? GET_VALUES : BEGIN_REQUEST);
}

/* Where the content of the record under way goes; NULL: it is skipped. */
static struct buf *record_sink(struct wire_fcgi *p)
{
    const uint8_t type = record_type(p);
    const uint16_t id = record_id(p);
    const bool is_input = id != 0 && id == p->id && (type == PARAMS || type == STDIN);
    if (!is_input && !is_for_scratch(p)) {
        return NULL;
    }
    if (p->input == NULL) {
        p->input = create_input();
    }
    return is_for_scratch(p) ? &p->input->scratch
           : type == PARAMS  ? &p->input->params
                             : &p->input->body;
}

/* May a record of an application stand here? */
static enum err check_record(const struct wire_fcgi *p)
{
    const bool active = record_id(p) == p->id;
    bool good = false;
    switch (record_type(p)) {
    case BEGIN_REQUEST:
        good = !active && record_len(p) == BODY_LEN;
        break;
    case PARAMS:
        good = !active || !p->params_done;
        break;
    case STDIN:
        good = !active || !p->stdin_done;
        break;
    case ABORT_REQUEST:
    case DATA:
        good = true;
        break;
    default:
        break;
    }
    return good ? ERR_OK : ERR_PROTOCOL;
}

/* A header is complete. Content is taken only once it is known to be wanted, and to fit. */
static enum err begin_record(struct wire_fcgi *p)
{
    if (p->header[0] != VERSION_1 || (record_id(p) != 0 && check_record(p) != ERR_OK)) {
        return ERR_PROTOCOL;
    }
    p->content = record_len(p);
    p->pad = p->header[6];
    struct buf *sink = record_sink(p);
    if (sink != NULL && is_for_scratch(p)) {
        buf_clear(sink);
    }
    const bool has_limit = sink != NULL && record_type(p) != STDIN;
    return has_limit && p->content > sink->max - sink->len ? ERR_TOO_LARGE : ERR_OK;
}

/* Are these name-value pairs, and no more of them than we take? */
static enum err check_pairs(struct str pairs)
{
    struct str name, value;
    enum err err;
    size_t n = 0;
    while (wire_fcgi_pair(&pairs, &name, &value, &err)) {
        if (++n > WIRE_FCGI_PAIRS_MAX) {
            return ERR_TOO_LARGE;
        }
    }
    return err;
}

/* Section 5.1. A refused request leaves the one under way as it is. */
static void begin_request(struct wire_fcgi *p, enum wire_fcgi_event *event)
{
    const unsigned char *body = (const unsigned char *)p->input->scratch.ptr;
    const bool responder = (body[0] << 8 | body[1]) == RESPONDER;
    if (p->id != 0 || !responder) {
        p->refused_id = record_id(p);
        p->refusal = p->id != 0 ? WIRE_FCGI_CANT_MPX_CONN : WIRE_FCGI_UNKNOWN_ROLE;
        *event = WIRE_FCGI_REFUSED;
        return;
    }
    buf_clear(&p->input->params);
    buf_clear(&p->input->body);
    p->id = record_id(p);
    p->keep_conn = (body[2] & KEEP_CONN) != 0;
    p->params_done = false;
    p->stdin_done = false;
}

/* A record with id 0, which is about the connection (section 4). */
static enum err end_management(struct wire_fcgi *p, enum wire_fcgi_event *event)
{
    if (record_type(p) == GET_VALUES) {
        *event = WIRE_FCGI_GET_VALUES;
        return check_pairs(wire_fcgi_query(p));
    }
    p->unknown_type = record_type(p);
    *event = WIRE_FCGI_UNKNOWN;
    return ERR_OK;
}

/* An empty record has ended one of the two streams of the request. */
static enum err end_input(struct wire_fcgi *p, enum wire_fcgi_event *event)
{
    enum err err = ERR_OK;
    if (record_type(p) == PARAMS) {
        p->params_done = true;
        err = check_pairs(wire_fcgi_params(p));
    } else {
        p->stdin_done = true;
    }
    if (p->params_done && p->stdin_done) {
        *event = WIRE_FCGI_REQUEST;
    }
    return err;
}

/* A record is complete. */
static enum err end_record(struct wire_fcgi *p, enum wire_fcgi_event *event)
{
    const uint8_t type = record_type(p);
    if (record_id(p) == 0) {
        return end_management(p, event);
    }
    if (type == BEGIN_REQUEST) {
        begin_request(p, event);
    } else if (type == ABORT_REQUEST && record_id(p) == p->id) {
        *event = WIRE_FCGI_ABORT;
    } else if (type != DATA && record_id(p) == p->id && record_len(p) == 0) {
        return end_input(p, event);
    }
    return ERR_OK;
}

/* Takes up to want bytes off the front of *in. */
static struct str take(struct str *in, size_t want)
{
    const struct str taken = {in->ptr, want < in->len ? want : in->len};
    *in = str_skip(*in, taken.len);
    return taken;
}

/* Takes content, then padding. */
static void take_record(struct wire_fcgi *p, struct str *in)
{
    const struct str content = take(in, p->content);
    struct buf *sink = record_sink(p);
    if (sink != NULL && content.len > 0) {
        const size_t room = sink->max - sink->len;
        buf_add(sink, content.ptr, content.len < room ? content.len : room);
    }
    p->content -= content.len;
    p->pad -= p->content == 0 ? take(in, p->pad).len : 0;
}

enum err wire_fcgi_feed(struct wire_fcgi *p, struct str *in, enum wire_fcgi_event *event)
{
    enum wire_fcgi_event seen = WIRE_FCGI_MORE;
    enum err err = ERR_OK;
    while (in->len > 0 && seen == WIRE_FCGI_MORE && err == ERR_OK) {
        if (p->have < WIRE_FCGI_HEADER_LEN) {
            const struct str part = take(in, WIRE_FCGI_HEADER_LEN - p->have);
            memcpy(p->header + p->have, part.ptr, part.len);
            p->have += part.len;
            err = p->have == WIRE_FCGI_HEADER_LEN ? begin_record(p) : ERR_OK;
        }
        if (err == ERR_OK && p->have == WIRE_FCGI_HEADER_LEN) {
            take_record(p, in);
            if (p->content == 0 && p->pad == 0) {
                p->have = 0;
                err = end_record(p, &seen);
            }
        }
    }
    if (err == ERR_OK) {
        *event = seen;
    }
    return err;
}

/* Takes a length off the front of *rest. */
static bool take_len(struct str *rest, size_t *len)
{
    const unsigned char *p = (const unsigned char *)rest->ptr;
    if (rest->len >= 1 && p[0] < 0x80) {
        *len = p[0];
        *rest = str_skip(*rest, 1);
        return true;
    }
    if (rest->len < 4) {
        return false;
    }
    *len = (size_t)(p[0] & 0x7f) << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
    *rest = str_skip(*rest, 4);
    return true;
}

bool wire_fcgi_pair(struct str *rest, struct str *name, struct str *value, enum err *err)
{
    *err = ERR_OK;
    if (rest->len == 0) {
        return false;
    }
    size_t name_len, value_len;
    struct str r = *rest;
    if (!take_len(&r, &name_len) || !take_len(&r, &value_len) || name_len > r.len ||
        value_len > r.len - name_len) {
        *err = ERR_PROTOCOL;
        return false;
    }
    *name = take(&r, name_len);
    *value = take(&r, value_len);
    *rest = r;
    return true;
}

static void write_header(unsigned char out[WIRE_FCGI_HEADER_LEN], uint8_t type, uint16_t id,
                         size_t len, size_t pad)
{
    out[0] = VERSION_1;
    out[1] = type;
    out[2] = (unsigned char)(id >> 8);
    out[3] = (unsigned char)(id & 0xff);
    out[4] = (unsigned char)(len >> 8);
    out[5] = (unsigned char)(len & 0xff);
    out[6] = (unsigned char)pad;
    out[7] = 0;
}

static void add_record(struct buf *out, uint8_t type, uint16_t id, const void *content, size_t len)
{
    unsigned char header[WIRE_FCGI_HEADER_LEN];
    write_header(header, type, id, len, 0);
    buf_add(out, header, sizeof header);
    if (len > 0) {
        buf_add(out, content, len);
    }
}

void wire_fcgi_stdout_header(unsigned char out[WIRE_FCGI_HEADER_LEN], uint16_t id, size_t len,
                             size_t pad)
{
    write_header(out, STDOUT, id, len, pad);
}

void wire_fcgi_write_stdout(struct buf *out, uint16_t id, struct str content)
{
    while (content.len > 0) {
        const struct str part = take(&content, WIRE_FCGI_CONTENT_MAX);
        add_record(out, STDOUT, id, part.ptr, part.len);
    }
}

void wire_fcgi_write_end(struct buf *out, uint16_t id, uint32_t app_status,
                         enum wire_fcgi_status status)
{
    const unsigned char body[BODY_LEN] = {
        (unsigned char)(app_status >> 24),
        (unsigned char)(app_status >> 16 & 0xff),
        (unsigned char)(app_status >> 8 & 0xff),
        (unsigned char)(app_status & 0xff),
        (unsigned char)status,
    };
    add_record(out, STDOUT, id, NULL, 0);
    add_record(out, END_REQUEST, id, body, sizeof body);
}

/* Writes a pair of two short texts; its length. */
static size_t put_pair(unsigned char *out, struct str name, struct str value)
{
    out[0] = (unsigned char)name.len;
    out[1] = (unsigned char)value.len;
    memcpy(out + 2, name.ptr, name.len);
    memcpy(out + 2 + name.len, value.ptr, value.len);
    return 2 + name.len + value.len;
}

void wire_fcgi_write_values(struct buf *out, const struct wire_fcgi *p)
{
    const struct {
        struct str name, value;
    } known[] = {
        {STR("FCGI_MAX_CONNS"), STR(WIRE_FCGI_CONNS_TOLD)},
        {STR("FCGI_MAX_REQS"), STR(WIRE_FCGI_CONNS_TOLD)},
        {STR("FCGI_MPXS_CONNS"), STR("0")},
    };
    bool asked[ARRAY_LEN(known)] = {false};
    struct str rest = wire_fcgi_query(p), name, value;
    enum err err;
    while (wire_fcgi_pair(&rest, &name, &value, &err)) {
        for (size_t i = 0; i < ARRAY_LEN(known); i++) {
            asked[i] |= str_eq(name, known[i].name);
        }
    }
    unsigned char pairs[128];
    size_t len = 0;
    for (size_t i = 0; i < ARRAY_LEN(known); i++) {
        if (asked[i]) {
            len += put_pair(pairs + len, known[i].name, known[i].value);
        }
    }
    add_record(out, GET_VALUES_RESULT, 0, pairs, len);
}

void wire_fcgi_write_unknown(struct buf *out, uint8_t type)
{
    const unsigned char body[BODY_LEN] = {type};
    add_record(out, UNKNOWN_TYPE, 0, body, sizeof body);
}
