#ifndef TESTS_SUPPORT_RESP_H
#define TESTS_SUPPORT_RESP_H

#include <stddef.h>

/* Replies as hiredis reads them from what a Redis would send, without a Redis. */

struct redisReply;

/* The only reply of the text. */
struct redisReply *resp_reply(const char *text);

/* All of its replies, at most max; how many. */
size_t resp_replies(const char *text, struct redisReply **replies, size_t max);

void resp_free(struct redisReply **replies, size_t n);

#endif
