#include "api/api.h"

#include "base/log.h"
#include "http/body.h"
#include "store/room.h"

#define FIELD_MAX 4096 /* bytes that are read */

enum { NAME, TOPIC, OWNER, ARCHIVED, RETAIN, DAYS, FIELDS };

enum err api_room_look(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct model_room room;
    const enum err err = store_room_look(ctx->store, req->arena, &ctx->who, req->params[0], &room);
    if (err == ERR_OK) {
        model_room_write(&res->body, &room);
    }
    return err;
}

/* A number up to max, or empty text: it is as the server has it. ERR_INVALID. */
static enum err check_number(struct str text, uint64_t max)
{
    uint64_t n;
    return text.len == 0 || str_u64_max(text, max, &n) ? ERR_OK : ERR_INVALID;
}

/* True or false, from JSON or from a form, where there is one; false becomes empty text. */
static enum err check_flag(struct str *text)
{
    const bool is_true = str_eq(*text, STR("1")) || str_eq(*text, STR("true"));
    const bool is_false = str_eq(*text, STR("0")) || str_eq(*text, STR("false"));
    if (is_true || is_false) {
        *text = is_true ? STR("1") : STR("");
    }
    return is_true || is_false || !str_is_set(*text) ? ERR_OK : ERR_INVALID;
}

/* The words that keep and bind a room. */
static enum err check_words(struct http_field fields[FIELDS], struct http_res *res)
{
    struct str *owner = &fields[OWNER].value;
    if (str_is_set(*owner) && !model_id_is_user(*owner)) {
        res->detail = STR("owner is the id of a member.");
        return ERR_INVALID;
    }
    if (check_flag(&fields[ARCHIVED].value) != ERR_OK) {
        res->detail = STR("archived is true or false.");
        return ERR_INVALID;
    }
    if (check_number(fields[RETAIN].value, MODEL_ROOM_RETAIN_MAX) != ERR_OK ||
        check_number(fields[DAYS].value, MODEL_ROOM_DAYS_MAX) != ERR_OK) {
        res->detail =
            STR("retain is a number of messages up to 10000000, retainDays one of days up "
                "to 3650; 0 keeps all, \"\" is as the server has it.");
        return ERR_INVALID;
    }
    return ERR_OK;
}

static enum err read_change(const struct http_req *req, struct http_res *res,
                            struct store_room_change *change)
{
    struct http_field fields[FIELDS] = {
        [NAME] = {.name = "name", .max = FIELD_MAX},
        [TOPIC] = {.name = "topic", .max = FIELD_MAX},
        [OWNER] = {.name = "owner", .max = FIELD_MAX},
        [ARCHIVED] = {.name = "archived", .max = FIELD_MAX},
        [RETAIN] = {.name = "retain", .max = FIELD_MAX},
        [DAYS] = {.name = "retainDays", .max = FIELD_MAX},
    };
    bool is_empty = true;
    enum err err = http_body_fields(req, fields, FIELDS, &res->detail);
    for (size_t i = 0; i < FIELDS; i++) {
        is_empty = is_empty && !str_is_set(fields[i].value);
    }
    if (err == ERR_OK && is_empty) {
        res->detail = STR("Nothing is to change: give name, topic, owner, archived, retain or "
                          "retainDays.");
        return ERR_INVALID;
    }
    if (err == ERR_OK && str_is_set(fields[NAME].value)) {
        err = api_rooms_check_name(&fields[NAME].value, res);
    }
    if (err == ERR_OK && str_is_set(fields[TOPIC].value)) {
        err = api_rooms_check_topic(&fields[TOPIC].value, res);
    }
    if (err == ERR_OK) {
        err = check_words(fields, res);
    }
    *change = (struct store_room_change){fields[NAME].value,   fields[TOPIC].value,
                                         fields[OWNER].value,  fields[ARCHIVED].value,
                                         fields[RETAIN].value, fields[DAYS].value};
    return err;
}

static enum err explain(enum err err, struct http_res *res)
{
    if (err == ERR_FORBIDDEN) {
        res->detail = STR("This is for the room's owner, and for admins.");
    } else if (err == ERR_CONFLICT) {
        res->detail =
            STR("General and direct rooms are nobody's: they are neither archived, handed "
                "over nor deleted, and a direct room has no name.");
    } else if (err == ERR_INVALID) {
        res->detail = STR("owner is somebody who is in the room.");
    } else if (err == ERR_NAME_TAKEN) {
        res->detail = STR("There is a public room of this name.");
    }
    return err;
}

static void log_change(const struct api_ctx *ctx, const struct http_req *req, const char *what)
{
    log_info(what, "user=%s address=%s room=%s", log_text(ctx->who.user.id), log_text(req->remote),
             log_text(req->params[0]));
}

enum err api_room_change(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    struct store_room_change change;
    struct model_room room;
    enum err err = read_change(req, res, &change);
    if (err != ERR_OK) {
        return err;
    }
    err = store_room_change(ctx->store, req->arena, &ctx->who, req->params[0], &change, &room);
    if (err != ERR_OK) {
        return explain(err, res);
    }
    log_change(ctx, req, "room_changed");
    model_room_write(&res->body, &room);
    return ERR_OK;
}

enum err api_room_delete(struct api_ctx *ctx, const struct http_req *req, struct http_res *res)
{
    const enum err err = store_room_delete(ctx->store, req->arena, &ctx->who, req->params[0]);
    if (err != ERR_OK) {
        return explain(err, res);
    }
    log_change(ctx, req, "room_deleted");
    res->status = 204;
    return ERR_OK;
}
