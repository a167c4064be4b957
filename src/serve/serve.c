#include "serve/serve.h"

#include <unistd.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "http/problem.h"
#include "serve/loop.h"

struct serve_loop {
    const struct api_routes *routes;
    struct api_ctx ctx;
    struct arena arena;
    bool seeded;
};

static volatile sig_atomic_t stopped;

static void on_stop(int sig)
{
    (void)sig;
    stopped = 1;
}

bool serve_loop_stopped(void)
{
    return stopped != 0;
}

struct arena *serve_loop_arena(struct serve_loop *loop)
{
    return &loop->arena;
}

size_t serve_loop_body_max(const struct serve_loop *loop)
{
    return api_routes_body_max(loop->routes);
}

void serve_loop_done(struct serve_loop *loop)
{
    arena_reset(&loop->arena);
    log_request(STR_NONE);
}

struct http_var *serve_loop_vars(struct arena *arena, char *const *envp, size_t *n)
{
    size_t count = 0;
    while (envp[count] != NULL) {
        count++;
    }
    struct http_var *vars = arena_zalloc(arena, count, sizeof(*vars));
    for (size_t i = 0; i < count; i++) {
        vars[i].value = str_of(envp[i]);
        (void)str_split(&vars[i].value, '=', &vars[i].name);
    }
    *n = count;
    return vars;
}

bool serve_loop_length(const struct http_var *vars, size_t n, size_t *len)
{
    const struct http_req req = {.vars = vars, .nvars = n};
    const struct str text = http_req_var(&req, STR("CONTENT_LENGTH"));
    uint64_t value = 0;
    if (text.len > 0 && !str_u64(text, &value)) {
        return false;
    }
    *len = (size_t)value;
    return true;
}

/* The web server's request id, where it gives one that can stand in a log and a header; else our
 * own. */
static struct str request_id(const struct http_req *req)
{
    const struct str given = http_req_var(req, STR("UNIQUE_ID"));
    for (size_t i = 0; i < given.len; i++) {
        if (given.ptr[i] <= ' ' || given.ptr[i] > '~') {
            return rand_word(req->arena, 9);
        }
    }
    return given.len > 0 && given.len <= 64 ? given : rand_word(req->arena, 9);
}

static void try_seed(struct serve_loop *loop)
{
    if (!loop->seeded) {
        loop->seeded = api_demo_seed(&loop->ctx, &loop->arena) == ERR_OK;
    }
}

void serve_loop_answer(struct serve_loop *loop, const struct serve_arrival *arrival,
                       struct buf *out)
{
    const int64_t began = clock_mono_ms();
    struct http_req req;
    struct http_res res;
    try_seed(loop);
    http_res_init(&res, &loop->arena);
    enum err err = http_req_init(&req, arrival->vars, arrival->nvars, &loop->arena);
    const struct str id = request_id(&req);
    log_request(id);
    if (!err && arrival->body_short) {
        res.detail = STR("The body is shorter than its announced length.");
        err = ERR_BODY;
    }
    loop->ctx.who = (struct model_user){.id = STR_NONE};
    if (err) {
        http_problem_write(&res, &req, err);
    } else {
        req.body = arrival->body;
        api_dispatch(&loop->ctx, loop->routes, &req, arrival->body_too_large, &res);
    }
    http_res_header(&res, "X-Request-Id", id);
    http_res_write(&res, req.method == HTTP_HEAD, out);
    log_info("request", "method=%s path=%s status=%d ms=%lld user=%.*s",
             http_req_method_name(req.method), log_text(req.path), res.status,
             (long long)(clock_mono_ms() - began), STR_FMT(loop->ctx.who.id));
}

/* SIGTERM and SIGUSR1 are blocked but while the loop waits, so that none is missed and no request
 * is cut. */
static void catch_signals(sigset_t *while_waiting)
{
    sigset_t stop;
    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGUSR1);
    sigprocmask(SIG_BLOCK, &stop, while_waiting);
    sigdelset(while_waiting, SIGTERM);
    sigdelset(while_waiting, SIGUSR1);
    const struct sigaction action = {.sa_handler = on_stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGUSR1, &action, NULL);
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignore, NULL);
}

static int serve(const struct api_routes *routes, const struct config *config)
{
    struct serve_loop loop = {.routes = routes, .ctx.config = config};
    sigset_t while_waiting;
    arena_init(&loop.arena);
    const struct str server = arena_printf(&loop.arena, "snug:%s", rand_word(&loop.arena, 9).ptr);
    if (store_conn_create(config->redis, server.ptr, (size_t)config->event_log, &loop.ctx.store)) {
        fprintf(stderr, "%s: SNUG_REDIS cannot be understood\n", routes->program);
        return 2;
    }
    catch_signals(&while_waiting);
    const bool fcgi = serve_fcgi_is_wanted();
    if (fcgi) {
        /* A CGI process is there for its request; a FastCGI one seeds before the first arrives. */
        try_seed(&loop);
    }
    const int status = fcgi ? serve_fcgi_run(&loop, &while_waiting) : serve_cgi_run(&loop);
    store_conn_destroy(loop.ctx.store);
    arena_finish(&loop.arena);
    return status;
}

int serve_run(const struct api_routes *routes, int argc, char **argv)
{
    struct config config;
    const char *why;
    if (argc > 1 && strcmp(argv[1], "--help") == 0) {
        config_help(stdout);
        return 0;
    }
    if (config_read(environ, &config, &why)) {
        fprintf(stderr, "%s: %s\n", routes->program, why);
        return 2;
    }
    log_init(routes->program, config.log_level);
    rand_init();
    return serve(routes, &config);
}
