#include "hub/hub.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>
#include <utlist.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "hub/deliver.h"
#include "hub/opening.h"
#include "hub/drain.h"
#include "hub/follow.h"
#include "hub/plain.h"
#include "hub/pulse.h"
#include "hub/reader.h"
#include "store/keys.h"
#include "wire/sse.h"

#define ACCEPT_MS         2000 /* a hub that begins waits so long for Redis before it accepts */
#define DESCRIPTORS_SPARE 16   /* Redis, the loop, the log */
#define DESCRIPTORS_LEAST (2 * DESCRIPTORS_SPARE)
#define AGE_RETRY_MS      500 /* who is old comes back at once: after this, or up to twice as long */

static void on_request(void *arg, struct hub_client *c)
{
    struct hub *hub = arg;
    hub_gate_request(&hub->gate, c);
}

static void on_drained(void *arg, struct hub_client *c)
{
    hub_deliver_more(arg, c);
}

static void on_dirty(void *arg, struct hub_client *c)
{
    struct hub *hub = arg;
    LL_PREPEND2(hub->dirty, c, dirty_next);
}

static void on_ended(void *arg, struct hub_client *c)
{
    struct hub *hub = arg;
    LL_PREPEND2(hub->ended, c, ended_next);
}

static void on_gone(void *arg, struct hub_client *c)
{
    struct hub *hub = arg;
    LL_PREPEND2(hub->gone, c, gone_next);
}

static void on_accepted(void *arg, int fd)
{
    struct hub *hub = arg;
    struct hub_client *c = hub_client_create(hub->loop, &hub->client_hooks, fd);
    DL_APPEND(hub->clients, c);
}

static bool is_healthy(void *arg)
{
    const struct hub *hub = arg;
    return hub_redis_is_up(hub->redis) && hub_subscriber_is_up(hub->subscriber) &&
           hub->probe.is_sound && hub_replay_last(hub->replay).epoch != 0;
}

static void measure(void *arg, struct hub_metrics *out)
{
    struct hub *hub = arg;
    const struct hub_client *c;
    *out = (struct hub_metrics){.stats = &hub->stats,
                                .is_healthy = is_healthy(hub),
                                .users = hub_presence_count(hub->presence),
                                .max_streams = hub->gate.max_streams,
                                .probe_ms = clock_mono_ms() - hub->probe.heard_ms,
                                .lag_ms = hub_lag_longest(&hub->lag),
                                .memory = &hub->memory.seen,
                                .memory_level = hub->memory.level};
    DL_FOREACH(hub->clients, c)
    {
        out->queued += c->queue.bytes;
        out->behind += c->state == HUB_CLIENT_LIVE && c->is_behind;
    }
}

static bool on_pulse(void *arg, struct str session, struct str stream)
{
    const struct hub *hub = arg;
    return hub_pulse_take(hub->rooms, session, stream, clock_mono_ms());
}

static bool on_open(void *arg, struct hub_client *c, const struct hub_gate_stream *stream)
{
    return hub_opening_granted(arg, c, stream);
}

/* A connection has come up: what waited for both goes on. */
static void go_on(struct hub *hub)
{
    hub_probe_check(&hub->probe, clock_mono_ms());
    hub_follow_on(hub);
}

static void on_redis_up(void *arg)
{
    struct hub *hub = arg;
    hub_presence_up(hub->presence);
    go_on(hub);
}

static void on_subscribed(void *arg)
{
    go_on(arg);
}

static void on_unsubscribed(void *arg)
{
    struct hub *hub = arg;
    hub_probe_lost(&hub->probe);
    hub_follow_lost(hub);
}

static void on_word(void *arg, struct str word)
{
    struct hub *hub = arg;
    hub_probe_heard(&hub->probe, word, clock_mono_ms());
}

static void on_event(void *arg, const struct model_event *event)
{
    hub_deliver_event(arg, event);
}

/* Takes a client whose request is over out of everything that knows it, and says so in the log. */
static void leave(struct hub *hub, struct hub_client *c)
{
    hub_gate_forget(c);
    hub_reader_forget(c);
    if (c->user == NULL) {
        return;
    }
    hub->stats.streams--;
    log_info("stream_end", "user=%s stream=%s reason=%s ms=%lld events=%llu bytes=%llu",
             log_text(hub_presence_user(c)), c->stream, hub_end_name(c->end),
             (long long)(clock_mono_ms() - c->began_ms), (unsigned long long)c->events,
             (unsigned long long)c->bytes);
    hub_rooms_leave_all(hub->rooms, c);
    hub_presence_remove(hub->presence, c);
}

static void leave_ended(struct hub *hub)
{
    while (hub->ended != NULL) {
        struct hub_client *c = hub->ended;
        LL_DELETE2(hub->ended, c, ended_next);
        leave(hub, c);
    }
}

/*
 * A hub that has just begun hears nothing yet, and would have to answer 503, which ends a browser's
 * EventSource for good. So whoever comes waits in the listening socket's queue until it does, or
 * until it is clear that Redis is away.
 */
static void begin_accepting(struct hub *hub)
{
    if (hub->accept_ms != 0 && (is_healthy(hub) || clock_mono_ms() >= hub->accept_ms)) {
        hub->accept_ms = 0;
        hub_acceptor_start(&hub->acceptor);
    }
}

/*
 * Once a turn, before the loop sleeps: callbacks have only changed states and linked clients, and
 * no walk is under way. Everything that is due leaves in one writev a client.
 */
static void on_prepare(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    struct hub *hub = prepare->data;
    (void)events;
    begin_accepting(hub);
    leave_ended(hub);
    while (hub->dirty != NULL) {
        struct hub_client *c = hub->dirty;
        LL_DELETE2(hub->dirty, c, dirty_next);
        hub_client_flush(c);
    }
    leave_ended(hub);
    while (hub->gone != NULL) {
        struct hub_client *c = hub->gone;
        LL_DELETE2(hub->gone, c, gone_next);
        DL_DELETE(hub->clients, c);
        hub_client_destroy(c);
        hub_acceptor_closed(&hub->acceptor);
    }
    if (hub_drain_has_begun(hub) && hub_drain_is_over(hub)) {
        ev_break(loop, EVBREAK_ALL);
    }
    hub_lag_sleeps(&hub->lag, clock_mono_ms());
}

static void on_check(struct ev_loop *loop, ev_check *check, int events)
{
    struct hub *hub = check->data;
    (void)loop;
    (void)events;
    hub_lag_woke(&hub->lag, clock_mono_ms());
}

static void on_second(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct hub *hub = timer->data;
    const int64_t now = clock_mono_ms();
    const int64_t beat_ms = (int64_t)hub->config->heartbeat * 1000;
    struct hub_client *c;
    (void)loop;
    (void)events;
    DL_FOREACH(hub->clients, c)
    {
        hub_client_check(c, now);
        hub_pulse_check(c, now);
        hub_deliver_more(hub, c);
        if (c->state == HUB_CLIENT_LIVE && c->expires_ms > 0 && now >= c->expires_ms) {
            hub_client_bye(c, HUB_END_EXPIRED, 0);
        }
        if (c->state == HUB_CLIENT_LIVE && now >= c->until_ms) {
            hub_client_bye(c, HUB_END_AGE, AGE_RETRY_MS + rand_below(AGE_RETRY_MS));
        }
        if (c->state == HUB_CLIENT_LIVE && c->queue.count == 0 && now - c->progress_ms >= beat_ms) {
            hub_client_beat(c, hub->heartbeat);
        }
    }
    hub_presence_check(hub->presence);
    hub_deliver_gathered(hub);
    hub_probe_check(&hub->probe, now);
    hub_memory_check(&hub->memory, now);
    hub_follow_on(hub);
    if (hub_ebb_has_come(&hub->ebb, hub->stats.opened * 2 - hub->stats.streams)) {
        mem_trim();
    }
}

/* Once means soon, twice means now. */
static void on_stop(struct ev_loop *loop, ev_signal *sig, int events)
{
    struct hub *hub = sig->data;
    (void)events;
    if (hub_drain_has_begun(hub)) {
        ev_break(loop, EVBREAK_ALL);
    } else {
        hub_drain_begin(hub);
    }
}

static void start_watchers(struct hub *hub)
{
    ev_prepare_init(&hub->prepare, on_prepare);
    ev_check_init(&hub->check, on_check);
    ev_set_priority(&hub->check, EV_MAXPRI); /* before all that the turn is made of */
    ev_timer_init(&hub->second, on_second, 1.0, 1.0);
    ev_signal_init(&hub->terminate, on_stop, SIGTERM);
    ev_signal_init(&hub->interrupt, on_stop, SIGINT);
    hub->prepare.data = hub->check.data = hub->second.data = hub->terminate.data =
        hub->interrupt.data = hub;
    ev_prepare_start(hub->loop, &hub->prepare);
    ev_check_start(hub->loop, &hub->check);
    ev_timer_start(hub->loop, &hub->second);
    ev_signal_start(hub->loop, &hub->terminate);
    ev_signal_start(hub->loop, &hub->interrupt);
}

static void stop_watchers(struct hub *hub)
{
    /* Whoever asks once more is not to kill what is ending already. */
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTERM);
    sigaddset(&stops, SIGINT);
    sigprocmask(SIG_BLOCK, &stops, NULL);
    ev_prepare_stop(hub->loop, &hub->prepare);
    ev_check_stop(hub->loop, &hub->check);
    ev_timer_stop(hub->loop, &hub->second);
    ev_signal_stop(hub->loop, &hub->terminate);
    ev_signal_stop(hub->loop, &hub->interrupt);
}

static void create_parts(struct hub *hub)
{
    const struct str own = arena_printf(&hub->arena, "%s%.*s", STORE_CHANNEL_HUB, STR_FMT(hub->id));
    struct buf beat;
    hub->client_hooks = (struct hub_client_hooks){hub,        &hub->stats, on_request, on_dirty,
                                                  on_drained, on_ended,    on_gone};
    buf_init(&beat, &hub->arena, 16);
    wire_sse_heartbeat(&beat);
    hub->heartbeat = wire_frame_create(buf_str(&beat), 0, 0);
    hub->rooms = hub_rooms_create();
    hub->replay = hub_replay_create();
    hub->redis = hub_redis_create(hub->loop, &hub->url, &hub->stats,
                                  (struct hub_redis_hooks){.arg = hub, .up = on_redis_up});
    hub->presence = hub_presence_create(hub->redis, hub->server, hub->id);
    hub->subscriber = hub_subscriber_create(
        hub->loop, &hub->url, own, &hub->stats,
        (struct hub_subscriber_hooks){hub, on_subscribed, on_unsubscribed, on_event, on_word});
    hub->probe = (struct hub_probe){.redis = hub->redis,
                                    .subscriber = hub->subscriber,
                                    .stats = &hub->stats,
                                    .channel = own,
                                    .heard_ms = clock_mono_ms()};
    hub->sweep = (struct hub_sweep){.loop = hub->loop,
                                    .redis = hub->redis,
                                    .config = hub->config,
                                    .hub = hub->id,
                                    .server = hub->server,
                                    .event_log = hub->event_log,
                                    .stats = &hub->stats};
    hub->memory = (struct hub_memory){.redis = hub->redis,
                                      .server = hub->server,
                                      .event_log = hub->event_log,
                                      .max = hub->config->max_memory * 1024 * 1024};
    hub->gate = (struct hub_gate){.config = hub->config,
                                  .redis = hub->redis,
                                  .server = hub->server,
                                  .event_log = hub->event_log,
                                  .stats = &hub->stats,
                                  .memory = &hub->memory,
                                  .hooks = {hub, is_healthy, measure, on_pulse, on_open}};
}

static void destroy_parts(struct hub *hub)
{
    struct hub_client *c, *next;
    hub_acceptor_stop(&hub->acceptor);
    hub_sweep_stop(&hub->sweep);
    DL_FOREACH_SAFE(hub->clients, c, next)
    {
        if (c->end == HUB_END_NONE) {
            c->end = HUB_END_STOPPING;
        }
        leave(hub, c);
        DL_DELETE(hub->clients, c);
        hub_client_destroy(c);
    }
    hub_subscriber_destroy(hub->subscriber);
    hub_redis_destroy(hub->redis);
    hub_presence_destroy(hub->presence);
    hub_replay_destroy(hub->replay);
    hub_rooms_destroy(hub->rooms);
    wire_frame_unref(hub->heartbeat);
}

/* As many descriptors as we may have. */
static size_t raise_limit(void)
{
    struct rlimit limit = {DESCRIPTORS_LEAST, DESCRIPTORS_LEAST};
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur < limit.rlim_max) {
        const struct rlimit more = {limit.rlim_max, limit.rlim_max};
        limit.rlim_cur = setrlimit(RLIMIT_NOFILE, &more) == 0 ? more.rlim_cur : limit.rlim_cur;
    }
    return limit.rlim_cur > DESCRIPTORS_LEAST ? limit.rlim_cur : DESCRIPTORS_LEAST;
}

/* Divides the descriptors: some for Redis and the like, the rest for connections; of them a part
 * for those who only ask, or are to be told that there is no stream for them. */
static void divide_descriptors(struct hub *hub)
{
    const size_t connections = raise_limit() - DESCRIPTORS_SPARE;
    const size_t streams = connections - connections / 8;
    hub->gate.max_streams = hub->config->max_streams;
    if (streams < hub->gate.max_streams) {
        log_warn("max_streams", "is=%zu wanted=%llu why=descriptors", streams,
                 (unsigned long long)hub->config->max_streams);
        hub->gate.max_streams = streams;
    }
    hub_acceptor_init(&hub->acceptor, hub->loop, connections, &hub->stats, on_accepted, hub);
}

static int serve(const struct config *config)
{
    struct hub hub = {.config = config};
    arena_init(&hub.arena);
    hub.id = rand_word(&hub.arena, 9);
    hub.server = arena_printf(&hub.arena, "snug:%.*s", STR_FMT(hub.id));
    hub.event_log = arena_printf(&hub.arena, "%llu", (unsigned long long)config->event_log);
    if (store_hello_url(str_of(config->redis), &hub.arena, &hub.url)) {
        fprintf(stderr, "events: SNUG_REDIS cannot be understood\n");
        arena_finish(&hub.arena);
        return 2;
    }
    hub.loop = ev_default_loop(EVBACKEND_EPOLL | EVFLAG_NOENV);
    if (hub.loop == NULL) {
        hub.loop = ev_default_loop(0);
    }
    create_parts(&hub);
    start_watchers(&hub);
    hub_sweep_start(&hub.sweep);
    divide_descriptors(&hub);
    hub.accept_ms = clock_mono_ms() + ACCEPT_MS;
    log_info("started", "hub=%.*s", STR_FMT(hub.id));
    ev_run(hub.loop, 0);
    hub_drain_stop(&hub);
    stop_watchers(&hub);
    destroy_parts(&hub);
    ev_loop_destroy(hub.loop);
    arena_finish(&hub.arena);
    return 0;
}

int hub_run(int argc, char **argv)
{
    struct config config;
    const char *why;
    /* A web server may make arguments of a query string (RFC 3875 section 4.4). */
    if (argc > 1 && getenv("GATEWAY_INTERFACE") == NULL && strcmp(argv[1], "--help") == 0) {
        config_help(stdout);
        return 0;
    }
    if (config_read(environ, &config, &why)) {
        fprintf(stderr, "events: %s\n", why);
        return 2;
    }
    log_init("events", config.log_level);
    rand_init();
    signal(SIGPIPE, SIG_IGN);
    return hub_acceptor_find() ? serve(&config) : hub_plain_run(&config);
}
