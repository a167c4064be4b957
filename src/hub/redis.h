#ifndef HUB_REDIS_H
#define HUB_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include "hub/loop.h"
#include "hub/stats.h"
#include "store/cmd.h"
#include "store/hello.h"

/*
 * A Redis connection that nobody waits for: hiredis' context in non-blocking mode on a watcher of
 * ours, since its asynchronous API has no time limits and hands a PONG to the wrong callback.
 * Reconnects by itself, 100 ms doubling to 1 s with full jitter, and says the greeting of
 * store/hello each time. What the server says that it did not run is sent again, once: NOSCRIPT
 * with the script's text, no_epoch after the greeting's second half. With a push hook it is a
 * subscriber, and carries no commands. A server that has become a replica is left: the address may
 * lead to the new primary. A host name is resolved when connecting,
 * which blocks: use an address or a unix socket.
 */

#define HUB_REDIS_REPLY_MS    2000  /* for an answer; then the connection is thrown away */
#define HUB_REDIS_PENDING_MAX 32768 /* commands without an answer; with more it counts as down */

struct redisReply;
struct hub_redis;

/* reply NULL: it failed, or nobody knows whether it was done. Called exactly once. */
typedef void (*hub_redis_reply_fn)(void *arg, const struct redisReply *reply);

struct hub_redis_hooks {
    void *arg;
    void (*up)(void *arg);   /* greeted, and subscribed; again where the server was emptied */
    void (*down)(void *arg); /* after up; may be NULL */
    void (*push)(void *arg, const struct redisReply *message); /* NULL: not a subscriber */
    const struct str *channels; /* a subscriber's; live longer than the connection */
    size_t nchannels;
};

/* url and stats live longer than the connection. Begins to connect. */
struct hub_redis *hub_redis_create(struct ev_loop *loop, const struct store_url *url,
                                   struct hub_stats *stats, struct hub_redis_hooks hooks);

/* Fails what is pending, and calls no hook. Not from inside a callback. NULL does nothing. */
void hub_redis_destroy(struct hub_redis *r);

/* Throws the connection away, as if the server had, and connects again. Not from inside a callback.
 */
void hub_redis_rebuild(struct hub_redis *r, const char *why);

/* Can it take a command, or does it listen? */
bool hub_redis_is_up(const struct hub_redis *r);

/*
 * The command is copied. fn is called from the loop; where the connection is down, before this
 * returns. fn NULL: the answer does not matter.
 */
void hub_redis_send(struct hub_redis *r, struct store_cmd cmd, hub_redis_reply_fn fn, void *arg);

#endif
