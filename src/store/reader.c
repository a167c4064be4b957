#include "store/reader.h"

#include <string.h>
#include <hiredis/hiredis.h>

/* Makes a reply, and puts it into the array that the task is part of. */
static redisReply *make(const redisReadTask *task, int type)
{
    redisReply *reply = arena_zalloc(task->privdata, 1, sizeof(*reply));
    reply->type = type;
    if (task->parent != NULL) {
        ((redisReply *)task->parent->obj)->element[task->idx] = reply;
    }
    return reply;
}

static void *make_string(const redisReadTask *task, char *text, size_t len)
{
    redisReply *reply = make(task, task->type); /* a string, a status or an error */
    reply->str = arena_alloc(task->privdata, len + 1);
    memcpy(reply->str, text, len);
    reply->str[len] = '\0';
    reply->len = len;
    return reply;
}

static void *make_array(const redisReadTask *task, int n)
{
    redisReply *reply = make(task, REDIS_REPLY_ARRAY);
    reply->elements = (size_t)n;
    reply->element = arena_zalloc(task->privdata, (size_t)n, sizeof(redisReply *));
    return reply;
}

static void *make_integer(const redisReadTask *task, long long value)
{
    redisReply *reply = make(task, REDIS_REPLY_INTEGER);
    reply->integer = value;
    return reply;
}

static void *make_nil(const redisReadTask *task)
{
    return make(task, REDIS_REPLY_NIL);
}

/* hiredis gives back what it had not finished. */
static void leave(void *reply UNUSED)
{
}

void store_reader_use(struct redisContext *ctx, struct arena *arena)
{
    static redisReplyObjectFunctions functions = {make_string, make_array, make_integer, make_nil,
                                                  leave};
    ctx->reader->fn = &functions;
    ctx->reader->privdata = arena;
}
