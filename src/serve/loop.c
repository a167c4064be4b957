#include "serve/loop.h"

#include <string.h>
#include "auth/guard.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "http/cors.h"

#define REQUEST_ID_MAX 64 /* bytes of one that the web server gives */
#define NAME_BYTES     9  /* of randomness in a process's part of one of ours */

void serve_loop_init(struct serve_loop *loop, const struct api_routes *routes,
                     const struct config *config, struct store_conn *store)
{
    *loop = (struct serve_loop){.routes = routes, .ctx = {.config = config, .store = store}};
    arena_init(&loop->arena);
    const struct str name = rand_word(&loop->arena, NAME_BYTES);
    memcpy(loop->name, name.ptr, sizeof(loop->name));
    arena_reset(&loop->arena);
}

void serve_loop_finish(struct serve_loop *loop)
{
    arena_finish(&loop->arena);
}

void serve_loop_done(struct serve_loop *loop)
{
    arena_reset(&loop->arena);
    log_request(STR_NONE);
}

void serve_loop_seed(struct serve_loop *loop)
{
    if (!loop->seeded) {
        loop->seeded = api_demo_seed(&loop->ctx, &loop->arena) == ERR_OK;
    }
}

/* "NAME=value" strings as variables, which borrow from them. */
static const struct http_var *read_vars(struct arena *arena, char *const *envp, size_t *n)
{
    size_t count = 0;
    while (envp[count] != NULL) {
        count++;
    }
    struct http_var *vars = arena_zalloc(arena, count, sizeof(*vars));
    for (size_t i = 0; i < count; i++) {
        struct str rest = str_of(envp[i]);
        if (str_split(&rest, '=', &vars[i].name)) {
            vars[i].value = rest;
        }
    }
    *n = count;
    return vars;
}

/* May it stand in a log line and in a header as it is? */
static bool is_request_id(struct str id)
{
    return str_is_made_of(id, STR("-_.@")) && id.len >= 1 && id.len <= REQUEST_ID_MAX;
}

/* The web server's request id, where it gives one, else one of ours. */
static struct str request_id(struct serve_loop *loop, const struct http_req *req)
{
    const struct str names[] = {STR("REQUEST_ID"), STR("UNIQUE_ID")};
    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        const struct str given = http_req_var(req, names[i]);
        if (is_request_id(given)) {
            return given;
        }
    }
    return arena_printf(req->arena, "%.*s-%zu", SERVE_LOOP_NAME_LEN, loop->name, ++loop->count);
}

/* Reads past a body that is too large: who still sends while we answer may not hear the answer. */
static void drain(struct serve_body body, size_t len)
{
    char past[8192];
    size_t left = len < SERVE_LOOP_DRAIN_MAX ? len : SERVE_LOOP_DRAIN_MAX;
    while (left > 0) {
        const size_t want = left < sizeof(past) ? left : sizeof(past);
        if (body.read(body.from, past, want) < want) {
            return;
        }
        left -= want;
    }
}

/*
 * Takes in the body, as long as CONTENT_LENGTH says. *too_large: it is over max, and not taken in.
 * ERR_INVALID: no length that makes sense. ERR_BODY: it ends before its length.
 */
static enum err read_body(struct http_req *req, struct serve_body body, size_t max, bool *too_large,
                          struct str *detail)
{
    const struct str announced = http_req_var(req, STR("CONTENT_LENGTH"));
    uint64_t len = 0;
    if (announced.len > 0 && !str_u64_max(announced, SIZE_MAX, &len)) {
        *detail = STR("Content-Length is not a number of bytes.");
        return ERR_INVALID;
    }
    *too_large = len > max;
    if (*too_large) {
        drain(body, (size_t)len);
        return ERR_OK;
    }
    char *bytes = arena_alloc(req->arena, (size_t)len);
    if (body.read(body.from, bytes, (size_t)len) < len) {
        *detail = STR("The body ends before its Content-Length.");
        return ERR_BODY;
    }
    req->body = (struct str){bytes, (size_t)len};
    return ERR_OK;
}

static void log_answer(const struct api_ctx *ctx, const struct http_req *req,
                       const struct http_res *res, int64_t began_ms)
{
    const struct str user = str_is_set(ctx->who.user.id) ? ctx->who.user.id : STR("-");
    log_info("request", "method=%s path=%s status=%d ms=%lld user=%s",
             http_req_method_name(req->method), log_text(api_incoming_hide(req->path)), res->status,
             (long long)(clock_mono_ms() - began_ms), log_text(user));
}

struct str serve_loop_answer(struct serve_loop *loop, char *const *envp, struct serve_body body)
{
    const int64_t began_ms = clock_mono_ms();
    struct http_req req;
    struct http_res res;
    struct buf out;
    size_t nvars;
    bool too_large = false;

    const struct http_var *vars = read_vars(&loop->arena, envp, &nvars);
    enum err err = http_req_init(&req, vars, nvars, &loop->arena);
    auth_guard_receive(loop->ctx.config, &req);
    const struct str id = request_id(loop, &req);
    log_request(id);
    serve_loop_seed(loop);

    http_res_init(&res, &loop->arena);
    if (err == ERR_OK) {
        err = read_body(&req, body, api_routes_body_max(loop->routes), &too_large, &res.detail);
    }
    if (err == ERR_OK) {
        api_dispatch(&loop->ctx, loop->routes, &req, too_large, &res);
    } else {
        api_dispatch_refuse(&loop->ctx, &req, err, &res);
    }
    http_cors_say(&req, &res);
    http_res_header(&res, "X-Request-Id", id);

    buf_init(&out, &loop->arena, SERVE_LOOP_OUT_MAX);
    http_res_write(&res, req.method == HTTP_HEAD, &out);
    log_answer(&loop->ctx, &req, &res, began_ms);
    return buf_str(&out);
}
