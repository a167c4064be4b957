#ifndef STORE_REPLY_H
#define STORE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Typed readers over hiredis' replies. Text is borrowed from the reply. Everything that is not of
 * the shape asked for is ERR_INTERNAL and logged: Redis answered, but not what our own script says.
 */

struct redisReply;

/*
 * What an error reply means; ERR_OK for any other reply. Scripts refuse with "SNUG not_found",
 * whose second word is an err_code(). OOM is ERR_STORAGE_FULL. What passes by itself (LOADING,
 * MASTERDOWN, READONLY, BUSY, TRYAGAIN, NOREPLICAS, MISCONF, "SNUG no_epoch") is ERR_UNAVAILABLE;
 * the rest is ERR_INTERNAL, logged.
 */
NODISCARD enum err store_reply_err(const struct redisReply *reply);

/* Does the server not know the script? Then store_cmd_eval() is to be sent. */
bool store_reply_is_noscript(const struct redisReply *reply);

/* Has the log no epoch (a flushed server)? Then the greeting's second half is to be repeated. */
bool store_reply_is_no_epoch(const struct redisReply *reply);

/* Is the server a replica, that takes no writes? Its address may lead to the primary by now. */
bool store_reply_is_readonly(const struct redisReply *reply);

NODISCARD enum err store_reply_str(const struct redisReply *reply, struct str *out);
NODISCARD enum err store_reply_i64(const struct redisReply *reply, int64_t *out);

/* The n elements of an array from the first on, all of them text. */
NODISCARD enum err store_reply_strs(const struct redisReply *reply, size_t first, size_t n,
                                    struct str *out);

/* The number of elements of an array. */
NODISCARD enum err store_reply_len(const struct redisReply *reply, size_t *out);

/* The i-th element; NULL where reply is no array or has no such element. The readers refuse NULL.
 */
const struct redisReply *store_reply_at(const struct redisReply *reply, size_t i);

bool store_reply_is_nil(const struct redisReply *reply);

#endif
