#include "api/api.h"

#include "base/log.h"
#include "http/query.h"
#include "model/id.h"
#include "model/search.h"
#include "store/search.h"

#define LIMIT_DEFAULT 20

static enum err refuse(struct http_res *res, struct str detail)
{
    res->detail = detail;
    return ERR_INVALID;
}

/* limit and cursor. spot, which the cursor is read into, lives as long as the query. */
static enum err read_page(const struct http_req *req, struct http_res *res, struct model_spot *spot,
                          struct store_search_query *query)
{
    struct str limit, cursor;
    uint64_t n = LIMIT_DEFAULT;
    if (http_query_get(req->query, STR("limit"), req->arena, &limit) != ERR_OK ||
        (str_is_set(limit) && (!str_u64_max(limit, STORE_SEARCH_LIMIT_MAX, &n) || n < 1))) {
        return refuse(res, STR("limit is a number from 1 to 100."));
    }
    if (http_query_get(req->query, STR("cursor"), req->arena, &cursor) != ERR_OK ||
        (str_is_set(cursor) && !model_spot_read(cursor, spot))) {
        return refuse(res, STR("cursor is what the page before has answered."));
    }
    query->limit = (size_t)n;
    query->from = str_is_set(cursor) ? spot : NULL;
    return ERR_OK;
}

/* q and room. */
static enum err read_search(const struct http_req *req, struct http_res *res,
                            struct model_search *search, struct store_search_query *query)
{
    struct str typed;
    if (http_query_get(req->query, STR("q"), req->arena, &typed) != ERR_OK ||
        http_query_get(req->query, STR("room"), req->arena, &query->room) != ERR_OK) {
        return refuse(res, STR("q or room is broken."));
    }
    const enum err err =
        model_search_read(str_is_set(typed) ? typed : STR(""), req->arena, search, &res->detail);
    return err == ERR_TOO_LARGE ? refuse(res, STR("q is at most 500 bytes.")) : err;
}

enum err api_search(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_search search;
    struct model_spot spot;
    struct store_search_query query = {.search = &search};
    struct store_search_found found;
    enum err err = read_page(req, res, &spot, &query);
    if (err == ERR_OK) {
        err = read_search(req, res, &search, &query);
    }
    if (err != ERR_OK) {
        return err;
    }
    err = store_search(ctx->store, req->arena, &ctx->who, &query, &found);
    if (err != ERR_OK) {
        return err == ERR_NOT_FOUND ? api_messages_refuse_room(res) : err;
    }
    log_debug("searched", "scanned=%zu found=%zu", found.scanned, found.count);
    buf_add_byte(&res->body, '{');
    api_messages_write(&res->body, found.messages, found.count, found.users, found.nusers);
    if (found.more) {
        const struct str next = model_spot_text(req->arena, &found.next);
        buf_add_cstr(&res->body, ",\"cursor\":");
        buf_add_json(&res->body, next);
        http_res_header(
            res, "Link",
            arena_printf(req->arena, "<?%.*s>; rel=\"next\"",
                         STR_FMT(http_query_with(req->query, STR("cursor"), next, req->arena))));
    }
    buf_add_cstr(&res->body, found.more ? ",\"more\":true}" : ",\"more\":false}");
    return ERR_OK;
}
