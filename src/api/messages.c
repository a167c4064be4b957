#include "api/api.h"

#include "base/rand.h"
#include "http/body.h"
#include "http/query.h"
#include "model/id.h"
#include "store/message.h"

#define LIMIT_DEFAULT 50
#define OFFSET_MAX    1000000000
#define FIELD_MAX     ((size_t)64 * 1024) /* bytes that are read; the model says how many may be */

static enum err refuse(struct http_res *res, enum err err, struct str detail)
{
    res->detail = detail;
    return err;
}

enum err api_messages_refuse_room(struct http_res *res)
{
    return refuse(res, ERR_NOT_FOUND, STR("There is no such room, or you are not in it."));
}

/* The room of the path. ERR_NOT_FOUND: what no room is called. */
static enum err read_room(const struct http_req *req, struct http_res *res, struct str *room)
{
    enum model_room_kind kind;
    if (!model_id_is_room(req->params[0], &kind)) {
        return api_messages_refuse_room(res);
    }
    *room = req->params[0];
    return ERR_OK;
}

/* A number of the query. *given: is it there? ERR_INVALID: it is, and out of its range. */
static enum err read_number(const struct http_req *req, struct str name, uint64_t min, uint64_t max,
                            size_t *out, bool *given)
{
    struct str text;
    uint64_t n = 0;
    if (http_query_get(req->query, name, req->arena, &text) != ERR_OK ||
        (str_is_set(text) && (!str_u64_max(text, max, &n) || n < min))) {
        return ERR_INVALID;
    }
    *given = str_is_set(text);
    if (*given) {
        *out = (size_t)n;
    }
    return ERR_OK;
}

/* before, after and around. ERR_INVALID: more than one of them, or no id of a message. */
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
        if (http_query_get(req->query, str_of(places[i].name), req->arena, &id) != ERR_OK) {
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

/* Which page is asked for. */
static enum err read_query(const struct http_req *req, struct http_res *res,
                           struct store_message_query *query)
{
    bool has_limit;
    bool has_offset;
    bool has_size;
    size_t size = 0;
    query->limit = LIMIT_DEFAULT;
    if (read_number(req, STR("limit"), 1, STORE_MESSAGE_PAGE_MAX, &query->limit, &has_limit) !=
        ERR_OK) {
        return refuse(res, ERR_INVALID, STR("limit is a number from 1 to 200."));
    }
    if (read_place(req, query) != ERR_OK) {
        return refuse(res, ERR_INVALID,
                      STR("One of before, after and around may be there, and is a message's id."));
    }
    if (read_number(req, STR("offset"), 0, OFFSET_MAX, &query->offset, &has_offset) != ERR_OK ||
        read_number(req, STR("size"), 1, STORE_MESSAGE_PAGE_MAX, &size, &has_size) != ERR_OK) {
        return refuse(res, ERR_INVALID,
                      STR("offset is a number up to 1000000000, and size one from 1 to 200."));
    }
    const bool with_others = has_limit || query->from != STORE_MESSAGE_NEWEST;
    if (has_offset != has_size || (has_offset && with_others)) {
        return refuse(res, ERR_INVALID,
                      STR("offset and size go together, and with none of the others."));
    }
    if (has_offset) {
        query->from = STORE_MESSAGE_OFFSET;
        query->limit = size;
    }
    return ERR_OK;
}

void api_messages_write(struct buf *out, const struct model_message *messages, size_t count,
                        const struct model_user *users, size_t nusers)
{
    buf_add_cstr(out, "\"messages\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        model_message_write(out, &messages[i]);
    }
    buf_add_cstr(out, "],\"users\":{");
    for (size_t i = 0; i < nusers; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, users[i].id);
        buf_add_byte(out, ':');
        buf_add_json(out, users[i].username);
    }
    buf_add_byte(out, '}');
}

static void write_page(struct buf *out, struct str room, const struct store_message_page *page)
{
    buf_add_cstr(out, "{\"roomId\":");
    buf_add_json(out, room);
    buf_add_byte(out, ',');
    api_messages_write(out, page->messages, page->count, page->users, page->nusers);
    buf_add_cstr(out, page->more ? ",\"more\":true}" : ",\"more\":false}");
}

/* A message's id as a query's value: of what ids are made of, only "+" means something else there.
 */
static struct str query_value(struct arena *arena, struct str id)
{
    struct buf out;
    buf_init(&out, arena, 3 * id.len);
    for (size_t i = 0; i < id.len; i++) {
        buf_add(&out, id.ptr[i] == '+' ? "%2B" : &id.ptr[i], id.ptr[i] == '+' ? 3 : 1);
    }
    return buf_str(&out);
}

/* Where reading goes on, relative to the request. */
static void add_link(const struct store_message_query *query, const struct store_message_page *page,
                     struct http_res *res)
{
    if (!page->more) {
        return;
    }
    struct str target;
    if (query->from == STORE_MESSAGE_OFFSET) {
        const size_t offset = query->offset + query->limit;
        target = arena_printf(res->arena, "?offset=%zu&size=%zu", offset, query->limit);
    } else {
        const bool after = query->from == STORE_MESSAGE_AFTER;
        target = arena_printf(res->arena, "?%s=%.*s&limit=%zu", after ? "after" : "before",
                              STR_FMT(query_value(res->arena, page->next)), query->limit);
    }
    http_res_header(res, "Link", arena_printf(res->arena, "<%.*s>; rel=\"next\"", STR_FMT(target)));
}

enum err api_messages_page(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_message_query query = {.from = STORE_MESSAGE_NEWEST};
    struct store_message_page page;
    enum err err = read_room(req, res, &query.room);
    if (err == ERR_OK) {
        err = read_query(req, res, &query);
    }
    if (err != ERR_OK) {
        return err;
    }
    err = store_message_page(ctx->store, req->arena, &ctx->who, &query, &page);
    if (err != ERR_OK) {
        return err == ERR_NOT_FOUND ? api_messages_refuse_room(res) : err;
    }
    write_page(&res->body, query.room, &page);
    if (buf_err(&res->body) == ERR_OK) {
        add_link(&query, &page, res);
        res->is_tagged = true;
    }
    return ERR_OK;
}

/* CRLF, which forms send, as LF. */
static struct str plain_lines(struct arena *arena, struct str text)
{
    if (!str_has(text, '\r')) {
        return text;
    }
    char *out = arena_alloc(arena, text.len);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n') {
            out[len++] = text.ptr[i];
        }
    }
    return (struct str){out, len};
}

/* JSON, or a form with a message in it. */
static enum err read_fields(const struct http_req *req, struct http_res *res,
                            struct store_message_draft *draft)
{
    struct http_field fields[] = {
        {.name = "message", .required = true, .max = FIELD_MAX},
        {.name = "nonce", .required = false, .max = FIELD_MAX},
        {.name = "replyTo", .required = false, .max = FIELD_MAX},
        {.name = "rev", .required = false, .max = FIELD_MAX},
    };
    const enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail);
    if (err == ERR_OK) {
        draft->text = plain_lines(req->arena, fields[0].value);
        draft->nonce = fields[1].value;
        draft->reply_to = fields[2].value;
        draft->rev = fields[3].value;
    }
    return err;
}

/* The body is the text, less the newline that ends a line of a shell. */
static struct store_message_draft read_text(const struct http_req *req)
{
    struct str text = plain_lines(req->arena, req->body);
    text.len -= str_ends(text, STR("\n")) ? 1 : 0;
    return (struct store_message_draft){.text = text};
}

/* Any of the three bodies. */
static enum err read_body(const struct http_req *req, struct http_res *res,
                          struct store_message_draft *draft)
{
    const struct str type = req->content_type;
    const bool form = str_eq(type, STR("application/x-www-form-urlencoded"));
    if (str_eq(type, STR("application/json")) ||
        (form && http_query_has(req->body, STR("message")))) {
        return read_fields(req, res, draft);
    }
    if (str_is_set(type) && !form && !str_starts(type, STR("text/"))) {
        return refuse(res, ERR_MEDIA_TYPE, STR("Send JSON, a form, or text."));
    }
    *draft = read_text(req);
    return ERR_OK;
}

/* The nonce may come in the header instead, as it is or as a quoted string. */
static enum err read_nonce(const struct http_req *req, struct http_res *res, struct str *nonce)
{
    struct str key = str_trim(http_req_header(req, "idempotency-key"));
    if (key.len >= 2 && str_starts(key, STR("\"")) && str_ends(key, STR("\""))) {
        key = (struct str){key.ptr + 1, key.len - 2};
    }
    if (str_is_set(key) && str_is_set(*nonce) && !str_eq(key, *nonce)) {
        return refuse(res, ERR_INVALID, STR("nonce and Idempotency-Key differ."));
    }
    if (str_is_set(key)) {
        *nonce = key;
    }
    if (str_is_set(*nonce) && !model_message_is_nonce(*nonce)) {
        return refuse(res, ERR_INVALID,
                      STR("A nonce is 1 to 64 letters, digits, \"_\" and \"-\"."));
    }
    return ERR_OK;
}

static enum err check_text(struct str text, struct http_res *res)
{
    const enum err err = model_message_check_text(text);
    if (err == ERR_INVALID) {
        res->detail = STR("The message is empty.");
    } else if (err == ERR_TOO_LARGE) {
        res->detail = STR("A message is at most 8,000 bytes.");
    }
    return err;
}

static enum err explain_send(enum err err, struct http_res *res)
{
    if (err == ERR_INVALID) {
        res->detail = STR("replyTo is the id of a message of this room.");
    }
    if (err == ERR_FORBIDDEN) {
        res->detail = STR("You have blocked this user.");
    }
    return err == ERR_NOT_FOUND ? api_messages_refuse_room(res) : err;
}

enum err api_messages_read_draft(const struct http_req *req, struct http_res *res,
                                 struct store_message_draft *draft)
{
    const enum err err = read_body(req, res, draft);
    return err == ERR_OK ? check_text(draft->text, res) : err;
}

enum err api_messages_send(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_message_draft draft = {0};
    struct model_message sent;
    struct str room;
    enum err err = read_room(req, res, &room);
    if (err == ERR_OK) {
        err = api_messages_read_draft(req, res, &draft);
    }
    if (err == ERR_OK) {
        err = read_nonce(req, res, &draft.nonce);
    }
    if (err != ERR_OK) {
        return err;
    }
    struct store_limit limit = store_limit_of(ctx->config, STORE_LIMIT_SEND);
    draft.room = room;
    err = store_message_send(ctx->store, req->arena, &ctx->who, &draft, &limit, &sent);
    if (err == ERR_OK || err == ERR_RATE_LIMITED) {
        api_limit_say(ctx, req, res, &limit);
    }
    if (err != ERR_OK) {
        return explain_send(err, res);
    }
    res->status = 201;
    http_res_header(res, "Location", arena_printf(req->arena, "?around=%.*s", STR_FMT(sent.id)));
    model_message_write(&res->body, &sent);
    return ERR_OK;
}
