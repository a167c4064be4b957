#include "api/api.h"

#include "base/rand.h"
#include "http/body.h"
#include "http/query.h"
#include "model/id.h"
#include "store/message.h"

#define LIMIT_STANDARD 50
#define OFFSET_MAX     1000000000

static enum err invalid(struct http_res *res, struct str detail)
{
    res->detail = detail;
    return ERR_INVALID;
}

/* A number of the query. *present: is it there at all? ERR_INVALID: it is, and out of its range. */
static enum err read_number(const struct http_req *req, struct str name, uint64_t min, uint64_t max,
                            size_t *out, bool *present)
{
    struct str text;
    uint64_t n;
    if (http_query_get(req->query, name, req->arena, &text)) {
        return ERR_INVALID;
    }
    *present = str_is_set(text);
    if (!*present) {
        return ERR_OK;
    }
    if (!str_u64_max(text, max, &n) || n < min) {
        return ERR_INVALID;
    }
    *out = (size_t)n;
    return ERR_OK;
}

/* before, after or around: at most one of them, and a message's id. */
static enum err read_place(const struct http_req *req, struct store_message_query *query)
{
    static const struct {
        const char *name;
        enum store_message_from from;
    } places[] = {
        {"before", STORE_MESSAGE_BEFORE},
        {"after", STORE_MESSAGE_AFTER},
        {"around", STORE_MESSAGE_AROUND},
    };
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        struct str id;
        struct model_place place;
        if (http_query_get(req->query, str_of(places[i].name), req->arena, &id)) {
            return ERR_INVALID;
        }
        if (!str_is_set(id)) {
            continue;
        }
        if (query->from != STORE_MESSAGE_NEWEST || !model_id_place(id, &place)) {
            return ERR_INVALID;
        }
        query->from = places[i].from;
        query->id = id;
    }
    return ERR_OK;
}

static enum err read_query(const struct http_req *req, struct http_res *res,
                           struct store_message_query *query)
{
    bool has_limit, has_offset, has_size;
    size_t size = 0;
    if (read_number(req, STR("limit"), 1, STORE_MESSAGE_PAGE_MAX, &query->limit, &has_limit)) {
        return invalid(res, STR("limit is a number from 1 to 200."));
    }
    if (read_place(req, query)) {
        return invalid(res, STR("One of before, after and around may name a message."));
    }
    if (read_number(req, STR("offset"), 0, OFFSET_MAX, &query->offset, &has_offset) ||
        read_number(req, STR("size"), 1, STORE_MESSAGE_PAGE_MAX, &size, &has_size)) {
        return invalid(res, STR("offset is a number from 0, size one from 1 to 200."));
    }
    if (has_offset != has_size ||
        (has_offset && (has_limit || query->from != STORE_MESSAGE_NEWEST))) {
        return invalid(res, STR("offset and size go together, and with nothing else."));
    }
    if (has_offset) {
        query->from = STORE_MESSAGE_OFFSET;
        query->limit = size;
    }
    return ERR_OK;
}

static void write_page(struct buf *out, struct str room, const struct store_message_page *page)
{
    buf_add_cstr(out, "{\"roomId\":");
    buf_add_json(out, room);
    buf_add_cstr(out, ",\"messages\":[");
    for (size_t i = 0; i < page->count; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        model_message_write(out, &page->messages[i]);
    }
    buf_add_cstr(out, "],\"users\":{");
    for (size_t i = 0; i < page->nusers; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, page->users[i].id);
        buf_add_byte(out, ':');
        buf_add_json(out, page->users[i].username);
    }
    buf_printf(out, "},\"more\":%s}", page->more ? "true" : "false");
}

/* Does If-None-Match name this entity tag? (RFC 9110 section 13.1.2, weak comparison) */
static bool none_match(struct str list, struct str etag)
{
    struct str one;
    while (str_split(&list, ',', &one)) {
        one = str_trim(one);
        if (str_starts(one, STR("W/"))) {
            one = str_skip(one, 2);
        }
        if (str_eq(one, etag) || str_eq(one, STR("*"))) {
            return true;
        }
    }
    return false;
}

static void write_link(const struct http_req *req, struct http_res *res,
                       const struct store_message_query *query,
                       const struct store_message_page *page)
{
    const bool after = query->from == STORE_MESSAGE_AFTER;
    struct str link;
    if (!page->more) {
        return;
    }
    if (query->from == STORE_MESSAGE_OFFSET) {
        link = arena_printf(req->arena, "<?offset=%zu&size=%zu>; rel=\"next\"",
                            query->offset + query->limit, query->limit);
    } else {
        link = arena_printf(req->arena, "<?%s=%.*s&limit=%zu>; rel=\"next\"",
                            after ? "after" : "before", STR_FMT(page->next), query->limit);
    }
    http_res_header(res, "Link", link);
}

static const struct str no_room = {"There is no such room, or you are not in it.", 44};

enum err api_messages_page(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_message_query query = {
        .user = ctx->who.id, .room = req->params[0], .limit = LIMIT_STANDARD};
    struct store_message_page page;
    enum model_room_kind kind;
    res->detail = no_room;
    if (!model_id_is_room(query.room, &kind)) {
        return ERR_NOT_FOUND;
    }
    enum err err = read_query(req, res, &query);
    if (!err) {
        err = store_message_page(ctx->store, req->arena, &query, &page);
    }
    if (err) {
        res->detail = err == ERR_NOT_FOUND || err == ERR_INVALID ? res->detail : STR_NONE;
        return err;
    }
    write_page(&res->body, query.room, &page);
    write_link(req, res, &query, &page);
    const struct str etag = arena_printf(req->arena, "\"%016llx\"",
                                         (unsigned long long)rand_hash64(buf_str(&res->body)));
    http_res_header(res, "ETag", etag);
    http_res_header(res, "Cache-Control", STR("private, no-cache"));
    if (none_match(http_req_header(req, "if-none-match"), etag)) {
        res->status = 304;
    }
    return ERR_OK;
}

/* CRLF, which forms send, to LF. */
static struct str plain_lines(struct arena *arena, struct str text)
{
    if (!str_has(text, '\r')) {
        return text;
    }
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n') {
            out[len++] = text.ptr[i];
        }
    }
    return (struct str){out, len};
}

static struct str without_last_newline(struct str text)
{
    if (str_ends(text, STR("\n"))) {
        text.len -= str_ends(text, STR("\r\n")) ? 2 : 1;
    }
    return text;
}

/* The text and the nonce of any of the three bodies. */
static enum err read_body(const struct http_req *req, struct http_res *res, struct str *text,
                          struct str *nonce)
{
    const bool form = str_eq(req->content_type, STR("application/x-www-form-urlencoded"));
    const bool json = str_eq(req->content_type, STR("application/json"));
    if (json || (form && http_query_has(req->body, STR("message")))) {
        struct http_field fields[] = {
            {.name = "message", .required = true, .max = 64 * 1024},
            {.name = "nonce", .required = false, .max = 256},
        };
        const enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
        if (!err) {
            *text = fields[0].value;
            *nonce = fields[1].value;
        }
        return err;
    }
    if (!form && str_is_set(req->content_type) && !str_starts(req->content_type, STR("text/"))) {
        res->detail = STR("Send JSON, a form or text.");
        return ERR_MEDIA_TYPE;
    }
    *text = without_last_newline(req->body);
    *nonce = STR_NONE;
    return ERR_OK;
}

/* Idempotency-Key may be a quoted string; it may say the same as the field, not something else. */
static enum err read_nonce(const struct http_req *req, struct http_res *res, struct str *nonce)
{
    struct str key = str_trim(http_req_header(req, "idempotency-key"));
    if (key.len >= 2 && key.ptr[0] == '"' && key.ptr[key.len - 1] == '"') {
        key = (struct str){key.ptr + 1, key.len - 2};
    }
    if (str_is_set(key) && str_is_set(*nonce) && !str_eq(key, *nonce)) {
        return invalid(res, STR("The body's nonce and Idempotency-Key differ."));
    }
    *nonce = str_is_set(key) ? key : *nonce;
    if (str_is_set(*nonce) && !model_message_is_nonce(*nonce)) {
        return invalid(res, STR("A nonce is 1 to 64 letters, digits, \"_\" and \"-\"."));
    }
    return ERR_OK;
}

static enum err check_text(struct http_res *res, struct str text)
{
    const enum err err = model_message_check_text(text);
    if (err == ERR_INVALID) {
        res->detail = STR("The message is empty.");
    } else if (err == ERR_TOO_LARGE) {
        res->detail = STR("A message has at most 8,000 bytes.");
    }
    return err;
}

enum err api_messages_send(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct str text, nonce;
    struct model_message message;
    enum model_room_kind kind;
    const struct str room = req->params[0];
    if (!model_id_is_room(room, &kind)) {
        res->detail = no_room;
        return ERR_NOT_FOUND;
    }
    enum err err = read_body(req, res, &text, &nonce);
    if (!err) {
        err = read_nonce(req, res, &nonce);
    }
    if (!err) {
        text = plain_lines(req->arena, text);
        err = check_text(res, text);
    }
    if (!err) {
        err = store_message_send(ctx->store, req->arena, ctx->who.id, room, text, nonce, &message);
        res->detail = err == ERR_NOT_FOUND ? no_room : STR_NONE;
    }
    if (err) {
        return err;
    }
    res->status = 201;
    http_res_header(res, "Location", arena_printf(req->arena, "?around=%.*s", STR_FMT(message.id)));
    model_message_write(&res->body, &message);
    return ERR_OK;
}
