#include "api/api.h"

#include "auth/guard.h"
#include "auth/session.h"
#include "http/path.h"
#include "http/problem.h"

static bool fits_method(const struct api_route *route, enum http_method method)
{
    return route->method == method || (route->method == HTTP_GET && method == HTTP_HEAD);
}

/* ERR_NOT_FOUND: no route has the path. ERR_METHOD: some have, and Allow says with which methods.
 */
static enum err find_route(const struct api_routes *routes, struct http_req *req,
                           struct http_res *res, const struct api_route **out)
{
    struct buf allow;
    buf_init(&allow, req->arena, 128);
    for (size_t i = 0; i < routes->n; i++) {
        const struct api_route *route = &routes->routes[i];
        if (!http_path_match(route->pattern, req->path, req->params, HTTP_PARAMS_MAX)) {
            continue;
        }
        if (fits_method(route, req->method)) {
            *out = route;
            return ERR_OK;
        }
        buf_printf(&allow, "%s%s%s", allow.len > 0 ? ", " : "", http_req_method_name(route->method),
                   route->method == HTTP_GET ? ", HEAD" : "");
    }
    if (allow.len == 0) {
        return ERR_NOT_FOUND;
    }
    http_res_header(res, "Allow", buf_str(&allow));
    return ERR_METHOD;
}

static enum err answer(struct api_ctx *ctx, const struct api_routes *routes, struct http_req *req,
                       bool too_large, struct http_res *res)
{
    const struct api_route *route = NULL;
    enum err err = find_route(routes, req, res, &route);
    if (!err) {
        err = auth_guard_same_origin(ctx->config, req);
    }
    if (!err && route->body_max > 0 && (too_large || req->body.len > route->body_max)) {
        err = ERR_TOO_LARGE;
    }
    if (!err && route->demand == API_USER) {
        err = auth_session_find(ctx->config, ctx->store, req, &ctx->who);
    }
    return err ? err : route->handler(ctx, req, res);
}

static bool says_cache(const struct http_res *res)
{
    for (size_t i = 0; i < res->nheaders; i++) {
        if (str_eq(res->headers[i].name, STR("Cache-Control"))) {
            return true;
        }
    }
    return false;
}

void api_dispatch(struct api_ctx *ctx, const struct api_routes *routes, struct http_req *req,
                  bool too_large, struct http_res *res)
{
    ctx->who = (struct model_user){.id = STR_NONE};
    enum err err = answer(ctx, routes, req, too_large, res);
    if (!err) {
        err = buf_err(&res->body) ? ERR_INTERNAL : ERR_OK;
    }
    if (err) {
        http_problem_write(res, req, err);
    }
    if (!says_cache(res)) {
        http_res_header(res, "Cache-Control", STR("no-store"));
    }
    http_res_header(res, "X-Content-Type-Options", STR("nosniff"));
}
