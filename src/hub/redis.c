#include "hub/redis.h"

#include <hiredis/hiredis.h>
#include <sys/ioctl.h>
#include <utlist.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/keys.h"
#include "store/reply.h"

#define BACKOFF_FIRST_MS 100u
#define BACKOFF_MAX_MS   5000u
#define TICK_S           0.25
#define DRAIN_ROUNDS     256 /* reads of 16 KiB in one turn */

enum state { DOWN, GREETING, GREETED, SUBSCRIBING, UP };

/* A command that has no answer yet; its words follow in the same allocation. */
struct pending {
    struct pending *prev, *next;
    hub_redis_reply_fn fn;
    void *arg;
    int64_t deadline_ms;
    bool retried;
    struct store_cmd cmd;
};

struct hub_redis {
    struct ev_loop *loop;
    const struct store_url *url;
    struct hub_redis_hooks hooks;
    redisContext *context;
    ev_io io;
    ev_timer tick; /* deadlines and reconnects */
    enum state state;
    struct pending *pending; /* in the order sent */
    bool failed;             /* to be closed when the callbacks under way are done */
    int64_t deadline_ms;     /* of the greeting */
    int64_t again_ms;        /* when to connect again */
    uint32_t backoff_ms;
    redisReply *hello[STORE_HELLO_CMDS_MAX];
    size_t hello_want, hello_have;
};

static void watch(struct hub_redis *r, int events)
{
    if (!ev_is_active(&r->io) || r->io.events != (events | EV__IOFDSET)) {
        ev_io_stop(r->loop, &r->io);
        ev_io_set(&r->io, r->context->fd, events);
        ev_io_start(r->loop, &r->io);
    }
}

static void append(struct hub_redis *r, struct store_cmd cmd)
{
    const char **argv = mem_zalloc(cmd.argc, sizeof(*argv));
    size_t *lens = mem_zalloc(cmd.argc, sizeof(*lens));
    for (size_t i = 0; i < cmd.argc; i++) {
        argv[i] = cmd.argv[i].ptr != NULL ? cmd.argv[i].ptr : "";
        lens[i] = cmd.argv[i].len;
    }
    if (redisAppendCommandArgv(r->context, (int)cmd.argc, argv, lens) != REDIS_OK) {
        r->failed = true;
    }
    mem_free(argv);
    mem_free(lens);
    watch(r, EV_READ | EV_WRITE);
}

static void forget_hello(struct hub_redis *r)
{
    for (size_t i = 0; i < r->hello_have; i++) {
        freeReplyObject(r->hello[i]);
    }
    r->hello_have = r->hello_want = 0;
}

/* Closes, fails all that is pending, and plans the next attempt. */
static void close_connection(struct hub_redis *r)
{
    const bool was_up = r->state == UP;
    if (r->context != NULL) {
        ev_io_stop(r->loop, &r->io);
        redisFree(r->context);
        r->context = NULL;
    }
    forget_hello(r);
    r->state = DOWN;
    r->failed = false;
    r->backoff_ms = r->backoff_ms * 2 < BACKOFF_MAX_MS ? r->backoff_ms * 2 : BACKOFF_MAX_MS;
    r->again_ms = clock_mono_ms() + 1 + rand_below(r->backoff_ms);
    struct pending *lost = r->pending;
    r->pending = NULL;
    while (lost != NULL) {
        struct pending *p = lost;
        DL_DELETE(lost, p);
        if (p->fn != NULL) {
            p->fn(p->arg, NULL);
        }
        mem_free(p);
    }
    if (was_up) {
        log_warn("redis_down", "kind=%s", r->hooks.push != NULL ? "subscriber" : "commands");
        r->hooks.down(r->hooks.arg);
    }
}

static void send_hello(struct hub_redis *r, const struct store_cmd *cmds, size_t n)
{
    r->hello_want = n;
    r->deadline_ms = clock_mono_ms() + HUB_REDIS_REPLY_MS;
    for (size_t i = 0; i < n; i++) {
        append(r, cmds[i]);
    }
}

static void now_up(struct hub_redis *r)
{
    r->state = UP;
    r->backoff_ms = BACKOFF_FIRST_MS / 2;
    log_info("redis_up", "kind=%s", r->hooks.push != NULL ? "subscriber" : "commands");
    r->hooks.up(r->hooks.arg);
}

static void after_first(struct hub_redis *r, struct arena *arena)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    struct str run_id;
    if (store_hello_first_read((const redisReply *const *)r->hello, r->hello_have, &run_id)) {
        r->failed = true;
        return;
    }
    run_id = arena_str(arena, run_id);
    forget_hello(r);
    r->state = GREETED;
    send_hello(r, cmds, store_hello_second(arena, run_id, cmds));
}

static void after_second(struct hub_redis *r, struct arena *arena)
{
    if (store_hello_second_read((const redisReply *const *)r->hello, r->hello_have)) {
        r->failed = true;
        return;
    }
    forget_hello(r);
    if (r->hooks.push == NULL) {
        now_up(r);
        return;
    }
    const struct str words[] = {STR("SUBSCRIBE"), STR(STORE_CHANNEL_FAMILY),
                                STR(STORE_CHANNEL_OWN)};
    const struct store_cmd cmd = store_cmd_make(arena, words, ARRAY_LEN(words));
    r->state = SUBSCRIBING;
    send_hello(r, &cmd, 1);
    r->hello_want = 2; /* one confirmation a channel */
}

/* Takes one reply of the greeting; the last one of a half leads on. */
static void take_hello(struct hub_redis *r, redisReply *reply)
{
    struct arena arena;
    r->hello[r->hello_have++] = reply;
    if (r->hello_have < r->hello_want) {
        return;
    }
    arena_init(&arena);
    if (r->state == GREETING) {
        after_first(r, &arena);
    } else if (r->state == GREETED) {
        after_second(r, &arena);
    } else {
        forget_hello(r);
        now_up(r);
    }
    arena_finish(&arena);
}

/* The answer to the oldest pending command. What the server did not run is sent again, once. */
static void take_answer(struct hub_redis *r, redisReply *reply)
{
    struct pending *p = r->pending;
    if (p == NULL) {
        r->failed = true;
        return;
    }
    DL_DELETE(r->pending, p);
    if (store_reply_is_noscript(reply) && !p->retried) {
        struct arena arena;
        arena_init(&arena);
        p->retried = true;
        DL_APPEND(r->pending, p);
        append(r, store_cmd_eval(&arena, p->cmd));
        arena_finish(&arena);
        return;
    }
    if (store_reply_is_no_epoch(reply)) {
        /* A flushed server: the greeting of a new connection makes the epoch. */
        r->failed = true;
    }
    if (p->fn != NULL) {
        p->fn(p->arg, r->failed ? NULL : reply);
    }
    mem_free(p);
}

static void take_replies(struct hub_redis *r)
{
    void *got = NULL;
    while (!r->failed) {
        if (redisGetReplyFromReader(r->context, &got) != REDIS_OK) {
            r->failed = true;
            return;
        }
        if (got == NULL) {
            return;
        }
        redisReply *reply = got;
        if (r->state != UP) {
            take_hello(r, reply);
            continue;
        }
        if (r->hooks.push != NULL) {
            r->hooks.push(r->hooks.arg, reply);
        } else {
            take_answer(r, reply);
        }
        freeReplyObject(reply);
    }
}

/* Everything that has arrived, so that what came together leaves together. */
static void read_all(struct hub_redis *r)
{
    int waiting = 1;
    for (unsigned i = 0; i < DRAIN_ROUNDS && waiting > 0 && !r->failed; i++) {
        if (redisBufferRead(r->context) != REDIS_OK) {
            r->failed = true;
            return;
        }
        take_replies(r);
        if (ioctl(r->context->fd, FIONREAD, &waiting) != 0) {
            waiting = 0;
        }
    }
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
    struct hub_redis *r = io->data;
    (void)loop;
    if ((events & EV_WRITE) != 0) {
        int done = 0;
        if (redisBufferWrite(r->context, &done) != REDIS_OK) {
            r->failed = true;
        } else if (done) {
            watch(r, EV_READ);
        }
    }
    if ((events & EV_READ) != 0 && !r->failed) {
        read_all(r);
    }
    if (r->failed) {
        close_connection(r);
    }
}

static void open_connection(struct hub_redis *r)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    struct arena arena;
    r->context = r->url->path != NULL ? redisConnectUnixNonBlock(r->url->path)
                                      : redisConnectNonBlock(r->url->host, r->url->port);
    if (r->context == NULL || r->context->err != 0) {
        close_connection(r);
        return;
    }
    arena_init(&arena);
    r->state = GREETING;
    send_hello(r, cmds, store_hello_first(&arena, r->url, cmds));
    arena_finish(&arena);
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct hub_redis *r = timer->data;
    const int64_t now = clock_mono_ms();
    (void)loop;
    (void)events;
    const bool greeting_late = r->state != DOWN && r->state != UP && now > r->deadline_ms;
    const bool answer_late = r->pending != NULL && now > r->pending->deadline_ms;
    if (greeting_late || answer_late) {
        close_connection(r);
    } else if (r->state == DOWN && now >= r->again_ms) {
        open_connection(r);
    }
}

struct hub_redis *hub_redis_create(struct ev_loop *loop, const struct store_url *url,
                                   struct hub_redis_hooks hooks)
{
    struct hub_redis *r = mem_zalloc(1, sizeof(*r));
    r->loop = loop;
    r->url = url;
    r->hooks = hooks;
    r->backoff_ms = BACKOFF_FIRST_MS / 2;
    ev_init(&r->io, on_io);
    r->io.data = r;
    ev_timer_init(&r->tick, on_tick, 0.0, TICK_S);
    r->tick.data = r;
    ev_timer_start(loop, &r->tick);
    return r;
}

void hub_redis_destroy(struct hub_redis *r)
{
    if (r == NULL) {
        return;
    }
    r->state = r->state == UP ? GREETED : r->state; /* nobody is told any more */
    close_connection(r);
    ev_timer_stop(r->loop, &r->tick);
    mem_free(r);
}

bool hub_redis_is_up(const struct hub_redis *r)
{
    return r->state == UP && !r->failed;
}

bool hub_redis_is_busy(const struct hub_redis *r)
{
    return r->pending != NULL;
}

static struct pending *keep(struct store_cmd cmd)
{
    size_t bytes = 0;
    for (size_t i = 0; i < cmd.argc; i++) {
        bytes += cmd.argv[i].len;
    }
    struct pending *p = mem_zalloc(1, sizeof(*p) + cmd.argc * sizeof(struct str) + bytes);
    struct str *words = (struct str *)(p + 1);
    char *text = (char *)(words + cmd.argc);
    for (size_t i = 0; i < cmd.argc; i++) {
        words[i] = (struct str){text, cmd.argv[i].len};
        if (cmd.argv[i].len > 0) {
            memcpy(text, cmd.argv[i].ptr, cmd.argv[i].len);
        }
        text += cmd.argv[i].len;
    }
    p->cmd = (struct store_cmd){.argv = words, .argc = cmd.argc, .script = cmd.script};
    return p;
}

void hub_redis_send(struct hub_redis *r, struct store_cmd cmd, hub_redis_reply_fn fn, void *arg)
{
    if (!hub_redis_is_up(r)) {
        if (fn != NULL) {
            fn(arg, NULL);
        }
        return;
    }
    struct pending *p = keep(cmd);
    p->fn = fn;
    p->arg = arg;
    p->deadline_ms = clock_mono_ms() + HUB_REDIS_REPLY_MS;
    DL_APPEND(r->pending, p);
    append(r, cmd);
}
