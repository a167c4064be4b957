#include "hub/gate.h"

#include <string.h>
#include "auth/bearer.h"
#include "auth/credential.h"
#include "auth/guard.h"
#include "auth/session.h"
#include "base/mem.h"
#include "http/cors.h"
#include "http/problem.h"
#include "hub/pulse.h"

#define OUT_MAX   (64u * 1024)
#define ALLOW_MAX 64

/*
 * A question under way. What is needed of the request afterwards is copied, since its memory is
 * given back while it waits; into no arena, since thousands may wait at the same time.
 */
struct hub_gate_ask {
    struct hub_gate *gate;
    struct hub_client *client; /* NULL: nobody waits any more */
    bool is_counted;           /* in stats->asking: it may become one more stream */
    struct http_var accept;
    bool has_entered; /* a session was opened for whom the web server has logged in */
    struct store_asker asker;
    struct hub_gate_stream stream;
    char text[]; /* of asker, accept and want */
};

static void answer(struct hub_client *c, const struct http_req *req, struct http_res *res)
{
    struct buf out;
    http_cors_say(req, res);
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
    http_problem_write(&res, req, err);
    answer(c, req, &res);
}

static void health(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    struct http_res res;
    http_res_init(&res, req->arena);
    const bool up = gate->hooks.is_healthy(gate->hooks.arg);
    res.status = up ? 200 : 503;
    buf_printf(&res.body, "{\"status\":\"%s\",\"redis\":%s,\"streams\":%zu",
               up ? "ok" : "unavailable", up ? "true" : "false", gate->stats->streams);
    if (gate->memory != NULL) {
        buf_printf(&res.body, ",\"memory\":\"%s\"", store_memory_name(gate->memory->level));
    }
    buf_add_byte(&res.body, '}');
    answer(c, req, &res);
}

/* Counts tell when people talk, so they are for whoever was given the token; without one there are
 * none. An address proves nothing: behind a proxy everybody has that of the proxy. */
static void metrics(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    const struct str token = str_of(gate->config->metrics_token);
    struct hub_metrics now;
    struct http_res res;
    if (token.len == 0 || gate->hooks.measure == NULL) {
        refuse(c, req, ERR_NOT_FOUND, STR("Metrics are for a hub with SNUG_METRICS_TOKEN."));
        return;
    }
    if (!auth_bearer_is(req, token)) {
        refuse(c, req, ERR_UNAUTHENTICATED, STR("These are for who shows the token."));
        return;
    }
    http_res_init(&res, req->arena);
    res.content_type = HUB_METRICS_TYPE;
    gate->hooks.measure(gate->hooks.arg, &now);
    hub_metrics_write(&now, &res.body);
    answer(c, req, &res);
}

/* A copy at *end, which goes behind it; absent stays absent. */
static struct str keep(char **end, struct str s)
{
    const struct str kept = {str_is_set(s) ? *end : NULL, s.len};
    if (s.len > 0) {
        memcpy(*end, s.ptr, s.len);
        *end += s.len;
    }
    return kept;
}

/* The request that a question remembers, as far as it does. */
static struct http_req remembered(const struct hub_gate_ask *ask, struct arena *arena)
{
    return (struct http_req){.method = ask->stream.want.is_head ? HTTP_HEAD : HTTP_GET,
                             .vars = &ask->accept,
                             .nvars = 1,
                             .cors = ask->stream.want.cors,
                             .arena = arena};
}

/* The two know each other. */
static void meet(struct hub_gate_ask *ask, struct hub_client *c)
{
    ask->client = c;
    c->ask = ask;
    ask->gate->stats->asking += ask->is_counted;
}

/* Its client has an answer, or is gone: the two know each other no more. */
static void part(struct hub_gate_ask *ask)
{
    ask->gate->stats->asking -= ask->is_counted;
    ask->client->ask = NULL;
    ask->client = NULL;
}

/* No stream for c, or none any more. */
static void turn_down(const struct hub_gate_ask *ask, struct hub_client *c, enum err err,
                      struct arena *arena)
{
    if (c->state == HUB_CLIENT_GATE) {
        const struct http_req req = remembered(ask, arena);
        refuse(c, &req, err, STR_NONE);
    } else {
        hub_client_bye(c,
                       err == ERR_UNAUTHENTICATED ? HUB_END_LOGOUT
                       : err == ERR_BANNED        ? HUB_END_BANNED
                                                  : HUB_END_LOST,
                       0);
    }
}

static void ask_redis(struct hub_gate_ask *ask, struct hub_client *c);
static void enter(struct hub_gate_ask *ask, struct hub_client *c);

/* True: it is asked once more, since the answer is too old, or somebody came in. What it says lives
 * in arena. */
static bool take_answer(struct hub_gate_ask *ask, struct hub_client *c,
                        const struct redisReply *reply, struct arena *arena)
{
    const struct hub_want *want = &ask->stream.want;
    const enum err err =
        reply != NULL ? store_stream_open_read(reply, arena, &ask->stream.stored) : ERR_UNAVAILABLE;
    if (c->state != HUB_CLIENT_GATE && c->state != HUB_CLIENT_LIVE) {
        return false; /* its request ended in this turn */
    }
    if (err == ERR_UNAUTHENTICATED && str_is_set(ask->asker.remote.name) && !ask->has_entered) {
        enter(ask, c);
        return true;
    }
    if (err) {
        turn_down(ask, c, err, arena);
        return false;
    }
    if (want->is_head) {
        hub_client_answer(c, hub_format_head(arena, want->format, want->cors));
        return false;
    }
    struct hub_gate_stream stream = ask->stream;
    stream.want.rooms = hub_want_narrow(arena, want->rooms, stream.stored.narrow);
    if (!ask->gate->hooks.open(ask->gate->hooks.arg, c, &stream)) {
        ask_redis(ask, c);
        return true;
    }
    return false;
}

static void on_stored(void *arg, const struct redisReply *reply)
{
    struct hub_gate_ask *ask = arg;
    struct hub_client *c = ask->client;
    bool is_asked_again = false;
    if (c != NULL) {
        struct arena arena;
        arena_init(&arena);
        part(ask);
        is_asked_again = take_answer(ask, c, reply, &arena);
        arena_finish(&arena);
    }
    if (!is_asked_again) {
        mem_free(ask);
    }
}

static void ask_redis(struct hub_gate_ask *ask, struct hub_client *c)
{
    struct hub_gate *gate = ask->gate;
    struct arena arena;
    arena_init(&arena);
    meet(ask, c);
    hub_redis_send(gate->redis, store_stream_open_cmd(&arena, &ask->asker), on_stored, ask);
    arena_finish(&arena);
}

static void on_entered(void *arg, const struct redisReply *reply)
{
    struct hub_gate_ask *ask = arg;
    struct hub_client *c = ask->client;
    bool again = false;
    const enum err err = reply != NULL ? store_asker_enter_read(reply, &again) : ERR_UNAVAILABLE;
    if (c == NULL) {
        mem_free(ask);
        return;
    }
    part(ask);
    if (c->state == HUB_CLIENT_GATE && again) {
        enter(ask, c);
        return;
    }
    if (c->state == HUB_CLIENT_GATE && !err) {
        ask->has_entered = true;
        ask_redis(ask, c);
        return;
    }
    if (c->state == HUB_CLIENT_GATE) {
        struct arena arena;
        arena_init(&arena);
        turn_down(ask, c, err, &arena);
        arena_finish(&arena);
    }
    mem_free(ask);
}

/* Opens a session for whom the web server has logged in. */
static void enter(struct hub_gate_ask *ask, struct hub_client *c)
{
    struct hub_gate *gate = ask->gate;
    struct arena arena;
    arena_init(&arena);
    meet(ask, c);
    hub_redis_send(gate->redis,
                   store_asker_enter_cmd(&arena, gate->server, gate->event_log, &ask->asker),
                   on_entered, ask);
    arena_finish(&arena);
}

static struct hub_gate_ask *create_ask(struct hub_gate *gate, const struct store_asker *asker,
                                       struct str accept, const struct hub_want *want)
{
    const struct store_remote *remote = &asker->remote;
    const size_t len = asker->key.len + asker->networks.len + remote->name.len + remote->hash.len +
                       remote->address.len + remote->agent.len + accept.len + want->rooms.len +
                       want->cors.len;
    struct hub_gate_ask *ask = mem_zalloc(1, sizeof(*ask) + len);
    char *end = ask->text;
    ask->gate = gate;
    ask->asker = (struct store_asker){.key = keep(&end, asker->key),
                                      .ttl_s = asker->ttl_s,
                                      .networks = keep(&end, asker->networks),
                                      .remote = {.name = keep(&end, remote->name),
                                                 .hash = keep(&end, remote->hash),
                                                 .address = keep(&end, remote->address),
                                                 .agent = keep(&end, remote->agent)}};
    ask->stream.session = ask->asker.key;
    ask->stream.place = model_address_place(ask->asker.networks);
    ask->accept = (struct http_var){STR("HTTP_ACCEPT"), keep(&end, accept)};
    ask->stream.want = *want;
    ask->stream.want.rooms = keep(&end, want->rooms);
    ask->stream.want.cors = keep(&end, want->cors);
    return ask;
}

static void ask_first(struct hub_gate *gate, struct hub_client *c, const struct http_req *req,
                      const struct store_asker *asker, const struct hub_want *want)
{
    struct hub_gate_ask *ask = create_ask(gate, asker, http_req_header(req, "accept"), want);
    ask->is_counted = true;
    ask_redis(ask, c);
}

void hub_gate_again(struct hub_gate *gate, struct hub_client *c, struct str session)
{
    if (c->ask == NULL) {
        const struct hub_want want = {0};
        struct arena arena;
        arena_init(&arena);
        const struct store_asker asker = {.key = session,
                                          .ttl_s = auth_session_ttl_s(gate->config),
                                          .networks =
                                              model_address_networks(&arena, str_of(c->place))};
        ask_redis(create_ask(gate, &asker, STR_NONE, &want), c);
        arena_finish(&arena);
    }
}

static void open_stream(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    struct store_asker asker;
    struct hub_want want;
    struct str detail;
    const enum err shown = auth_credential_read(gate->config, req, &asker);
    if (shown || !str_is_set(asker.key)) {
        refuse(c, req, shown ? shown : ERR_UNAUTHENTICATED, STR_NONE);
    } else if (hub_want_read(req, &want, &detail)) {
        refuse(c, req, ERR_INVALID, detail);
    } else if (!gate->hooks.is_healthy(gate->hooks.arg)) {
        refuse(c, req, ERR_UNAVAILABLE, STR_NONE);
    } else if (gate->stats->streams + gate->stats->asking >= gate->max_streams) {
        gate->stats->refused++;
        refuse(c, req, ERR_UNAVAILABLE, STR("There are as many streams as can be carried."));
    } else {
        ask_first(gate, c, req, &asker, &want);
    }
}

/* The page's sign of life. */
static void take_pulse(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    struct str session, stream, detail;
    struct http_res res;
    enum err err = hub_pulse_read(gate->config, req, &session, &stream, &detail);
    if (!err && !gate->hooks.pulse(gate->hooks.arg, session, stream)) {
        err = ERR_NOT_FOUND;
        detail = STR("You have no such stream.");
    }
    if (err) {
        refuse(c, req, err, detail);
    } else {
        http_res_init(&res, req->arena);
        res.status = 204;
        answer(c, req, &res);
    }
}

/* Was it a browser's question whether another origin's page may ask? */
static bool preflight(struct hub_client *c, const struct http_req *req)
{
    struct http_res res;
    http_res_init(&res, req->arena);
    if (!http_cors_preflight(req, &res)) {
        return false;
    }
    answer(c, req, &res);
    return true;
}

/* clang-format off */
static const struct {
    enum http_method method; /* HTTP_GET serves HEAD too */
    const char *path;
    void (*answer)(struct hub_gate *gate, struct hub_client *c, const struct http_req *req);
} routes[] = {
    {HTTP_GET,  "/events",  open_stream},
    {HTTP_POST, "/events",  take_pulse},
    {HTTP_GET,  "/health",  health},
    {HTTP_GET,  "/metrics", metrics},
};
/* clang-format on */

static void refuse_method(struct hub_client *c, const struct http_req *req, struct str allow)
{
    struct http_res res;
    http_res_init(&res, req->arena);
    http_res_header(&res, "Allow", allow);
    http_problem_write(&res, req, ERR_METHOD);
    answer(c, req, &res);
}

static void route(struct hub_gate *gate, struct hub_client *c, const struct http_req *req)
{
    const enum http_method method = req->method == HTTP_HEAD ? HTTP_GET : req->method;
    struct buf allow;
    buf_init(&allow, req->arena, ALLOW_MAX);
    for (size_t i = 0; i < ARRAY_LEN(routes); i++) {
        if (!str_eq(req->path, str_of(routes[i].path))) {
            continue;
        }
        if (routes[i].method == method) {
            routes[i].answer(gate, c, req);
            return;
        }
        buf_add_cstr(&allow, allow.len > 0 ? ", " : "");
        buf_add_cstr(&allow, routes[i].method == HTTP_GET ? "GET, HEAD" : "POST");
    }
    if (allow.len > 0) {
        refuse_method(c, req, buf_str(&allow));
    } else {
        refuse(c, req, ERR_NOT_FOUND, STR_NONE);
    }
}

void hub_gate_answer(struct hub_gate *gate, struct hub_client *c, const struct http_req *req,
                     enum err err)
{
    if (err) {
        refuse(c, req, err, STR_NONE);
    } else if (!preflight(c, req)) {
        route(gate, c, req);
    }
}

void hub_gate_request(struct hub_gate *gate, struct hub_client *c)
{
    struct http_var vars[WIRE_FCGI_PAIRS_MAX];
    struct str rest = wire_fcgi_params(&c->in);
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
    auth_guard_receive(gate->config, &req);
    req.body = wire_fcgi_body(&c->in);
    hub_gate_answer(gate, c, &req, err);
    wire_fcgi_release(&c->in);
    arena_finish(&arena);
}

void hub_gate_forget(struct hub_client *c)
{
    if (c->ask != NULL) {
        part(c->ask);
    }
}
