#include "api/api.h"

#include <inttypes.h>
#include "auth/credential.h"
#include "base/log.h"
#include "base/rand.h"
#include "http/body.h"
#include "http/query.h"
#include "model/id.h"
#include "model/token.h"
#include "store/token.h"

#define SHA256_LEN  64 /* hex digits */
#define SECONDS_DAY 86400

/* What somebody asks for. */
struct wish {
    struct store_token token;
    uint64_t ttl_s;
    struct str whose;
};

static enum err read_wish(const struct http_req *req, struct wish *wish, struct str *why)
{
    struct http_field fields[] = {
        {.name = "name", .required = true, .max = MODEL_TOKEN_NAME_MAX},
        {.name = "scope", .required = true, .max = 32},
        {.name = "rooms", .max = 4096},
        {.name = "days", .max = 8},
        {.name = "user", .max = 32},
    };
    uint64_t days = 0;
    const enum err err = http_body_fields(req, fields, ARRAY_LEN(fields), why);
    if (err != ERR_OK) {
        return err;
    }
    const struct str rooms = fields[2].value;
    if (!model_token_is_name(fields[0].value)) {
        *why = STR("name is 1 to 64 bytes without control characters.");
    } else if (!model_token_scope(fields[1].value, &wish->token.scope)) {
        *why = STR("scope is \"read\", \"write\" or \"read write\".");
    } else if (str_is_set(rooms) && !model_id_is_room_list(rooms, MODEL_TOKEN_ROOMS_MAX)) {
        *why = STR("rooms is a list of at most 50 room ids, such as 0,1:2.");
    } else if (str_is_set(fields[3].value) &&
               (!str_u64_max(fields[3].value, MODEL_TOKEN_DAYS_MAX, &days) || days == 0)) {
        *why = STR("days is a number from 1 to 3650.");
    } else if (str_is_set(fields[4].value) && !model_id_is_user(fields[4].value)) {
        *why = STR("user is a user's id.");
    } else {
        wish->token.name = fields[0].value;
        wish->token.rooms = rooms;
        wish->ttl_s = days * SECONDS_DAY;
        wish->whose = fields[4].value;
        return ERR_OK;
    }
    return ERR_INVALID;
}

/* All that is known of it but the token, and the end of the object. */
static void write_token(struct buf *out, const struct store_token *token)
{
    struct str rooms = token->rooms.len > 0 ? token->rooms : STR_NONE;
    struct str room;
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, token->sha256);
    buf_add_cstr(out, ",\"name\":");
    buf_add_json(out, token->name);
    buf_add_cstr(out, ",\"scope\":");
    buf_add_json(out, token->scope);
    buf_add_cstr(out, str_is_set(rooms) ? ",\"rooms\":[" : "");
    for (size_t i = 0; str_split(&rooms, ',', &room); i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, room);
    }
    buf_add_cstr(out, token->rooms.len > 0 ? "]" : "");
    buf_printf(out, ",\"created\":%" PRId64, token->created);
    if (token->seen > 0) {
        buf_printf(out, ",\"seen\":%" PRId64, token->seen);
    }
    if (token->expires > 0) {
        buf_printf(out, ",\"expires\":%" PRId64, token->expires);
    }
}

static void explain(struct http_res *res, enum err err)
{
    if (err == ERR_CONFLICT) {
        res->detail = STR("A user has at most 50 tokens; end one first.");
    } else if (err == ERR_NOT_FOUND) {
        res->detail = STR("There is no such user, or they are not in one of the rooms.");
    } else if (err == ERR_FORBIDDEN) {
        res->detail = STR("Tokens are made and seen by their user, those of a bot by admins.");
    }
}

enum err api_tokens_create(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str secret = auth_credential_new_token(req->arena);
    struct wish wish = {.token.sha256 = rand_sha256(req->arena, secret)};
    struct model_user owner;
    enum err err = read_wish(req, &wish, &res->detail);
    if (err != ERR_OK) {
        return err;
    }
    err = store_token_create(ctx->store, req->arena, &ctx->who, wish.whose, wish.ttl_s, &wish.token,
                             &owner);
    explain(res, err);
    if (err != ERR_OK) {
        return err;
    }
    log_info("token_created", "user=%s by=%s token=%.8s address=%s", log_text(owner.id),
             log_text(ctx->who.user.id), wish.token.sha256.ptr, log_text(req->remote));
    res->status = 201;
    http_res_header(res, "Location",
                    arena_printf(req->arena, "tokens/%.*s", STR_FMT(wish.token.sha256)));
    write_token(&res->body, &wish.token);
    buf_add_cstr(&res->body, ",\"user\":");
    model_user_write(&res->body, &owner, false);
    buf_add_cstr(&res->body, ",\"token\":");
    buf_add_json(&res->body, secret);
    buf_add_byte(&res->body, '}');
    return ERR_OK;
}

enum err api_tokens_list(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_token *tokens;
    struct str whose;
    size_t count;
    enum err err = http_query_get(req->query, STR("user"), req->arena, &whose);
    if (err != ERR_OK || (str_is_set(whose) && !model_id_is_user(whose))) {
        res->detail = STR("user is a user's id.");
        return ERR_INVALID;
    }
    err = store_token_list(ctx->store, req->arena, &ctx->who, whose, &tokens, &count);
    explain(res, err);
    if (err != ERR_OK) {
        return err;
    }
    buf_add_cstr(&res->body, "{\"tokens\":[");
    for (size_t i = 0; i < count; i++) {
        buf_add_cstr(&res->body, i > 0 ? "," : "");
        write_token(&res->body, &tokens[i]);
        buf_add_byte(&res->body, '}');
    }
    buf_add_cstr(&res->body, "]}");
    return ERR_OK;
}

enum err api_tokens_revoke(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const struct str id = req->params[0];
    if (id.len != SHA256_LEN || !str_is_made_of(id, STR(""))) {
        return ERR_NOT_FOUND;
    }
    const enum err err = store_token_revoke(ctx->store, req->arena, &ctx->who, id);
    if (err == ERR_OK) {
        res->status = 204;
        log_info("token_ended", "by=%s token=%.8s address=%s", log_text(ctx->who.user.id), id.ptr,
                 log_text(req->remote));
    }
    return err;
}
