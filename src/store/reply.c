#include "store/reply.h"

#include <hiredis/hiredis.h>
#include "base/log.h"

static struct str text_of(const struct redisReply *reply)
{
    return (struct str){reply->str, (size_t)reply->len};
}

static bool is_error(const struct redisReply *reply, struct str prefix)
{
    return reply != NULL && reply->type == REDIS_REPLY_ERROR && str_starts(text_of(reply), prefix);
}

/* Redis cannot do it just now, and it is worth asking again. */
static bool is_passing(struct str word)
{
    static const char *const words[] = {"LOADING",  "MASTERDOWN", "READONLY", "BUSY",
                                        "TRYAGAIN", "NOREPLICAS", "MISCONF"};
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        if (str_eq(word, str_of(words[i]))) {
            return true;
        }
    }
    return false;
}

/* What a script's "SNUG word" means; ERR_INTERNAL for a word that is none of ours. */
static enum err refusal(struct str word)
{
    if (str_eq(word, STR("no_epoch"))) {
        return ERR_UNAVAILABLE;
    }
    for (int err = ERR_OK + 1; err < ERR__MAX; err++) {
        if (str_eq(word, str_of(err_code((enum err)err)))) {
            return (enum err)err;
        }
    }
    return ERR_INTERNAL;
}

enum err store_reply_err(const struct redisReply *reply)
{
    if (reply == NULL || reply->type != REDIS_REPLY_ERROR) {
        return ERR_OK;
    }
    struct str rest = text_of(reply);
    struct str word;
    if (!str_split(&rest, ' ', &word)) {
        return ERR_INTERNAL;
    }
    enum err err = ERR_INTERNAL;
    if (str_eq(word, STR("SNUG"))) {
        err = refusal(rest);
    } else if (str_eq(word, STR("OOM"))) {
        err = ERR_STORAGE_FULL;
    } else if (is_passing(word)) {
        err = ERR_UNAVAILABLE;
    }
    if (err == ERR_INTERNAL) {
        log_error("redis_refused", "reply=%s", log_text(text_of(reply)));
    }
    return err;
}

bool store_reply_is_noscript(const struct redisReply *reply)
{
    return is_error(reply, STR("NOSCRIPT"));
}

bool store_reply_is_no_epoch(const struct redisReply *reply)
{
    return is_error(reply, STR("SNUG no_epoch"));
}

bool store_reply_is_readonly(const struct redisReply *reply)
{
    return is_error(reply, STR("READONLY"));
}

/* Logs that a reply is not what the script is known to answer. */
static enum err unexpected(const struct redisReply *reply, const char *wanted)
{
    log_error("redis_reply_shape", "wanted=%s type=%d", wanted, reply == NULL ? 0 : reply->type);
    return ERR_INTERNAL;
}

enum err store_reply_str(const struct redisReply *reply, struct str *out)
{
    if (reply == NULL || (reply->type != REDIS_REPLY_STRING && reply->type != REDIS_REPLY_STATUS)) {
        return unexpected(reply, "text");
    }
    *out = text_of(reply);
    return ERR_OK;
}

enum err store_reply_strs(const struct redisReply *reply, size_t first, size_t n, struct str *out)
{
    for (size_t i = 0; i < n; i++) {
        const enum err err = store_reply_str(store_reply_at(reply, first + i), &out[i]);
        if (err != ERR_OK) {
            return err;
        }
    }
    return ERR_OK;
}

enum err store_reply_i64(const struct redisReply *reply, int64_t *out)
{
    if (reply == NULL || reply->type != REDIS_REPLY_INTEGER) {
        return unexpected(reply, "integer");
    }
    *out = reply->integer;
    return ERR_OK;
}

enum err store_reply_len(const struct redisReply *reply, size_t *out)
{
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY) {
        return unexpected(reply, "array");
    }
    *out = reply->elements;
    return ERR_OK;
}

const struct redisReply *store_reply_at(const struct redisReply *reply, size_t i)
{
    if (reply == NULL || reply->type != REDIS_REPLY_ARRAY || i >= reply->elements) {
        return NULL;
    }
    return reply->element[i];
}

bool store_reply_is_nil(const struct redisReply *reply)
{
    return reply != NULL && reply->type == REDIS_REPLY_NIL;
}
