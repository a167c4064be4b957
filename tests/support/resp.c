#include "support/resp.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <hiredis/hiredis.h>
#include "base/attr.h"

NORETURN static void die(const char *text)
{
    fprintf(stderr, "tests/support/resp: cannot be read: %s\n", text);
    exit(1);
}

size_t resp_replies(const char *text, struct redisReply **replies, size_t max)
{
    redisReader *reader = redisReaderCreate();
    size_t n = 0;
    void *reply = NULL;
    if (reader == NULL || redisReaderFeed(reader, text, strlen(text)) != REDIS_OK) {
        die(text);
    }
    for (;;) {
        if (redisReaderGetReply(reader, &reply) != REDIS_OK) {
            die(text);
        }
        if (reply == NULL) {
            break;
        }
        if (n == max) {
            die(text);
        }
        replies[n++] = reply;
    }
    redisReaderFree(reader);
    return n;
}

struct redisReply *resp_reply(const char *text)
{
    struct redisReply *reply;
    if (resp_replies(text, &reply, 1) != 1) {
        die(text);
    }
    return reply;
}

void resp_free(struct redisReply **replies, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        freeReplyObject(replies[i]);
    }
}
