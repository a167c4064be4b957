#include "cli/cli.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>
#include "base/buf.h"
#include "base/rand.h"
#include "cli/feed.h"
#include "cli/pause.h"
#include "cli/remote.h"

#define COUNT        10  /* if nothing is said */
#define COUNT_MAX    200 /* a page of the server's */
#define LINE_MAX_LEN (1024 * 1024)
#define RETRY_MS     2000 /* until the server has said another time */
#define CURSOR_MAX   64

/* A stream that is followed over its ends. */
struct tail {
    struct cli *cli;
    struct cli_remote remote; /* for the stream */
    struct cli_remote asking; /* while the stream goes on */
    struct cli_feed feed;
    struct str path; /* of the stream */
    size_t most;
    char cursor[CURSOR_MAX]; /* of the newest event that was shown */
    struct buf line;         /* what has come of the next one */
    uint64_t retry_ms;
    bool ready; /* it has begun */
    bool lost;  /* the server cannot tell what was missed: history can */
    enum err end;
};

static void go_on_from(struct tail *tail, struct str cursor)
{
    if (cursor.len > 0 && cursor.len < sizeof(tail->cursor)) {
        memcpy(tail->cursor, cursor.ptr, cursor.len);
        tail->cursor[cursor.len] = '\0';
    }
}

/* The stream will not be there for us again. */
static void take_bye(struct tail *tail, struct str reason)
{
    if (str_eq(reason, STR("logout"))) {
        tail->end = cli_refuse(tail->cli, ERR_UNAUTHENTICATED,
                               STR("The token is good no more; snug login URL makes another."));
    } else if (str_eq(reason, STR("replaced"))) {
        tail->end = cli_refuse(tail->cli, ERR_CONFLICT,
                               STR("You have opened more streams than one may have; this was the "
                                   "oldest."));
    }
}

static void take_event(struct tail *tail, const struct remote_event *event)
{
    if (str_eq(event->type, STR("ready"))) {
        tail->ready = true;
    } else if (str_eq(event->type, STR("reset"))) {
        tail->lost = true;
    } else if (str_eq(event->type, STR("bye"))) {
        take_bye(tail, event->reason);
    } else {
        cli_feed_take(&tail->feed, event);
    }
    tail->retry_ms = event->retry_ms > 0 ? event->retry_ms : tail->retry_ms;
    if (!tail->lost && str_is_set(event->id)) {
        go_on_from(tail, event->id);
    }
}

static void take_line(struct tail *tail, struct str line)
{
    struct arena arena;
    struct remote_event event;
    arena_init(&arena);
    if (remote_answer_event(line, &arena, &event) == ERR_OK) {
        take_event(tail, &event);
    }
    arena_finish(&arena);
}

/* Has whoever reads us gone? A pipe says so before anything is written. */
static bool is_read(const struct cli *cli)
{
    struct pollfd fd = {.fd = STDOUT_FILENO};
    return cli_out_is_good(cli->out) && (poll(&fd, 1, 0) <= 0 || (fd.revents & POLLERR) == 0);
}

/* Bytes of the stream. */
static bool take_bytes(void *arg, struct str bytes)
{
    struct tail *tail = arg;
    struct str rest;
    buf_add_str(&tail->line, bytes);
    if (buf_err(&tail->line) != ERR_OK) {
        tail->lost = true; /* a line that nobody would send */
        return false;
    }
    rest = buf_str(&tail->line);
    const char *end;
    while (!tail->lost && tail->end == ERR_OK && rest.len > 0 &&
           (end = memchr(rest.ptr, '\n', rest.len)) != NULL) {
        take_line(tail, (struct str){rest.ptr, (size_t)(end - rest.ptr)});
        rest = str_skip(rest, (size_t)(end - rest.ptr) + 1);
    }
    buf_consume(&tail->line, tail->line.len - rest.len);
    cli_out_flush(tail->cli->out);
    return !tail->lost && tail->end == ERR_OK && is_read(tail->cli);
}

/* Follows one stream to its end. ERR_OK: it was one. */
static enum err follow_once(struct tail *tail, uint64_t *retry_after_s)
{
    struct arena arena;
    struct remote_answer answer = {.status = 0};
    arena_init(&arena);
    buf_clear(&tail->line);
    tail->ready = false;
    enum err err = remote_http_stream(tail->remote.http, &arena, tail->path, str_of(tail->cursor),
                                      take_bytes, tail, &answer);
    if (answer.status != 0 && answer.status != 200) {
        err = cli_remote_judge(tail->cli, &answer);
    }
    *retry_after_s = answer.retry_after_s;
    arena_finish(&arena);
    return tail->end != ERR_OK ? tail->end : err;
}

/* What the stream cannot tell, and where it goes on. */
static enum err catch_up(struct tail *tail)
{
    struct arena arena;
    struct str cursor = STR_NONE;
    arena_init(&arena);
    const enum err err = cli_feed_catch_up(&tail->feed, &arena, &cursor);
    if (err == ERR_OK) {
        tail->lost = false;
        go_on_from(tail, str_is_set(cursor) ? cursor : STR(""));
    }
    arena_finish(&arena);
    cli_out_flush(tail->cli->out);
    return err;
}

/* How long until the next stream: it has ended, or did not begin. */
static int64_t pause_after(const struct tail *tail, int64_t last_ms, uint64_t retry_after_s)
{
    if (tail->lost && tail->ready) {
        return 0;
    }
    if (tail->ready) {
        return (int64_t)(tail->retry_ms / 2 + rand_below((uint32_t)tail->retry_ms));
    }
    return cli_pause_next(last_ms, retry_after_s);
}

static enum err follow(struct tail *tail)
{
    int64_t pause_ms = 0;
    for (;;) {
        uint64_t retry_after_s = 0;
        tail->ready = false;
        enum err err = tail->lost ? catch_up(tail) : ERR_OK;
        if (err == ERR_OK) {
            err = follow_once(tail, &retry_after_s);
        }
        if (!is_read(tail->cli)) {
            return ERR_OK;
        }
        if (err != ERR_OK && !cli_pause_is_worth(err)) {
            return err;
        }
        tail->cli->why = STR_NONE;
        pause_ms = pause_after(tail, tail->ready ? 0 : pause_ms, retry_after_s);
        cli_pause_wait(pause_ms);
    }
}

/* The ids of the rooms that are named, and the stream that is of them alone. */
static enum err choose(struct tail *tail, const struct remote_rooms *rooms, struct str *wanted,
                       size_t *n)
{
    const struct cli_args *args = tail->cli->args;
    const struct str first = cli_args_get(args, "ROOM");
    const size_t named = str_is_set(first) ? 1 + args->nmore : 0;
    struct buf path;
    enum err err = ERR_OK;
    buf_init(&path, tail->cli->arena, 16 * 1024);
    buf_add_cstr(&path, "api/events?format=ndjson");
    for (*n = 0; err == ERR_OK && *n < named; ++*n) {
        err = cli_remote_room(&tail->remote, rooms, *n == 0 ? first : args->more[*n - 1], false,
                              &wanted[*n]);
        if (err == ERR_OK) {
            buf_printf(&path, "%s%.*s", *n == 0 ? "&rooms=" : ",", STR_FMT(wanted[*n]));
        }
    }
    tail->path = buf_str(&path);
    return err;
}

/* Those who are named and not among one's rooms are not there. */
static enum err check_mine(struct tail *tail, const struct remote_rooms *rooms,
                           const struct str *wanted, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t at = 0;
        while (at < rooms->n && !str_eq(rooms->rooms[at].id, wanted[i])) {
            at++;
        }
        if (at == rooms->n) {
            return cli_refuse(tail->cli, ERR_NOT_FOUND,
                              STR("There is no such room, or you are not in it."));
        }
    }
    return ERR_OK;
}

static enum err run(struct tail *tail)
{
    struct cli *cli = tail->cli;
    struct str wanted[1 + CLI_ARGS_MORE];
    struct remote_rooms rooms;
    size_t n = 0;
    enum err err = cli_remote_rooms(&tail->remote, cli->arena, &rooms);
    if (err == ERR_OK) {
        err = choose(tail, &rooms, wanted, &n);
    }
    if (err == ERR_OK) {
        err = check_mine(tail, &rooms, wanted, n);
    }
    if (err != ERR_OK) {
        return err;
    }
    cli_feed_init(&tail->feed, &tail->asking, wanted, n);
    err = cli_feed_begin(&tail->feed, &rooms, tail->most);
    if (err == ERR_OK && cli_args_has(cli->args, "-f")) {
        cli_out_flush(cli->out);
        go_on_from(tail, str_is_set(rooms.cursor) ? rooms.cursor : STR(""));
        buf_init(&tail->line, NULL, LINE_MAX_LEN);
        err = follow(tail);
        buf_finish(&tail->line);
    }
    cli_feed_finish(&tail->feed);
    return err;
}

enum err cli_tail_run(struct cli *cli)
{
    struct tail tail = {.cli = cli, .retry_ms = RETRY_MS};
    const struct str count = cli_args_get(cli->args, "-n");
    uint64_t n = COUNT;
    if (str_is_set(count) && !str_u64_max(count, COUNT_MAX, &n)) {
        return cli_misused(cli, STR("-n is 0 to 200"));
    }
    tail.most = (size_t)n;
    enum err err = cli_remote_open(cli, &tail.remote);
    if (err == ERR_OK) {
        err = cli_remote_open(cli, &tail.asking);
    }
    if (err == ERR_OK) {
        err = run(&tail);
    }
    cli_remote_close(&tail.asking);
    cli_remote_close(&tail.remote);
    return err;
}
