#include "support/redis.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <netinet/in.h>
#include <hiredis/hiredis.h>

#define PATH_LEN 128
#define WAIT_MS  10000

struct redis {
    pid_t pid; /* 0: does not run */
    char dir[PATH_LEN / 2];
    char url[PATH_LEN];
    redisContext *ctx;
    redisReply *reply;
    char *text;
};

static const char *socket_of(const struct redis *r)
{
    return r->url + strlen("unix:");
}

NORETURN static void die(const char *what, const char *why)
{
    fprintf(stderr, "tests/support/redis: %s: %s\n", what, why);
    exit(1);
}

/* Becomes redis-server; dies with the test program, however that dies. */
NORETURN static void serve(const struct redis *r)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execlp("redis-server", "redis-server", "--port", "0", "--unixsocket", socket_of(r), "--dir",
           r->dir, "--save", "", "--appendonly", "no", "--logfile", "log", "--daemonize", "no",
           (char *)NULL);
    _exit(127);
}

/* Connects and asks, until it answers. */
static void await(struct redis *r)
{
    for (int waited_ms = 0; waited_ms < WAIT_MS; waited_ms += 5) {
        redisContext *ctx = redisConnectUnix(socket_of(r));
        if (ctx != NULL && ctx->err == 0) {
            redisReply *reply = redisCommand(ctx, "PING");
            const bool up = reply != NULL && reply->type == REDIS_REPLY_STATUS;
            if (reply != NULL) {
                freeReplyObject(reply);
            }
            if (up) {
                r->ctx = ctx;
                return;
            }
        }
        redisFree(ctx);
        if (waitpid(r->pid, NULL, WNOHANG) == r->pid) {
            die("redis-server", "ended at once");
        }
        usleep(5000);
    }
    die("redis-server", "does not answer");
}

void redis_again(struct redis *r)
{
    unlink(socket_of(r));
    r->pid = fork();
    if (r->pid < 0) {
        die("fork", strerror(errno));
    }
    if (r->pid == 0) {
        serve(r);
    }
    await(r);
}

struct redis *redis_start(void)
{
    struct redis *r = calloc(1, sizeof(*r));
    if (r == NULL) {
        die("redis_start", "out of memory");
    }
    snprintf(r->dir, sizeof(r->dir), "/tmp/snug-redis-XXXXXX");
    if (mkdtemp(r->dir) == NULL) {
        die(r->dir, strerror(errno));
    }
    snprintf(r->url, sizeof(r->url), "unix:%s/s", r->dir);
    signal(SIGPIPE, SIG_IGN);
    redis_again(r);
    return r;
}

void redis_kill(struct redis *r)
{
    if (r->pid > 0) {
        kill(r->pid, SIGKILL);
        waitpid(r->pid, NULL, 0);
        r->pid = 0;
    }
    redisFree(r->ctx);
    r->ctx = NULL;
}

static int remove_entry(const char *path, const struct stat *st UNUSED, int type UNUSED,
                        struct FTW *ftw UNUSED)
{
    return remove(path);
}

void redis_stop(struct redis *r)
{
    if (r == NULL) {
        return;
    }
    redis_kill(r);
    if (r->reply != NULL) {
        freeReplyObject(r->reply);
    }
    free(r->text);
    nftw(r->dir, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
    free(r);
}

void redis_pause(struct redis *r)
{
    kill(r->pid, SIGSTOP);
}

void redis_resume(struct redis *r)
{
    kill(r->pid, SIGCONT);
}

const char *redis_url(const struct redis *r)
{
    return r->url;
}

int redis_open_port(struct redis *r)
{
    /* The kernel names a free port. Somebody may take it before Redis does; then another one is
     * tried. */
    for (int tries = 0; tries < 20; tries++) {
        struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
        socklen_t len = sizeof(address);
        const int fd = socket(AF_INET, SOCK_STREAM, 0);
        if (fd < 0 || bind(fd, (struct sockaddr *)&address, len) != 0 ||
            getsockname(fd, (struct sockaddr *)&address, &len) != 0) {
            die("a free port", strerror(errno));
        }
        close(fd);
        const int port = ntohs(address.sin_port);
        redisReply *reply = redisCommand(r->ctx, "CONFIG SET port %d", port);
        const bool opened = reply != NULL && reply->type == REDIS_REPLY_STATUS;
        if (reply != NULL) {
            freeReplyObject(reply);
        }
        if (opened) {
            return port;
        }
    }
    die("a free port", "there is none");
}

void redis_close_port(struct redis *r)
{
    redis_do(r, "CONFIG SET port 0");
}

void redis_load(struct redis *r, const char *path)
{
    char command[2 * PATH_LEN];
    snprintf(command, sizeof(command), "redis-cli -s %s <%s >/dev/null", socket_of(r), path);
    if (system(command) != 0) {
        die(path, "cannot be loaded");
    }
}

static const redisReply *ask(struct redis *r, const char *fmt, va_list args)
{
    if (r->reply != NULL) {
        freeReplyObject(r->reply);
    }
    r->reply = redisvCommand(r->ctx, fmt, args);
    if (r->reply == NULL) {
        die(fmt, r->ctx->errstr);
    }
    if (r->reply->type == REDIS_REPLY_ERROR) {
        die(fmt, r->reply->str);
    }
    return r->reply;
}

void redis_do(struct redis *r, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    ask(r, fmt, args);
    va_end(args);
}

int64_t redis_int(struct redis *r, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const redisReply *reply = ask(r, fmt, args);
    va_end(args);
    if (reply->type != REDIS_REPLY_INTEGER) {
        die(fmt, "answers no integer");
    }
    return reply->integer;
}

const char *redis_text(struct redis *r, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const redisReply *reply = ask(r, fmt, args);
    va_end(args);
    if (reply->type == REDIS_REPLY_NIL) {
        return NULL;
    }
    if (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS) {
        die(fmt, "answers no text");
    }
    return reply->str;
}

static void write_lines(const redisReply *reply, FILE *out, bool *first)
{
    if (reply->type == REDIS_REPLY_ARRAY) {
        for (size_t i = 0; i < reply->elements; i++) {
            write_lines(reply->element[i], out, first);
        }
        return;
    }
    if (!*first) {
        fputc('\n', out);
    }
    *first = false;
    if (reply->type == REDIS_REPLY_INTEGER) {
        fprintf(out, "%lld", reply->integer);
    } else {
        fputs(reply->type == REDIS_REPLY_NIL ? "(nil)" : reply->str, out);
    }
}

const char *redis_lines(struct redis *r, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const redisReply *reply = ask(r, fmt, args);
    va_end(args);

    size_t len;
    bool first = true;
    free(r->text);
    r->text = NULL;
    FILE *out = open_memstream(&r->text, &len);
    write_lines(reply, out, &first);
    fclose(out);
    return r->text;
}

struct redisContext *redis_listen(struct redis *r)
{
    const struct timeval limit = {2, 0};
    redisContext *ctx = redisConnectUnixWithTimeout(socket_of(r), limit);
    if (ctx == NULL || ctx->err != 0 || redisSetTimeout(ctx, limit) != REDIS_OK) {
        die("redis_listen", "no connection");
    }
    redisReply *reply = redisCommand(ctx, "SUBSCRIBE MESSAGES SNUG");
    for (int i = 0; i < 2; i++) {
        if (i > 0 && redisGetReply(ctx, (void **)&reply) != REDIS_OK) {
            reply = NULL;
        }
        if (reply == NULL) {
            die("SUBSCRIBE", ctx->errstr);
        }
        freeReplyObject(reply);
    }
    return ctx;
}

const char *redis_heard(struct redisContext *listener)
{
    static char heard[70000];
    redisReply *reply;
    if (redisGetReply(listener, (void **)&reply) != REDIS_OK) {
        die("nothing heard", listener->errstr);
    }
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 3) {
        die("redis_heard", "no message");
    }
    snprintf(heard, sizeof(heard), "%s %s", reply->element[1]->str, reply->element[2]->str);
    freeReplyObject(reply);
    return heard;
}

bool redis_silent(struct redis *r, struct redisContext *listener)
{
    redis_do(r, "PUBLISH SNUG silence");
    return strcmp(redis_heard(listener), "SNUG silence") == 0;
}

void redis_unlisten(struct redisContext *listener)
{
    redisFree(listener);
}
