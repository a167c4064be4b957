#include "api/api.h"

#include <inttypes.h>
#include "auth/link.h"
#include "base/log.h"
#include "http/body.h"
#include "store/invite.h"

#define SHA256_LEN 64 /* hex digits */
#define NUMBER_MAX 20 /* digits that are read */

/* A number of the body; absent: as *out is. ERR_INVALID: out of its range. */
static enum err read_number(const struct http_field *field, uint64_t max, uint64_t *out)
{
    uint64_t n;
    if (!str_is_set(field->value)) {
        return ERR_OK;
    }
    if (!str_u64_max(field->value, max, &n) || n == 0) {
        return ERR_INVALID;
    }
    *out = n;
    return ERR_OK;
}

/* How many may use it, and for how long. A body that is not there asks for what is usual. */
static enum err read_wish(const struct http_req *req, struct http_res *res, uint64_t *uses,
                          uint64_t *life_s)
{
    struct http_field fields[] = {
        {.name = "uses", .max = NUMBER_MAX},
        {.name = "expiresIn", .max = NUMBER_MAX},
    };
    *uses = 1;
    *life_s = STORE_INVITE_LIFE_S;
    enum err err =
        req->body.len > 0 ? http_body_fields(req, fields, ARRAY_LEN(fields), &res->detail) : ERR_OK;
    if (err == ERR_OK && (read_number(&fields[0], STORE_INVITE_USES, uses) != ERR_OK ||
                          read_number(&fields[1], STORE_INVITE_LIFE_MAX_S, life_s) != ERR_OK)) {
        res->detail = STR("uses is a number from 1 to 1000, and expiresIn one of seconds, at most "
                          "31536000.");
        err = ERR_INVALID;
    }
    return err;
}

enum err api_invites_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str code = auth_link_code(req->arena);
    const struct str id = auth_link_key(req->arena, code);
    uint64_t uses, life_s;
    int64_t expires;
    enum err err = read_wish(req, res, &uses, &life_s);
    if (err == ERR_OK) {
        err = store_invite_create(ctx->store, req->arena, &ctx->who, id, uses, life_s, &expires);
    }
    if (err == ERR_CONFLICT) {
        res->detail = STR("There are 1000 invitations already; take some back.");
    }
    if (err != ERR_OK) {
        return err;
    }
    log_info("invite_created", "user=%s address=%s invite=%s uses=%" PRIu64,
             log_text(ctx->who.user.id), log_text(req->remote), log_text(id), uses);
    res->status = 201;
    http_res_header(res, "Location", arena_printf(req->arena, "invites/%.*s", STR_FMT(id)));
    buf_add_cstr(&res->body, "{\"id\":");
    buf_add_json(&res->body, id);
    buf_add_cstr(&res->body, ",\"code\":");
    buf_add_json(&res->body, code);
    buf_add_cstr(&res->body, ",\"url\":");
    buf_add_json(&res->body,
                 auth_link_make(req->arena, auth_link_page(ctx->config, req), "invite", code));
    buf_printf(&res->body, ",\"uses\":%" PRIu64 ",\"expires\":%" PRId64 "}", uses, expires);
    return ERR_OK;
}

static void write_invite(struct buf *out, const struct store_invite *invite)
{
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, invite->sha256);
    buf_add_cstr(out, ",\"by\":");
    buf_add_json(out, invite->by);
    buf_printf(out, ",\"created\":%" PRId64 ",\"expires\":%" PRId64 ",\"uses\":%" PRIu64 "}",
               invite->created, invite->expires, invite->uses);
}

enum err api_invites_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_invite *invites;
    size_t count;
    const enum err err = store_invite_list(ctx->store, req->arena, &ctx->who, &invites, &count);
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"invites\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        write_invite(&res->body, &invites[i]);
    }
    buf_add_cstr(&res->body, "]}");
    return ERR_OK;
}

enum err api_invites_revoke(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str id = req->params[0];
    if (id.len != SHA256_LEN || !str_is_made_of(id, STR(""))) {
        return ERR_NOT_FOUND;
    }
    const enum err err = store_invite_revoke(ctx->store, req->arena, &ctx->who, id);
    if (err == ERR_OK) {
        log_info("invite_revoked", "user=%s address=%s invite=%s", log_text(ctx->who.user.id),
                 log_text(req->remote), log_text(id));
        res->status = 204;
    }
    return err;
}
