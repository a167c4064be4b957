#include "api/api.h"

#include "auth/credential.h"
#include "auth/guard.h"
#include "http/cors.h"
#include "http/path.h"
#include "http/problem.h"
#include "store/session.h"

#define ALLOW_MAX 128

static bool fits_method(const struct api_route *route, enum http_method method)
{
    return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

/* The route, or NULL: no route has the path, or, where *allow is not empty, none the method. */
static const struct api_route *find_route(const struct api_routes *routes, struct http_req *req,
                                          struct buf *allow)
{
    for (size_t i = 0; i < routes->n; i++) {
        const struct api_route *route = &routes->routes[i];
        if (!http_path_match(route->pattern, req->path, req->params, HTTP_PARAMS_MAX)) {
            continue;
        }
        if (fits_method(route, req->method)) {
            return route;
        }
        buf_add_cstr(allow, allow->len > 0 ? ", " : "");
        buf_add_cstr(allow, http_req_method_name(route->method));
        buf_add_cstr(allow, route->method == HTTP_GET ? ", HEAD" : "");
    }
    return NULL;
}

/* Does the handler's result stand? Who the asker is may not be known yet. */
static enum err ask_who(struct api_ctx *ctx, const struct http_req *req, enum err result)
{
    const bool told = result == ERR_UNAUTHENTICATED || result == ERR_UNAVAILABLE;
    if (told || str_is_set(ctx->who.user.id)) {
        return result;
    }
    const enum err err = store_session_find(ctx->store, req->arena, &ctx->who);
    return err != ERR_OK ? err : result;
}

static enum err run_handler(struct api_ctx *ctx, const struct api_route *route,
                            const struct http_req *req, struct http_res *res)
{
    if (route->demand == API_LOGIN && ctx->config->remote_user) {
        return api_session_refuse_remote(res);
    }
    if (route->demand != API_USER) {
        return route->handler(ctx, req, res);
    }
    const enum err shown = auth_credential_read(ctx->config, req, &ctx->who);
    if (shown != ERR_OK || !str_is_set(ctx->who.key)) {
        return shown != ERR_OK ? shown : ERR_UNAUTHENTICATED;
    }
    const enum err result = route->handler(ctx, req, res);
    const enum err err = ask_who(ctx, req, result);
    if (err != result) {
        http_res_init(res, req->arena); /* what was to be said is for somebody */
    }
    return err;
}

/* All that stands before a route's handler, and the handler. */
static enum err run_route(struct api_ctx *ctx, const struct api_route *route, struct http_req *req,
                          bool too_large, struct http_res *res)
{
    enum http_form form = HTTP_FORM_JSON;
    enum err err = route->demand == API_SECRET ? ERR_OK : auth_guard_same_origin(ctx->config, req);
    if (err == ERR_OK && http_accept_form(req, &form) != ERR_OK) {
        res->detail = STR("format is json, ndjson or text.");
        err = ERR_INVALID;
    }
    if (err == ERR_OK && route->body_max > 0 && (too_large || req->body.len > route->body_max)) {
        err = ERR_TOO_LARGE;
    }
    if (err == ERR_OK) {
        err = run_handler(ctx, route, req, res);
    }
    if (err == ERR_OK) {
        api_render(req, form, res);
    }
    if (err == ERR_OK && buf_err(&res->body) != ERR_OK) {
        err = ERR_INTERNAL;
    }
    return err;
}

/*
 * What the web server has refused before any program saw it, and would have us say: lighttpd's
 * server.error-handler, Apache's ErrorDocument. ERR_OK: it is a request as any other; who asks for
 * the path themselves has no such status.
 */
static enum err refused_before(const struct http_req *req, struct http_res *res)
{
    uint64_t status;
    if (!str_eq(req->path, STR("/error")) ||
        !str_u64_max(http_req_var(req, STR("REDIRECT_STATUS")), 599, &status) || status < 400) {
        return ERR_OK;
    }
    if (status == 400) {
        res->detail = STR("The web server does not understand this request.");
    }
    return http_problem_of((int)status);
}

void api_dispatch(struct api_ctx *ctx, const struct api_routes *routes, struct http_req *req,
                  bool too_large, struct http_res *res)
{
    struct buf allow;
    buf_init(&allow, req->arena, ALLOW_MAX);
    ctx->who = (struct store_asker){0};

    if (http_cors_preflight(req, res)) {
        return;
    }
    const enum err refused = refused_before(req, res);
    const struct api_route *route = refused == ERR_OK ? find_route(routes, req, &allow) : NULL;
    enum err err = refused != ERR_OK ? refused : allow.len > 0 ? ERR_METHOD : ERR_NOT_FOUND;
    if (route != NULL) {
        err = run_route(ctx, route, req, too_large, res);
    } else if (err == ERR_METHOD) {
        http_res_header(res, "Allow", buf_str(&allow));
    }
    if (err != ERR_OK) {
        http_problem_write(res, req, err);
    }
}

void api_dispatch_refuse(struct api_ctx *ctx, const struct http_req *req, enum err err,
                         struct http_res *res)
{
    ctx->who = (struct store_asker){0};
    http_problem_write(res, req, err);
}
