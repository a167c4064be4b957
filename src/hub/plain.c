#include "hub/plain.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utlist.h>
#include "auth/guard.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "hub/deliver.h"
#include "hub/opening.h"
#include "hub/pulse.h"
#include "hub/reader.h"
#include "store/scripts.h"
#include "wire/sse.h"

#define TICK_S       0.05
#define RETRY_MIN_MS 4000u
#define RETRY_SPREAD 1000u

/*
 * The client writes FastCGI records to one end of a socket pair, as it does for any web server;
 * from the other end their content goes to standard output.
 */
struct plain {
    struct hub hub;
    struct hub_client *client;
    int64_t began_ms;
    int fd;         /* the other end */
    bool is_asked;  /* the request was put */
    bool is_said;   /* a stream has its end */
    bool is_over;   /* nothing more will come from the client */
    bool is_broken; /* standard output takes nothing more */
    unsigned char header[WIRE_FCGI_HEADER_LEN];
    size_t have;    /* of the header */
    size_t content; /* still to come of the record */
    size_t padding;
};

/* From records to standard output. */

static void write_out(struct plain *p, struct str out)
{
    while (out.len > 0 && !p->is_broken) {
        const ssize_t n = write(STDOUT_FILENO, out.ptr, out.len);
        if (n >= 0) {
            out = str_skip(out, (size_t)n);
        } else if (errno != EINTR) {
            p->is_broken = true;
        }
    }
}

static void take_header_byte(struct plain *p, char byte)
{
    const unsigned char *h = p->header;
    p->header[p->have++] = (unsigned char)byte;
    if (p->have == WIRE_FCGI_HEADER_LEN) {
        p->content = (size_t)h[4] << 8 | h[5];
        p->padding = h[6];
    }
}

/* Which of these bytes are content of STDOUT records? They go out. */
static void unwrap(struct plain *p, struct str in)
{
    while (in.len > 0) {
        if (p->have < WIRE_FCGI_HEADER_LEN) {
            take_header_byte(p, in.ptr[0]);
            in = str_skip(in, 1);
        } else if (p->content > 0) {
            const size_t n = in.len < p->content ? in.len : p->content;
            if (p->header[1] == WIRE_FCGI_STDOUT) {
                write_out(p, (struct str){in.ptr, n});
            }
            p->content -= n;
            in = str_skip(in, n);
        } else {
            const size_t n = in.len < p->padding ? in.len : p->padding;
            p->padding -= n;
            in = str_skip(in, n);
        }
        if (p->have == WIRE_FCGI_HEADER_LEN && p->content + p->padding == 0) {
            p->have = 0;
        }
    }
}

static void pump(struct plain *p)
{
    char bytes[16 * 1024];
    ssize_t n;
    while ((n = read(p->fd, bytes, sizeof(bytes))) > 0) {
        unwrap(p, (struct str){bytes, (size_t)n});
    }
}

/* What client and gate ask of the hub. */

static bool is_healthy(void *arg)
{
    const struct plain *p = arg;
    return hub_redis_is_up(p->hub.redis);
}

static bool on_pulse(void *arg, struct str session, struct str stream)
{
    (void)arg;
    (void)session;
    (void)stream;
    return false; /* no stream is open */
}

static bool on_open(void *arg, struct hub_client *c, const struct hub_gate_stream *stream)
{
    struct plain *p = arg;
    hub_replay_start(p->hub.replay, stream->stored.end);
    return hub_opening_granted(&p->hub, c, stream);
}

static void on_dirty(void *arg, struct hub_client *c)
{
    (void)arg;
    (void)c; /* it is flushed in every turn */
}

static void on_drained(void *arg, struct hub_client *c)
{
    struct plain *p = arg;
    if (!p->is_said) {
        hub_deliver_more(&p->hub, c);
    }
}

static void on_gone(void *arg, struct hub_client *c)
{
    struct plain *p = arg;
    (void)c;
    p->is_over = true;
}

static void on_up(void *arg)
{
    (void)arg; /* the turn will see */
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop;
    (void)timer;
    (void)events; /* the turn will see */
}

/* The request. */

static struct str read_body(const struct http_req *req)
{
    const size_t max = HUB_PULSE_BODY_MAX + 1;
    char *bytes = arena_alloc(req->arena, max);
    size_t len = 0;
    ssize_t n = 1;
    uint64_t wanted;
    if (!str_u64(http_req_var(req, STR("CONTENT_LENGTH")), &wanted)) {
        return STR("");
    }
    while (n > 0 && len < max && len < wanted) {
        n = read(STDIN_FILENO, bytes + len, max - len);
        len += n > 0 ? (size_t)n : 0;
    }
    return (struct str){bytes, len};
}

static void ask(struct plain *p)
{
    struct http_var vars[WIRE_FCGI_PAIRS_MAX];
    struct http_req req;
    size_t n = 0;
    p->is_asked = true;
    for (char *const *e = environ; *e != NULL && n < ARRAY_LEN(vars); e++) {
        vars[n].value = str_of(*e);
        n += str_split(&vars[n].value, '=', &vars[n].name) && str_is_set(vars[n].value);
    }
    const enum err err = http_req_init(&req, vars, n, &p->hub.arena);
    auth_guard_receive(p->hub.config, &req);
    req.body = read_body(&req);
    p->client->state = HUB_CLIENT_GATE;
    p->client->id = 1;
    p->client->began_ms = clock_mono_ms();
    hub_gate_answer(&p->hub.gate, p->client, &req, err);
}

/* The end of a stream; who comes back goes on from here. */
static void say_end(struct plain *p)
{
    struct hub_client *c = p->client;
    struct arena arena;
    struct buf block;
    p->is_said = true;
    hub_reader_forget(c);
    arena_init(&arena);
    buf_init(&block, &arena, 512);
    wire_sse_retry(&block, RETRY_MIN_MS + rand_below(RETRY_SPREAD));
    wire_sse_event(&block, STR("bye"), model_id_cursor_text(&arena, c->cursor),
                   STR("{\"reason\":\"poll\"}"));
    hub_client_say(c, buf_str(&block));
    arena_finish(&arena);
    log_info("polled", "user=%s ms=%lld events=%llu bytes=%llu", log_text(hub_presence_user(c)),
             (long long)(clock_mono_ms() - c->began_ms), (unsigned long long)c->events,
             (unsigned long long)c->bytes);
}

/* Once whenever something has happened. */
static void turn(struct plain *p)
{
    struct hub_client *c = p->client;
    const int64_t passed_ms = clock_mono_ms() - p->began_ms;
    if (!p->is_asked && (is_healthy(p) || passed_ms > HUB_PLAIN_REDIS_MS)) {
        ask(p);
    }
    hub_client_flush(c);
    pump(p);
    if (c->state == HUB_CLIENT_LIVE && !p->is_said &&
        (!c->is_behind || c->bytes > HUB_PLAIN_BYTES_MAX || passed_ms > HUB_PLAIN_MS)) {
        say_end(p);
    }
    if (p->is_said && c->queue.count == 0) {
        p->is_over = true;
    }
}

/* Made as in hub.c, of the same parts; those that speak to other hubs say nothing. */
static bool create_parts(struct plain *p, const struct config *config)
{
    struct hub *hub = &p->hub;
    int fds[2];
    hub->config = config;
    store_scripts_set_preload(false);
    arena_init(&hub->arena);
    hub->id = rand_word(&hub->arena, 9);
    hub->server = arena_printf(&hub->arena, "snug:%.*s", STR_FMT(hub->id));
    hub->event_log = arena_printf(&hub->arena, "%llu", (unsigned long long)config->event_log);
    if (store_hello_url(str_of(config->redis), &hub->arena, &hub->url) ||
        socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, fds) != 0) {
        arena_finish(&hub->arena);
        return false;
    }
    p->fd = fds[1];
    hub->loop = ev_default_loop(EVFLAG_NOENV);
    hub->rooms = hub_rooms_create();
    hub->replay = hub_replay_create();
    hub->redis = hub_redis_create(hub->loop, &hub->url, &hub->stats,
                                  (struct hub_redis_hooks){.arg = p, .up = on_up});
    hub->presence = hub_presence_create(hub->redis, hub->server, hub->id);
    hub_presence_end(hub->presence); /* from here on it tells nobody */
    hub->gate = (struct hub_gate){.config = config,
                                  .redis = hub->redis,
                                  .server = hub->server,
                                  .event_log = hub->event_log,
                                  .stats = &hub->stats,
                                  .max_streams = 1,
                                  .hooks = {p, is_healthy, NULL, on_pulse, on_open}};
    hub->client_hooks =
        (struct hub_client_hooks){p, &hub->stats, NULL, on_dirty, on_drained, on_dirty, on_gone};
    p->client = hub_client_create(hub->loop, &hub->client_hooks, fds[0]);
    DL_APPEND(hub->clients, p->client);
    return true;
}

static void destroy_parts(struct plain *p)
{
    struct hub *hub = &p->hub;
    hub_gate_forget(p->client);
    hub_reader_forget(p->client);
    hub_rooms_leave_all(hub->rooms, p->client);
    hub_presence_remove(hub->presence, p->client);
    hub_client_destroy(p->client);
    hub_redis_destroy(hub->redis);
    hub_presence_destroy(hub->presence);
    hub_replay_destroy(hub->replay);
    hub_rooms_destroy(hub->rooms);
    ev_loop_destroy(hub->loop);
    close(p->fd);
    arena_finish(&hub->arena);
}

int hub_plain_run(const struct config *config)
{
    struct plain p = {.began_ms = clock_mono_ms()};
    ev_timer tick;
    if (!create_parts(&p, config)) {
        fprintf(stderr, "events: SNUG_REDIS cannot be understood\n");
        return 2;
    }
    ev_timer_init(&tick, on_tick, TICK_S, TICK_S);
    ev_timer_start(p.hub.loop, &tick);
    while (!p.is_over && !p.is_broken) {
        ev_run(p.hub.loop, EVRUN_ONCE);
        turn(&p);
    }
    pump(&p);
    ev_timer_stop(p.hub.loop, &tick);
    destroy_parts(&p);
    return p.is_broken ? 1 : 0;
}
