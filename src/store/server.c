#include "store/server.h"

#include <sys/time.h>
#include <hiredis/hiredis.h>
#include "base/clock.h"
#include "base/mem.h"
#include "store/hello.h"
#include "store/reply.h"

#define PINGS 100

static const struct timeval limit = {STORE_CONN_REPLY_MS / 1000,
                                     STORE_CONN_REPLY_MS % 1000 * 1000L};

/* Why the connection is of no use, in the arena. */
static enum err refuse(struct arena *arena, const char *what, struct str *why)
{
    *why = arena_str(arena, str_of(what));
    return ERR_UNAVAILABLE;
}

/* One command; *reply is to be freed. An error that Redis answers is none of this function. */
static enum err ask(redisContext *ctx, struct arena *arena, const struct store_cmd *cmd,
                    redisReply **reply, struct str *why)
{
    const char **words = arena_zalloc(arena, cmd->argc, sizeof(*words));
    size_t *lens = arena_zalloc(arena, cmd->argc, sizeof(*lens));
    for (size_t i = 0; i < cmd->argc; i++) {
        words[i] = cmd->argv[i].ptr;
        lens[i] = cmd->argv[i].len;
    }
    redisReply *answer = redisCommandArgv(ctx, (int)cmd->argc, words, lens);
    if (answer == NULL) {
        return refuse(arena, ctx->errstr, why);
    }
    *reply = answer;
    return ERR_OK;
}

/* The words that it is made of, as one text in the arena: of an array "a b", of an error none. */
static enum err ask_text(redisContext *ctx, struct arena *arena, const struct str *words, size_t n,
                         struct str *text, struct str *why)
{
    const struct store_cmd cmd = store_cmd_make(arena, words, n);
    redisReply *reply = NULL;
    const enum err err = ask(ctx, arena, &cmd, &reply, why);
    if (err != ERR_OK) {
        return err;
    }
    const redisReply *last = reply;
    if (reply->type == REDIS_REPLY_ARRAY && reply->elements == 2) {
        last = reply->element[1]; /* CONFIG GET: name, value */
    }
    *text = last->type == REDIS_REPLY_STRING ? arena_str(arena, (struct str){last->str, last->len})
                                             : STR_NONE;
    freeReplyObject(reply);
    return ERR_OK;
}

/* The value of a field of INFO; absent: it has none. */
static struct str field(struct str info, const char *name)
{
    struct str line;
    while (str_split(&info, '\n', &line)) {
        struct str value = line;
        struct str key;
        if (str_split(&value, ':', &key) && str_eq(key, str_of(name)) && str_is_set(value)) {
            if (str_ends(value, STR("\r"))) {
                value.len--;
            }
            return value;
        }
    }
    return STR_NONE;
}

static uint64_t number(struct str info, const char *name)
{
    uint64_t n;
    return str_u64(field(info, name), &n) ? n : 0;
}

static void read_info(struct str info, struct store_server *out)
{
    struct str rest = out->version = field(info, "redis_version");
    struct str major;
    if (!str_split(&rest, '.', &major) || !str_u64(major, &out->major)) {
        out->major = 0;
    }
    out->is_master = str_eq(field(info, "role"), STR("master"));
    out->has_aof = number(info, "aof_enabled") == 1;
    out->is_writing = !str_eq(field(info, "aof_last_write_status"), STR("err"));
    out->policy = field(info, "maxmemory_policy");
    out->memory_max = number(info, "maxmemory");
    out->memory_used = number(info, "used_memory");
}

/* "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60": what follows pubsub. */
static struct str pubsub_of(struct str limits)
{
    struct str word;
    while (str_is_set(limits) && str_split(&limits, ' ', &word)) {
        if (str_eq(word, STR("pubsub"))) {
            return limits;
        }
    }
    return STR_NONE;
}

/* AUTH and SELECT, which the address may ask for. */
static enum err greet(redisContext *ctx, struct arena *arena, const struct store_url *url,
                      struct str *why)
{
    struct store_cmd cmds[STORE_HELLO_CMDS_MAX];
    const size_t n = store_hello_first(arena, url, cmds);
    enum err err = ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < n; i++) {
        redisReply *reply = NULL;
        err = ask(ctx, arena, &cmds[i], &reply, why);
        if (err == ERR_OK && reply->type == REDIS_REPLY_ERROR) {
            err = refuse(arena, reply->str, why);
        }
        freeReplyObject(reply);
    }
    return err;
}

static enum err read_clock(redisContext *ctx, struct arena *arena, struct store_server *out,
                           struct str *why)
{
    const struct str word = STR("TIME");
    const struct store_cmd cmd = store_cmd_make(arena, &word, 1);
    const int64_t before = clock_wall_ms();
    redisReply *reply = NULL;
    uint64_t sec;
    uint64_t usec;
    enum err err = ask(ctx, arena, &cmd, &reply, why);
    if (err != ERR_OK) {
        return err;
    }
    const int64_t after = clock_wall_ms();
    if (reply->type != REDIS_REPLY_ARRAY || reply->elements != 2 ||
        !str_u64_max(str_of(reply->element[0]->str), INT32_MAX * (uint64_t)16, &sec) ||
        !str_u64_max(str_of(reply->element[1]->str), 999999, &usec)) {
        err = refuse(arena, "it does not say what time it is", why);
    } else {
        out->clock_ms = (int64_t)(sec * 1000 + usec / 1000) - (before + after) / 2;
        out->clock_error_ms = (after - before) / 2 + 1;
    }
    freeReplyObject(reply);
    return err;
}

static enum err measure(redisContext *ctx, struct arena *arena, struct store_server *out,
                        struct str *why)
{
    const struct str word = STR("PING");
    const struct store_cmd cmd = store_cmd_make(arena, &word, 1);
    const int64_t before = clock_mono_ms();
    for (int i = 0; i < PINGS; i++) {
        redisReply *reply = NULL;
        const enum err err = ask(ctx, arena, &cmd, &reply, why);
        if (err != ERR_OK) {
            return err;
        }
        freeReplyObject(reply);
    }
    out->ping_us = (uint64_t)(clock_mono_ms() - before) * 1000 / PINGS;
    return ERR_OK;
}

static enum err read_all(redisContext *ctx, struct arena *arena, struct store_server *out,
                         struct str *why)
{
    const struct str info_words[] = {STR("INFO")};
    const struct str fsync[] = {STR("CONFIG"), STR("GET"), STR("appendfsync")};
    const struct str limits[] = {STR("CONFIG"), STR("GET"), STR("client-output-buffer-limit")};
    struct str info = STR_NONE;
    enum err err = ask_text(ctx, arena, info_words, ARRAY_LEN(info_words), &info, why);
    if (err == ERR_OK && !str_is_set(info)) {
        err = refuse(arena, "it does not answer INFO", why);
    }
    if (err == ERR_OK) {
        read_info(info, out);
        err = ask_text(ctx, arena, fsync, ARRAY_LEN(fsync), &out->fsync, why);
    }
    if (err == ERR_OK) {
        err = ask_text(ctx, arena, limits, ARRAY_LEN(limits), &out->pubsub, why);
    }
    if (err == ERR_OK) {
        out->pubsub = pubsub_of(out->pubsub);
        err = read_clock(ctx, arena, out, why);
    }
    return err == ERR_OK ? measure(ctx, arena, out, why) : err;
}

enum err store_server_read(const char *url, struct arena *arena, struct store_server *out,
                           struct str *why)
{
    struct store_url where = {0};
    struct store_server server = {0};
    enum err err = store_hello_url(str_of(url), arena, &where);
    if (err != ERR_OK) {
        return err;
    }
    redisContext *ctx = where.path != NULL ? redisConnectUnixWithTimeout(where.path, limit)
                                           : redisConnectWithTimeout(where.host, where.port, limit);
    if (ctx == NULL) {
        mem_die("a Redis connection");
    }
    if (ctx->err != 0 || redisSetTimeout(ctx, limit) != REDIS_OK) {
        err = refuse(arena, ctx->errstr, why);
    }
    if (err == ERR_OK) {
        err = greet(ctx, arena, &where, why);
    }
    if (err == ERR_OK) {
        err = read_all(ctx, arena, &server, why);
    }
    redisFree(ctx);
    if (err == ERR_OK) {
        *out = server;
    }
    return err;
}

/* What server_look.lua answers, by position. */
enum { LOOK_USERS, LOOK_ADMINS, LOOK_EVENTS, LOOK_LEN };

enum err store_server_look(struct store_conn *conn, struct arena *arena,
                           struct store_server_chat *out)
{
    const struct redisReply *reply;
    struct str text[LOOK_LEN];
    struct store_server_chat chat;
    enum err err =
        store_conn_one(conn, store_cmd_script(arena, STORE_SCRIPT_SERVER_LOOK, NULL, 0), &reply);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, 0, LOOK_LEN, text);
    }
    if (err == ERR_OK &&
        (!str_u64(text[LOOK_USERS], &chat.users) || !str_u64(text[LOOK_ADMINS], &chat.admins) ||
         !str_u64(text[LOOK_EVENTS], &chat.events))) {
        err = ERR_INTERNAL;
    }
    if (err == ERR_OK) {
        *out = chat;
    }
    return err;
}
