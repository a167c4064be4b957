#include "load/sse.h"

#include <string.h>

void load_sse_init(struct load_sse *p)
{
    *p = (struct load_sse){.retry_ms = UINT64_MAX};
    buf_init(&p->line, NULL, LOAD_SSE_LINE_MAX);
    buf_init(&p->type, NULL, LOAD_SSE_TYPE_MAX);
    buf_init(&p->data, NULL, LOAD_SSE_LINE_MAX);
    buf_init(&p->id, NULL, LOAD_SSE_ID_MAX);
    buf_init(&p->next_id, NULL, LOAD_SSE_ID_MAX);
}

void load_sse_finish(struct load_sse *p)
{
    buf_finish(&p->line);
    buf_finish(&p->type);
    buf_finish(&p->data);
    buf_finish(&p->id);
    buf_finish(&p->next_id);
}

void load_sse_restart(struct load_sse *p)
{
    buf_clear(&p->line);
    buf_clear(&p->type);
    buf_clear(&p->data);
    buf_clear(&p->next_id);
    buf_add_str(&p->next_id, buf_str(&p->id));
    p->saw_id = p->has_data = p->is_over = p->after_cr = p->is_begun = false;
}

static void set_text(struct buf *b, struct str text)
{
    buf_clear(b);
    buf_add_str(b, text);
}

static void take_retry(struct load_sse *p, struct str value)
{
    uint64_t ms = 0;
    for (size_t i = 0; i < value.len; i++) {
        if (value.ptr[i] < '0' || value.ptr[i] > '9' || ms > UINT32_MAX) {
            p->odd++;
            return;
        }
        ms = ms * 10 + (uint64_t)(value.ptr[i] - '0');
    }
    if (value.len == 0) {
        p->odd++;
        return;
    }
    p->retry_ms = ms;
}

static void take_field(struct load_sse *p, struct str name, struct str value)
{
    if (str_eq(name, STR("data"))) {
        if (p->has_data) {
            buf_add_byte(&p->data, '\n');
        }
        buf_add_str(&p->data, value);
        p->has_data = true;
    } else if (str_eq(name, STR("event"))) {
        set_text(&p->type, value);
    } else if (str_eq(name, STR("id")) && !str_has(value, '\0')) {
        set_text(&p->next_id, value);
        p->saw_id = true;
    } else if (str_eq(name, STR("retry"))) {
        take_retry(p, value);
    } else {
        p->odd++;
    }
}

/* A blank line. True: it ends an event; one without data is none, but its id counts. */
static bool dispatch(struct load_sse *p)
{
    if (p->saw_id) {
        set_text(&p->id, buf_str(&p->next_id));
    }
    p->has_id = p->saw_id;
    p->is_over = true;
    return p->has_data;
}

/* The fields of an event that was handed out are forgotten when the next one begins. */
static void begin_event(struct load_sse *p)
{
    if (p->is_over) {
        p->is_over = p->saw_id = p->has_data = false;
        buf_clear(&p->type);
        buf_clear(&p->data);
    }
}

static bool take_line(struct load_sse *p, struct str line)
{
    if (!p->is_begun) {
        p->is_begun = true;
        if (str_starts(line, STR("\xef\xbb\xbf"))) {
            line = str_skip(line, 3);
        }
    }
    if (line.len == 0) {
        return dispatch(p);
    }
    const char *colon = memchr(line.ptr, ':', line.len);
    if (colon == line.ptr) {
        p->comments++;
        return false;
    }
    struct str name = line;
    struct str value = STR("");
    if (colon != NULL) {
        name.len = (size_t)(colon - line.ptr);
        value = str_skip(line, name.len + 1);
        value = str_starts(value, STR(" ")) ? str_skip(value, 1) : value;
    }
    take_field(p, name, value);
    return false;
}

/* Where the line that in begins with ends; NULL: not in it. */
static const char *find_end(struct str in)
{
    const char *lf = memchr(in.ptr, '\n', in.len);
    const char *cr = memchr(in.ptr, '\r', lf != NULL ? (size_t)(lf - in.ptr) : in.len);
    return cr != NULL ? cr : lf;
}

static enum err check(const struct load_sse *p)
{
    return buf_err(&p->line) || buf_err(&p->type) || buf_err(&p->data) || buf_err(&p->next_id)
               ? ERR_TOO_LARGE
               : ERR_OK;
}

enum err load_sse_feed(struct load_sse *p, struct str *in, bool *event)
{
    *event = false;
    while (in->len > 0 && !*event) {
        if (p->after_cr) {
            p->after_cr = false;
            if (in->ptr[0] == '\n') {
                *in = str_skip(*in, 1);
                continue;
            }
        }
        begin_event(p);
        const char *end = find_end(*in);
        const size_t len = end != NULL ? (size_t)(end - in->ptr) : in->len;
        struct str line = {in->ptr, len};
        if (end == NULL || p->line.len > 0) {
            buf_add_str(&p->line, line);
            line = buf_str(&p->line);
        }
        *in = str_skip(*in, len + (end != NULL));
        if (end != NULL) {
            p->after_cr = *end == '\r';
            *event = take_line(p, line);
            if (check(p)) {
                return ERR_TOO_LARGE;
            }
            buf_clear(&p->line);
        }
    }
    return check(p);
}
