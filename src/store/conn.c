#include "store/conn.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/hello.h"
#include "store/reader.h"
#include "store/reply.h"

struct store_conn {
    struct arena arena; /* what lives as long as the connection: its settings */
    struct arena call;  /* what lives until the next call: its replies, greetings */
    struct store_url url;
    struct str server, event_log;
    struct str run_id; /* the connected server's, in run_id_buf */
    char run_id_buf[64];
    redisContext *ctx; /* NULL: not connected */
};

enum err store_conn_create(const char *url, const char *server_id, size_t event_log,
                           struct store_conn **out)
{
    struct store_conn *conn = mem_zalloc(1, sizeof(*conn));
    arena_init(&conn->arena);
    arena_init(&conn->call);
    const enum err err = store_hello_url(str_of(url), &conn->arena, &conn->url);
    if (err != ERR_OK) {
        store_conn_destroy(conn);
        return err;
    }
    conn->server = arena_str(&conn->arena, str_of(server_id));
    conn->event_log = arena_printf(&conn->arena, "%zu", event_log);
    *out = conn;
    return ERR_OK;
}

static void disconnect(struct store_conn *conn)
{
    if (conn->ctx != NULL) {
        redisFree(conn->ctx);
        conn->ctx = NULL;
    }
}

void store_conn_destroy(struct store_conn *conn)
{
    if (conn == NULL) {
        return;
    }
    disconnect(conn);
    arena_finish(&conn->arena);
    arena_finish(&conn->call);
    mem_free(conn);
}

/* Says why, throws the connection away, and gives ERR_UNAVAILABLE. */
static enum err broken(struct store_conn *conn, const char *why)
{
    log_warn("redis_away", "why=%s", log_text(str_of(why)));
    disconnect(conn);
    return ERR_UNAVAILABLE;
}

static void append(redisContext *ctx, const struct store_cmd *cmd, struct arena *arena)
{
    const char **words = arena_zalloc(arena, cmd->argc, sizeof(*words));
    size_t *lens = arena_zalloc(arena, cmd->argc, sizeof(*lens));
    for (size_t i = 0; i < cmd->argc; i++) {
        words[i] = cmd->argv[i].ptr != NULL ? cmd->argv[i].ptr : "";
        lens[i] = cmd->argv[i].len;
    }
    if (redisAppendCommandArgv(ctx, (int)cmd->argc, words, lens) != REDIS_OK) {
        mem_die("a Redis command");
    }
}

/* Waits for the socket until the deadline. ERR_UNAVAILABLE: it has passed. */
static enum err wait_for(const redisContext *ctx, short events, int64_t deadline_ms)
{
    for (;;) {
        const int64_t left = deadline_ms - clock_mono_ms();
        if (left <= 0) {
            return ERR_UNAVAILABLE;
        }
        struct pollfd fd = {.fd = ctx->fd, .events = events};
        const int ready = poll(&fd, 1, (int)left);
        if (ready > 0) {
            return ERR_OK;
        }
        if (ready < 0 && errno != EINTR) {
            return ERR_UNAVAILABLE;
        }
    }
}

/* Sends and receives what it can without blocking, or waits until it could. NULL: goes on; else why
 * not. */
static const char *pump(redisContext *ctx, int *sent, int64_t deadline_ms)
{
    if (!*sent && redisBufferWrite(ctx, sent) != REDIS_OK) {
        return ctx->errstr;
    }
    if (wait_for(ctx, *sent ? POLLIN : POLLIN | POLLOUT, deadline_ms) != ERR_OK) {
        return "no answer in time";
    }
    return redisBufferRead(ctx) == REDIS_OK ? NULL : ctx->errstr;
}

/*
 * Sends what was appended and collects n replies into out, all before the deadline. The socket does
 * not block, so that an answer which comes in drops cannot stretch the time.
 */
static enum err exchange(struct store_conn *conn, size_t n, const redisReply **out,
                         int64_t deadline_ms)
{
    const char *why = NULL;
    size_t got = 0;
    int sent = 0;

    while (why == NULL && got < n) {
        void *reply = NULL;
        if (redisGetReplyFromReader(conn->ctx, &reply) != REDIS_OK) {
            why = conn->ctx->errstr;
        } else if (reply != NULL) {
            out[got++] = reply;
        } else {
            why = pump(conn->ctx, &sent, deadline_ms);
        }
    }
    return why == NULL ? ERR_OK : broken(conn, why);
}

/* The greeting's second half: the epoch, and the scripts. */
static enum err hello_second(struct store_conn *conn, int64_t deadline_ms)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    const redisReply *replies[STORE_HELLO_CMDS_MAX];
    const size_t n = store_hello_second(&conn->call, conn->run_id, cmds);
    for (size_t i = 0; i < n; i++) {
        append(conn->ctx, &cmds[i], &conn->call);
    }
    const enum err err = exchange(conn, n, replies, deadline_ms);
    return err == ERR_OK ? store_hello_second_read(replies, n) : err;
}

/* The greeting's first half: who we are, and which server this is. */
static enum err hello_first(struct store_conn *conn, int64_t deadline_ms)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    const redisReply *replies[STORE_HELLO_CMDS_MAX];
    const size_t n = store_hello_first(&conn->call, &conn->url, cmds);
    for (size_t i = 0; i < n; i++) {
        append(conn->ctx, &cmds[i], &conn->call);
    }
    enum err err = exchange(conn, n, replies, deadline_ms);
    if (err != ERR_OK) {
        return err;
    }
    struct str run_id;
    err = store_hello_first_read(replies, n, &run_id);
    if (err == ERR_OK && run_id.len > sizeof(conn->run_id_buf)) {
        err = ERR_INTERNAL;
    }
    if (err == ERR_OK) {
        memcpy(conn->run_id_buf, run_id.ptr, run_id.len);
        conn->run_id = (struct str){conn->run_id_buf, run_id.len};
    }
    return err;
}

/* hiredis connects with a time limit only when blocking; from then on nothing may block. */
static enum err make_nonblocking(redisContext *ctx)
{
    const int flags = fcntl(ctx->fd, F_GETFL);
    if (flags < 0 || fcntl(ctx->fd, F_SETFL, flags | O_NONBLOCK) < 0) {
        return ERR_UNAVAILABLE;
    }
    ctx->flags &= ~REDIS_BLOCK;
    return ERR_OK;
}

/* Connects and greets, all within STORE_CONN_CONNECT_MS. */
static enum err connect_to(struct store_conn *conn)
{
    const int64_t deadline_ms = clock_mono_ms() + STORE_CONN_CONNECT_MS;
    const struct timeval limit = {STORE_CONN_CONNECT_MS / 1000,
                                  STORE_CONN_CONNECT_MS % 1000 * 1000L};
    const struct store_url *url = &conn->url;

    conn->ctx = url->path != NULL ? redisConnectUnixWithTimeout(url->path, limit)
                                  : redisConnectWithTimeout(url->host, url->port, limit);
    if (conn->ctx == NULL) {
        mem_die("a Redis connection");
    }
    if (conn->ctx->err != 0) {
        return broken(conn, conn->ctx->errstr);
    }
    store_reader_use(conn->ctx, &conn->call);
    if (make_nonblocking(conn->ctx) != ERR_OK) {
        return broken(conn, "no non-blocking socket");
    }
    enum err err = hello_first(conn, deadline_ms);
    if (err == ERR_OK) {
        err = hello_second(conn, deadline_ms);
    }
    if (err != ERR_OK) {
        disconnect(conn);
    }
    return err;
}

/* Nothing is outstanding on an idle connection: what can be read is its end. */
static bool has_ended(const redisContext *ctx)
{
    struct pollfd fd = {.fd = ctx->fd, .events = POLLIN};
    return poll(&fd, 1, 0) != 0;
}

/* Sends those of the commands whose replies are like this once more, with the scripts' text. */
static enum err repeat(struct store_conn *conn, const struct store_cmd *cmds, size_t n,
                       bool (*like)(const struct redisReply *), int64_t deadline_ms,
                       const redisReply **replies)
{
    const redisReply **again = arena_zalloc(&conn->call, n, sizeof(*again));
    size_t *which = arena_zalloc(&conn->call, n, sizeof(*which));
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        if (like(replies[i]) && cmds[i].script != STORE_SCRIPT__MAX) {
            const struct store_cmd eval = store_cmd_eval(&conn->call, cmds[i]);
            append(conn->ctx, &eval, &conn->call);
            which[count++] = i;
        }
    }
    const enum err err = exchange(conn, count, again, deadline_ms);
    for (size_t i = 0; err == ERR_OK && i < count; i++) {
        replies[which[i]] = again[i];
    }
    return err;
}

static bool any(const redisReply *const *replies, size_t n, bool (*like)(const struct redisReply *))
{
    for (size_t i = 0; i < n; i++) {
        if (like(replies[i])) {
            return true;
        }
    }
    return false;
}

/* Is this a master no more? */
static bool is_readonly(const struct redisReply *reply)
{
    return reply->type == REDIS_REPLY_ERROR && str_starts(str_of(reply->str), STR("READONLY"));
}

/* Sends, and sends again what the server says it did not run. */
static enum err run(struct store_conn *conn, const struct store_cmd *cmds, size_t n,
                    const redisReply **replies)
{
    const int64_t deadline_ms = clock_mono_ms() + STORE_CONN_REPLY_MS;
    for (size_t i = 0; i < n; i++) {
        append(conn->ctx, &cmds[i], &conn->call);
    }
    enum err err = exchange(conn, n, replies, deadline_ms);
    if (err == ERR_OK && any(replies, n, store_reply_is_noscript)) {
        err = repeat(conn, cmds, n, store_reply_is_noscript, deadline_ms, replies);
    }
    if (err == ERR_OK && any(replies, n, store_reply_is_no_epoch)) {
        err = hello_second(conn, deadline_ms);
        if (err == ERR_OK) {
            err = repeat(conn, cmds, n, store_reply_is_no_epoch, deadline_ms, replies);
        }
    }
    return err;
}

enum err store_conn_run(struct store_conn *conn, const struct store_cmd *cmds, size_t n,
                        const struct redisReply **replies)
{
    arena_reset(&conn->call);
    if (conn->ctx != NULL && has_ended(conn->ctx)) {
        log_info("redis_closed_idle", "run_id=%s", log_text(conn->run_id));
        disconnect(conn);
    }
    enum err err = conn->ctx == NULL ? connect_to(conn) : ERR_OK;
    if (err == ERR_OK) {
        err = run(conn, cmds, n, replies);
    }
    if (err == ERR_OK && any(replies, n, is_readonly)) {
        disconnect(conn); /* the address may lead to the new master by now */
    }
    return err;
}

enum err store_conn_one(struct store_conn *conn, struct store_cmd cmd,
                        const struct redisReply **reply)
{
    const struct redisReply *only;
    enum err err = store_conn_run(conn, &cmd, 1, &only);
    if (err == ERR_OK) {
        err = store_reply_err(only);
    }
    if (err == ERR_OK) {
        *reply = only;
    }
    return err;
}

struct str store_conn_server(const struct store_conn *conn)
{
    return conn->server;
}

struct str store_conn_event_log(const struct store_conn *conn)
{
    return conn->event_log;
}
