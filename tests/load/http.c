#include "load/http.h"

#include <string.h>

void load_http_init(struct load_http *h)
{
    *h = (struct load_http){.state = LOAD_HTTP_HEAD};
    buf_init(&h->line, NULL, LOAD_HTTP_HEAD_MAX);
}

void load_http_finish(struct load_http *h)
{
    buf_finish(&h->line);
}

void load_http_restart(struct load_http *h)
{
    struct buf line = h->line;
    buf_clear(&line);
    *h = (struct load_http){.state = LOAD_HTTP_HEAD, .line = line};
}

/* "HTTP/1.1 200 OK" */
static enum err take_status(struct load_http *h, struct str line)
{
    uint64_t status;
    if (!str_starts(line, STR("HTTP/1.")) || line.len < 12 || line.ptr[8] != ' ' ||
        !str_u64((struct str){line.ptr + 9, 3}, &status) || status < 200 ||
        (line.len > 12 && line.ptr[12] != ' ')) {
        return ERR_PROTOCOL;
    }
    h->status = (unsigned)status;
    h->closes = line.ptr[7] == '0';
    return ERR_OK;
}

static enum err take_field(struct load_http *h, struct str name, struct str value)
{
    if (str_eq_nocase(name, STR("Transfer-Encoding"))) {
        h->is_chunked = str_eq_nocase(value, STR("chunked"));
        return h->is_chunked ? ERR_OK : ERR_PROTOCOL;
    }
    if (str_eq_nocase(name, STR("Content-Length"))) {
        h->has_length = true;
        return str_u64(value, &h->left) ? ERR_OK : ERR_PROTOCOL;
    }
    if (str_eq_nocase(name, STR("Content-Type"))) {
        struct str rest = value;
        struct str type;
        h->is_stream =
            str_split(&rest, ';', &type) && str_eq_nocase(str_trim(type), STR("text/event-stream"));
    } else if (str_eq_nocase(name, STR("Connection"))) {
        h->closes = str_eq_nocase(value, STR("close"));
    } else if (str_eq_nocase(name, STR("Retry-After")) &&
               !str_u64_max(value, 86400, &h->retry_after_s)) {
        return ERR_PROTOCOL;
    }
    return ERR_OK;
}

/* The head is whole: how does the body end? */
static enum err begin_body(struct load_http *h)
{
    if (h->status == 0 || (h->is_chunked && h->has_length)) {
        return ERR_PROTOCOL;
    }
    if (h->is_chunked) {
        h->state = LOAD_HTTP_CHUNK_SIZE;
    } else if (h->has_length || h->status == 204 || h->status == 304) {
        h->state = h->left > 0 ? LOAD_HTTP_LENGTH : LOAD_HTTP_DONE;
    } else {
        h->state = LOAD_HTTP_BODY;
        h->closes = true;
    }
    return ERR_OK;
}

static enum err take_head_line(struct load_http *h, struct str line)
{
    h->head_bytes += line.len + 2;
    if (h->head_bytes > LOAD_HTTP_HEAD_MAX) {
        return ERR_TOO_LARGE;
    }
    if (h->status == 0) {
        return take_status(h, line);
    }
    if (line.len == 0) {
        return begin_body(h);
    }
    const char *colon = memchr(line.ptr, ':', line.len);
    if (colon == NULL || colon == line.ptr) {
        return ERR_PROTOCOL;
    }
    const size_t name = (size_t)(colon - line.ptr);
    return take_field(h, (struct str){line.ptr, name}, str_trim(str_skip(line, name + 1)));
}

static int hex_value(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c != '\0' ? strchr(digits, c) : NULL;
    if (at == NULL) {
        return -1;
    }
    const int n = (int)(at - digits);
    return n < 16 ? n : n - 6;
}

/* Hexadecimal digits, and perhaps an extension after a semicolon. */
static enum err take_chunk_size(struct load_http *h, struct str line)
{
    struct str rest = line;
    struct str digits;
    uint64_t size = 0;
    if (!str_split(&rest, ';', &digits) || digits.len < 1 || digits.len > 8) {
        return ERR_PROTOCOL;
    }
    for (size_t i = 0; i < digits.len; i++) {
        const int value = hex_value(digits.ptr[i]);
        if (value < 0) {
            return ERR_PROTOCOL;
        }
        size = size * 16 + (uint64_t)value;
    }
    h->left = size;
    h->state = size > 0 ? LOAD_HTTP_CHUNK : LOAD_HTTP_TRAILER;
    return ERR_OK;
}

static enum err take_line(struct load_http *h, struct str line)
{
    switch (h->state) {
    case LOAD_HTTP_HEAD:
        return take_head_line(h, line);
    case LOAD_HTTP_CHUNK_SIZE:
        return take_chunk_size(h, line);
    case LOAD_HTTP_CHUNK_END:
        h->state = LOAD_HTTP_CHUNK_SIZE;
        return line.len == 0 ? ERR_OK : ERR_PROTOCOL;
    case LOAD_HTTP_TRAILER:
        h->state = line.len == 0 ? LOAD_HTTP_DONE : LOAD_HTTP_TRAILER;
        return ERR_OK;
    case LOAD_HTTP_BODY:
    case LOAD_HTTP_LENGTH:
    case LOAD_HTTP_CHUNK:
    case LOAD_HTTP_DONE:
        break;
    }
    return ERR_PROTOCOL;
}

/* A line and its CRLF, which may come in pieces. */
static enum err feed_line(struct load_http *h, struct str *in)
{
    const char *lf = memchr(in->ptr, '\n', in->len);
    const size_t len = lf != NULL ? (size_t)(lf - in->ptr) : in->len;
    struct str line = {in->ptr, len};
    if (lf == NULL || h->line.len > 0) {
        buf_add_str(&h->line, line);
        line = buf_str(&h->line);
    }
    *in = str_skip(*in, len + (lf != NULL));
    if (buf_err(&h->line)) {
        return ERR_TOO_LARGE;
    }
    if (lf == NULL) {
        return ERR_OK;
    }
    if (!str_ends(line, STR("\r"))) {
        return ERR_PROTOCOL;
    }
    line.len--;
    const enum err err = take_line(h, line);
    buf_clear(&h->line);
    return err;
}

static void take_counted(struct load_http *h, struct str *in, struct str *body)
{
    const size_t n = in->len < h->left ? in->len : (size_t)h->left;
    *body = (struct str){in->ptr, n};
    *in = str_skip(*in, n);
    h->left -= n;
    if (h->left == 0) {
        h->state = h->state == LOAD_HTTP_CHUNK ? LOAD_HTTP_CHUNK_END : LOAD_HTTP_DONE;
    }
}

enum err load_http_feed(struct load_http *h, struct str *in, struct str *body)
{
    *body = STR("");
    while (in->len > 0 && body->len == 0 && h->state != LOAD_HTTP_DONE) {
        if (h->state == LOAD_HTTP_BODY) {
            *body = *in;
            *in = str_skip(*in, in->len);
        } else if (h->state == LOAD_HTTP_LENGTH || h->state == LOAD_HTTP_CHUNK) {
            take_counted(h, in, body);
        } else {
            const enum err err = feed_line(h, in);
            if (err) {
                return err;
            }
        }
    }
    return ERR_OK;
}

bool load_http_is_whole(const struct load_http *h)
{
    return h->state == LOAD_HTTP_DONE || h->state == LOAD_HTTP_BODY;
}
