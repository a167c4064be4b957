#include "hub/gate.h"

#include "auth/session.h"
#include "base/mem.h"
#include "http/problem.h"
#include "http/query.h"
#include "store/reply.h"

#define OUT_MAX (64u * 1024)

/* A question under way. The client may vanish meanwhile; then client is NULL. */
struct wait {
    struct hub_gate *gate;
    struct hub_client *client;
    struct model_cursor since;
    bool has_since, bad_since;
};

static void answer(struct hub_client *c, const struct http_req *req, struct http_res *res)
{
    struct buf out;
    buf_init(&out, req->arena, OUT_MAX);
    http_res_header(res, "Cache-Control", STR("no-store"));
    http_res_header(res, "X-Content-Type-Options", STR("nosniff"));
    http_res_write(res, req->method == HTTP_HEAD, &out);
    hub_client_answer(c, buf_str(&out));
}

static void refuse(struct hub_client *c, const struct http_req *req, enum err err,
                   struct str detail)
{
    struct http_res res;
    http_res_init(&res, req->arena);
    res.detail = detail;
    if (err == ERR_METHOD) {
        http_res_header(&res, "Allow", STR("GET, HEAD"));
    }
    http_problem_write(&res, req, err);
    answer(c, req, &res);
}

static void health(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    struct http_res res;
    http_res_init(&res, req->arena);
    const bool up = gate->hooks.is_healthy(gate->hooks.arg);
    res.status = up ? 200 : 503;
    buf_printf(&res.body, "{\"status\":\"%s\",\"redis\":%s,\"streams\":%zu}",
               up ? "ok" : "unavailable", up ? "true" : "false", gate->stats->streams);
    answer(c, req, &res);
}

/* Last-Event-ID, else since and the names that polyfills use. */
static void read_since(const struct http_req *req, struct wait *w)
{
    static const char *const names[] = {"since", "last_event_id", "lastEventId"};
    struct str text = http_req_header(req, "last-event-id");
    for (size_t i = 0; i < ARRAY_LEN(names) && text.len == 0; i++) {
        if (http_query_get(req->query, str_of(names[i]), req->arena, &text)) {
            text = STR("?");
        }
    }
    if (text.len > 0) {
        w->has_since = model_id_cursor(text, &w->since);
        w->bad_since = !w->has_since;
    }
}

static void on_stream(void *arg, const struct redisReply *reply)
{
    struct wait *w = arg;
    struct hub_client *c = w->client;
    struct store_stream stream;
    struct arena arena;
    if (c == NULL) {
        mem_free(w);
        return;
    }
    arena_init(&arena);
    c->waiting = NULL;
    const enum err err =
        reply != NULL ? store_stream_open_read(reply, &arena, &stream) : ERR_UNAVAILABLE;
    if (err) {
        /* The request is gone by now; a problem in JSON is what every client of a stream
         * understands. */
        const struct http_req req = {.arena = &arena};
        refuse(c, &req, err, STR_NONE);
    } else {
        w->gate->hooks.open(w->gate->hooks.arg, c, &stream, w->has_since ? &w->since : NULL,
                            w->bad_since);
    }
    arena_finish(&arena);
    mem_free(w);
}

static void ask(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    const struct str key = auth_session_key(req);
    if (!str_is_set(key)) {
        refuse(c, req, ERR_UNAUTHENTICATED, STR_NONE);
        return;
    }
    if (!gate->hooks.is_healthy(gate->hooks.arg) ||
        gate->stats->streams >= gate->config->max_streams) {
        refuse(c, req, ERR_UNAVAILABLE, STR("No stream can be opened just now; come back."));
        return;
    }
    struct wait *w = mem_zalloc(1, sizeof(*w));
    w->gate = gate;
    w->client = c;
    read_since(req, w);
    c->waiting = w;
    c->session = mem_alloc(key.len + 1);
    memcpy(c->session, key.ptr, key.len);
    c->session[key.len] = '\0';
    hub_redis_send(gate->redis,
                   store_stream_open_cmd(req->arena, key, auth_session_ttl_s(gate->config)),
                   on_stream, w);
}

static void route(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    const bool reads = req->method == HTTP_GET || req->method == HTTP_HEAD;
    const bool events = str_eq(req->path, STR("/events"));
    if (!events && !str_eq(req->path, STR("/health"))) {
        refuse(c, req, ERR_NOT_FOUND, STR_NONE);
    } else if (!reads) {
        refuse(c, req, ERR_METHOD, STR_NONE);
    } else if (!events) {
        health(gate, c, req);
    } else if (req->method == HTTP_HEAD) {
        struct http_res res;
        http_res_init(&res, req->arena);
        res.content_type = STR("text/event-stream");
        answer(c, req, &res);
    } else {
        ask(gate, c, req);
    }
}

void hub_gate_request(struct hub_gate *gate, struct hub_client *c)
{
    struct http_var vars[WIRE_FCGI_PAIRS_MAX];
    struct str rest = buf_str(&c->in.params);
    struct http_req req;
    struct arena arena;
    size_t n = 0;
    enum err err = ERR_OK;
    arena_init(&arena);
    while (n < ARRAY_LEN(vars) && wire_fcgi_pair(&rest, &vars[n].name, &vars[n].value, &err)) {
        n++;
    }
    const enum err bad = http_req_init(&req, vars, n, &arena);
    if (err || bad) {
        refuse(c, &req, err ? ERR_INVALID : bad, STR_NONE);
    } else {
        route(gate, c, &req);
    }
    wire_fcgi_release(&c->in);
    arena_finish(&arena);
}

void hub_gate_forget(struct hub_client *c)
{
    struct wait *w = c->waiting;
    if (w != NULL) {
        w->client = NULL;
        c->waiting = NULL;
    }
}
