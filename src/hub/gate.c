#include "hub/gate.h"

#include "auth/session.h"
#include "base/mem.h"
#include "http/problem.h"

#define OUT_MAX (64u * 1024)

/*
 * A question under way. What is needed of the request afterwards is copied, since its memory is
 * given back while it waits.
 */
struct hub_gate_ask {
    struct hub_gate *gate;
    struct hub_client *client; /* NULL: nobody waits any more */
    struct arena arena;        /* of what follows */
    struct http_var accept;
    struct hub_gate_stream stream;
};

static void answer(struct hub_client *c, const struct http_req *req, const struct http_res *res)
{
    struct buf out;
    buf_init(&out, req->arena, OUT_MAX);
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

/* A copy of the question's own; absent stays absent. */
static struct str keep(struct hub_gate_ask *ask, struct str s)
{
    return str_is_set(s) ? arena_str(&ask->arena, s) : s;
}

/* The request that a question remembers, as far as it does. */
static struct http_req remembered(struct hub_gate_ask *ask)
{
    return (struct http_req){.method = ask->stream.want.is_head ? HTTP_HEAD : HTTP_GET,
                             .vars = &ask->accept,
                             .nvars = 1,
                             .arena = &ask->arena};
}

/* Its client has an answer, or is gone: the two know each other no more. */
static void part(struct hub_gate_ask *ask)
{
    ask->gate->stats->asking--;
    ask->client->ask = NULL;
    ask->client = NULL;
}

static void on_stored(void *arg, const struct redisReply *reply)
{
    struct hub_gate_ask *ask = arg;
    struct hub_client *c = ask->client;
    if (c != NULL) {
        const struct http_req req = remembered(ask);
        const enum err err = reply != NULL
                                 ? store_stream_open_read(reply, &ask->arena, &ask->stream.stored)
                                 : ERR_UNAVAILABLE;
        part(ask);
        if (c->state != HUB_CLIENT_GATE) {
            /* Its request ended in this turn. */
        } else if (err) {
            refuse(c, &req, err, STR_NONE);
        } else {
            ask->gate->hooks.open(ask->gate->hooks.arg, c, &ask->stream);
        }
    }
    arena_finish(&ask->arena);
    mem_free(ask);
}

static void ask_redis(struct hub_gate *gate, struct hub_client *c, const struct http_req *req,
                      struct str session, const struct hub_want *want)
{
    struct hub_gate_ask *ask = mem_zalloc(1, sizeof(*ask));
    arena_init(&ask->arena);
    ask->gate = gate;
    ask->client = c;
    ask->accept = (struct http_var){STR("HTTP_ACCEPT"), keep(ask, http_req_header(req, "accept"))};
    ask->stream.session = keep(ask, session);
    ask->stream.want = *want;
    ask->stream.want.rooms = keep(ask, want->rooms);
    c->ask = ask;
    gate->stats->asking++;
    hub_redis_send(gate->redis,
                   store_stream_open_cmd(req->arena, session, auth_session_ttl_s(gate->config)),
                   on_stored, ask);
}

static void open_stream(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    const struct str session = auth_session_key(req);
    struct hub_want want;
    struct str detail;
    if (!str_is_set(session)) {
        refuse(c, req, ERR_UNAUTHENTICATED, STR_NONE);
    } else if (hub_want_read(req, &want, &detail)) {
        refuse(c, req, ERR_INVALID, detail);
    } else if (!gate->hooks.is_healthy(gate->hooks.arg)) {
        refuse(c, req, ERR_UNAVAILABLE, STR_NONE);
    } else if (gate->stats->streams + gate->stats->asking >= gate->config->max_streams) {
        refuse(c, req, ERR_UNAVAILABLE, STR("There are as many streams as can be carried."));
    } else {
        ask_redis(gate, c, req, session, &want);
    }
}

static void route(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    const bool is_events = str_eq(req->path, STR("/events"));
    if (!is_events && !str_eq(req->path, STR("/health"))) {
        refuse(c, req, ERR_NOT_FOUND, STR_NONE);
    } else if (req->method != HTTP_GET && req->method != HTTP_HEAD) {
        refuse(c, req, ERR_METHOD, STR_NONE);
    } else if (is_events) {
        open_stream(gate, c, req);
    } else {
        health(gate, c, req);
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
    /* The parser has counted the pairs. */
    while (n < ARRAY_LEN(vars) && wire_fcgi_pair(&rest, &vars[n].name, &vars[n].value, &err)) {
        n++;
    }
    err = http_req_init(&req, vars, n, &arena);
    if (err) {
        refuse(c, &req, err, STR_NONE);
    } else {
        route(gate, c, &req);
    }
    wire_fcgi_release(&c->in);
    arena_finish(&arena);
}

void hub_gate_forget(struct hub_client *c)
{
    if (c->ask != NULL) {
        part(c->ask);
    }
}

void hub_gate_turn_away(struct hub_client *c)
{
    struct hub_gate_ask *ask = c->ask;
    if (ask != NULL) {
        const struct http_req req = remembered(ask);
        part(ask);
        refuse(c, &req, ERR_UNAVAILABLE, STR_NONE);
    }
}
