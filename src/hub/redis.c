#include "hub/redis.h"

#include <assert.h>
#include <hiredis/hiredis.h>
#include <sys/ioctl.h>
#include <utlist.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/rand.h"
#include "store/reply.h"

#define BACKOFF_FIRST_MS 100u
#define BACKOFF_MAX_MS   1000u /* streams wait for the log meanwhile, and hubs are few */
#define DRAIN_ROUNDS     256   /* reads of 16 KiB in one turn */
#define RUN_ID_MAX       64

enum state { DOWN, GREETING, GREETED, SUBSCRIBING, UP };

/* Something that an answer is due for; a command's words follow in the same allocation. */
struct pending {
    struct pending *prev, *next;
    bool is_hello;                   /* a part of the greeting: no command, no fn */
    bool had_noscript, had_no_epoch; /* it has been refused for this */
    int64_t deadline_ms;
    hub_redis_reply_fn fn;
    void *arg;
    struct store_cmd cmd;
};

struct hub_redis {
    struct ev_loop *loop;
    const struct store_url *url;
    struct hub_stats *stats;
    struct hub_redis_hooks hooks;
    redisContext *context;
    ev_io io;
    int watched;
    ev_timer timer; /* the next deadline, or attempt to connect */
    enum state state;
    struct pending *pending; /* in the order sent */
    struct pending *refused; /* those that wait for an epoch */
    size_t npending;         /* of both */
    const char *failure;     /* to be closed when the callbacks under way are done, and why */
    int64_t deadline_ms;     /* until it is up */
    int64_t again_ms;        /* when to connect again */
    uint32_t backoff_ms;
    bool is_told; /* the log knows that it is down */
    redisReply *hello[STORE_HELLO_CMDS_MAX];
    size_t hello_want, hello_have;
    char run_id[RUN_ID_MAX];
    size_t run_id_len;
};

static const char *kind(const struct hub_redis *r)
{
    return r->hooks.push != NULL ? "subscriber" : "commands";
}

static void watch(struct hub_redis *r, int events)
{
    if (events != r->watched) {
        ev_io_stop(r->loop, &r->io);
        ev_io_modify(&r->io, events);
        ev_io_start(r->loop, &r->io);
        r->watched = events;
    }
}

static void fail(struct hub_redis *r, const char *why)
{
    r->failure = r->failure != NULL ? r->failure : why;
}

/* Sets the timer to what is due next, if anything is. */
static void arm(struct hub_redis *r)
{
    int64_t due_ms = r->deadline_ms;
    ev_timer_stop(r->loop, &r->timer);
    if (r->state == DOWN) {
        due_ms = r->again_ms;
    } else if (r->state == UP && r->pending != NULL) {
        due_ms = r->pending->deadline_ms;
    } else if (r->state == UP) {
        return;
    }
    const int64_t wait_ms = due_ms - clock_mono_ms() + 1;
    ev_timer_set(&r->timer, wait_ms > 0 ? (double)wait_ms / 1000 : 0.0, 0.0);
    ev_timer_start(r->loop, &r->timer);
}

/* What goes out. */

static void append(struct hub_redis *r, struct store_cmd cmd)
{
    const char **argv = mem_zalloc(cmd.argc, sizeof(*argv));
    size_t *lens = mem_zalloc(cmd.argc, sizeof(*lens));
    for (size_t i = 0; i < cmd.argc; i++) {
        argv[i] = cmd.argv[i].ptr != NULL ? cmd.argv[i].ptr : "";
        lens[i] = cmd.argv[i].len;
    }
    if (redisAppendCommandArgv(r->context, (int)cmd.argc, argv, lens) != REDIS_OK) {
        fail(r, "append");
    }
    mem_free(argv);
    mem_free(lens);
    watch(r, EV_READ | EV_WRITE);
}

/* Sends a command that is to be answered behind all others. */
static void submit(struct hub_redis *r, struct pending *p, struct store_cmd cmd)
{
    p->deadline_ms = clock_mono_ms() + HUB_REDIS_REPLY_MS;
    DL_APPEND(r->pending, p);
    append(r, cmd);
    if (!ev_is_active(&r->timer)) {
        arm(r);
    }
}

static struct pending *create_pending(struct hub_redis *r, struct store_cmd cmd)
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
    r->npending++;
    return p;
}

/* Its last: the answer is handed over. */
static void finish(struct hub_redis *r, struct pending *p, const redisReply *reply)
{
    r->npending--;
    if (p->fn != NULL) {
        p->fn(p->arg, reply);
    }
    mem_free(p);
}

static void fail_all(struct hub_redis *r, struct pending *list)
{
    while (list != NULL) {
        struct pending *p = list;
        DL_DELETE(list, p);
        finish(r, p, NULL);
    }
}

/* Life and death. */

static void forget_hello(struct hub_redis *r)
{
    for (size_t i = 0; i < r->hello_have; i++) {
        freeReplyObject(r->hello[i]);
    }
    r->hello_have = r->hello_want = 0;
}

/* Closes, fails all that is pending, and plans the next attempt. */
static void close_connection(struct hub_redis *r, const char *why)
{
    struct pending *pending = r->pending, *refused = r->refused;
    const bool was_up = r->state == UP;
    if (!r->is_told) {
        log_warn("redis_down", "kind=%s why=%s", kind(r), log_text(str_of(why)));
        r->is_told = true;
    }
    if (r->context != NULL) {
        ev_io_stop(r->loop, &r->io);
        redisFree(r->context);
        r->context = NULL;
    }
    forget_hello(r);
    r->state = DOWN;
    r->failure = NULL;
    r->pending = r->refused = NULL;
    r->backoff_ms = r->backoff_ms * 2 < BACKOFF_MAX_MS ? r->backoff_ms * 2 : BACKOFF_MAX_MS;
    r->again_ms = clock_mono_ms() + 1 + rand_below(r->backoff_ms);
    arm(r);
    fail_all(r, pending);
    fail_all(r, refused);
    if (was_up) {
        r->stats->reconnects++;
        if (r->hooks.down != NULL) {
            r->hooks.down(r->hooks.arg);
        }
    }
}

/* The greeting's next part; answers more than commands where one command has several. */
static void send_hello(struct hub_redis *r, const struct store_cmd *cmds, size_t n, size_t answers)
{
    const struct store_cmd none = {.argc = 0};
    r->hello_want = answers;
    for (size_t i = 0; i < answers; i++) {
        struct pending *p = create_pending(r, none);
        p->is_hello = true;
        p->deadline_ms = clock_mono_ms() + HUB_REDIS_REPLY_MS;
        DL_APPEND(r->pending, p);
    }
    for (size_t i = 0; i < n; i++) {
        append(r, cmds[i]);
    }
}

static void send_second(struct hub_redis *r)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    struct arena arena;
    arena_init(&arena);
    const size_t n = store_hello_second(&arena, (struct str){r->run_id, r->run_id_len}, cmds);
    send_hello(r, cmds, n, n);
    arena_finish(&arena);
}

static void send_subscribe(struct hub_redis *r)
{
    const size_t n = r->hooks.nchannels;
    struct arena arena;
    arena_init(&arena);
    struct str *words = arena_zalloc(&arena, n + 1, sizeof(*words));
    words[0] = STR("SUBSCRIBE");
    for (size_t i = 0; i < n; i++) {
        words[i + 1] = r->hooks.channels[i];
    }
    const struct store_cmd cmd = store_cmd_make(&arena, words, n + 1);
    send_hello(r, &cmd, 1, n); /* a confirmation for each channel */
    arena_finish(&arena);
}

static void now_up(struct hub_redis *r)
{
    r->backoff_ms = BACKOFF_FIRST_MS / 2;
    r->is_told = false;
    if (r->state != UP) {
        r->state = UP;
        log_info("redis_up", "kind=%s", kind(r));
    }
    while (r->refused != NULL) {
        struct pending *p = r->refused;
        DL_DELETE(r->refused, p);
        submit(r, p, p->cmd);
    }
    r->hooks.up(r->hooks.arg);
}

/* All answers to a part of the greeting have come. A subscriber writes nothing, and needs no epoch.
 */
static void end_hello(struct hub_redis *r)
{
    const redisReply *const *replies = (const redisReply *const *)r->hello;
    const size_t n = r->hello_have;
    struct str run_id;
    if (r->state == GREETING) {
        if (store_hello_first_read(replies, n, &run_id) || run_id.len > RUN_ID_MAX) {
            fail(r, "greeting");
            return;
        }
        memcpy(r->run_id, run_id.ptr, run_id.len);
        r->run_id_len = run_id.len;
        forget_hello(r);
        if (r->hooks.push != NULL) {
            r->state = SUBSCRIBING;
            send_subscribe(r);
        } else {
            r->state = GREETED;
            send_second(r);
        }
        return;
    }
    if (r->state == SUBSCRIBING ? store_reply_err(r->hello[0])
                                : store_hello_second_read(replies, n)) {
        fail(r, "greeting");
        return;
    }
    forget_hello(r);
    now_up(r);
}

/* What comes in. */

/* True: the server did not run it, and it has been sent again, or will be. */
static bool try_again(struct hub_redis *r, struct pending *p, const redisReply *reply)
{
    struct arena arena;
    if (store_reply_is_noscript(reply) && !p->had_noscript) {
        arena_init(&arena);
        p->had_noscript = true;
        submit(r, p, store_cmd_eval(&arena, p->cmd));
        arena_finish(&arena);
        return true;
    }
    if (store_reply_is_no_epoch(reply) && !p->had_no_epoch) {
        p->had_no_epoch = true;
        DL_APPEND(r->refused, p);
        if (r->hello_want == 0) {
            send_second(r);
        }
        return true;
    }
    return false;
}

/* The answer to what has waited longest. */
static void take_answer(struct hub_redis *r, redisReply *reply)
{
    struct pending *p = r->pending;
    if (p == NULL) {
        freeReplyObject(reply);
        fail(r, "an answer to nothing");
        return;
    }
    DL_DELETE(r->pending, p);
    if (p->is_hello) {
        finish(r, p, NULL);
        r->hello[r->hello_have++] = reply;
        if (r->hello_have == r->hello_want) {
            end_hello(r);
        }
        return;
    }
    if (!try_again(r, p, reply)) {
        finish(r, p, reply);
    }
    if (store_reply_is_readonly(reply)) {
        fail(r, "a replica");
    }
    freeReplyObject(reply);
}

static void take_replies(struct hub_redis *r)
{
    void *got = NULL;
    while (r->failure == NULL) {
        if (redisGetReplyFromReader(r->context, &got) != REDIS_OK) {
            fail(r, r->context->errstr);
            return;
        }
        if (got == NULL) {
            return;
        }
        if (r->hooks.push != NULL && r->state == UP) {
            r->hooks.push(r->hooks.arg, got);
            freeReplyObject(got);
        } else {
            take_answer(r, got);
        }
    }
}

/* Everything that has arrived, so that what came together leaves together. */
static void read_all(struct hub_redis *r)
{
    assert(r->context != NULL); /* watched only while there is one */
    const int fd = r->context->fd;
    int waiting = 1;
    for (unsigned i = 0; i < DRAIN_ROUNDS && waiting > 0 && r->failure == NULL; i++) {
        if (redisBufferRead(r->context) != REDIS_OK) {
            fail(r, r->context->errstr);
            return;
        }
        take_replies(r);
        if (ioctl(fd, FIONREAD, &waiting) != 0) {
            waiting = 0;
        }
    }
}

static void write_some(struct hub_redis *r)
{
    int done = 0;
    if (redisBufferWrite(r->context, &done) != REDIS_OK) {
        fail(r, r->context->errstr);
    } else if (done) {
        watch(r, EV_READ);
    }
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
    struct hub_redis *r = io->data;
    (void)loop;
    if ((events & EV_WRITE) != 0) {
        write_some(r);
    }
    if ((events & EV_READ) != 0 && r->failure == NULL) {
        read_all(r);
    }
    if (r->failure != NULL) {
        close_connection(r, r->failure);
    }
}

static void open_connection(struct hub_redis *r)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    struct arena arena;
    r->context = r->url->path != NULL ? redisConnectUnixNonBlock(r->url->path)
                                      : redisConnectNonBlock(r->url->host, r->url->port);
    if (r->context == NULL || r->context->err != 0) {
        close_connection(r, r->context != NULL ? r->context->errstr : "out of memory");
        return;
    }
    r->state = GREETING;
    r->deadline_ms = clock_mono_ms() + HUB_REDIS_REPLY_MS;
    r->watched = EV_READ | EV_WRITE;
    ev_io_set(&r->io, r->context->fd, r->watched);
    ev_io_start(r->loop, &r->io);
    arena_init(&arena);
    const size_t n = store_hello_first(&arena, r->url, cmds);
    send_hello(r, cmds, n, n);
    arena_finish(&arena);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct hub_redis *r = timer->data;
    const int64_t now = clock_mono_ms();
    (void)loop;
    (void)events;
    if (r->state == DOWN && now >= r->again_ms) {
        open_connection(r);
    } else if (r->state != DOWN && ((r->state != UP && now >= r->deadline_ms) ||
                                    (r->pending != NULL && now >= r->pending->deadline_ms))) {
        close_connection(r, "no answer");
    }
    arm(r);
}

struct hub_redis *hub_redis_create(struct ev_loop *loop, const struct store_url *url,
                                   struct hub_stats *stats, struct hub_redis_hooks hooks)
{
    struct hub_redis *r = mem_zalloc(1, sizeof(*r));
    r->loop = loop;
    r->url = url;
    r->stats = stats;
    r->hooks = hooks;
    r->backoff_ms = BACKOFF_FIRST_MS / 2;
    ev_init(&r->io, on_io);
    r->io.data = r;
    ev_timer_init(&r->timer, on_timer, 0.0, 0.0);
    r->timer.data = r;
    ev_timer_start(loop, &r->timer);
    return r;
}

void hub_redis_destroy(struct hub_redis *r)
{
    if (r == NULL) {
        return;
    }
    r->state = DOWN; /* so that no hook is called */
    r->is_told = true;
    close_connection(r, "ended");
    ev_timer_stop(r->loop, &r->timer);
    mem_free(r);
}

void hub_redis_rebuild(struct hub_redis *r, const char *why)
{
    if (r->state != DOWN) {
        close_connection(r, why);
    }
}

bool hub_redis_is_up(const struct hub_redis *r)
{
    return r->state == UP && r->failure == NULL && r->npending < HUB_REDIS_PENDING_MAX;
}

void hub_redis_send(struct hub_redis *r, struct store_cmd cmd, hub_redis_reply_fn fn, void *arg)
{
    if (!hub_redis_is_up(r)) {
        if (fn != NULL) {
            fn(arg, NULL);
        }
        return;
    }
    struct pending *p = create_pending(r, cmd);
    p->fn = fn;
    p->arg = arg;
    submit(r, p, p->cmd);
}
