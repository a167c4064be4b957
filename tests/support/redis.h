#ifndef TESTS_SUPPORT_REDIS_H
#define TESTS_SUPPORT_REDIS_H

#include <stdbool.h>
#include <stdint.h>
#include "base/attr.h"

/*
 * A redis-server of a test's own: in a temporary folder, on a unix socket, gone with the test.
 * Whatever goes wrong in here ends the test program with a message.
 */

struct redis;
struct redisContext;

/* Starts one and waits until it answers. */
struct redis *redis_start(void);

/* Ends it and removes the folder. NULL is fine. */
void redis_stop(struct redis *r);

/* kill -9. What was not saved is lost. */
void redis_kill(struct redis *r);

/* Starts it again, in the same folder and on the same socket, after redis_kill(). */
void redis_again(struct redis *r);

/* SIGSTOP and SIGCONT: it holds its connections, and accepts, but answers nothing. */
void redis_pause(struct redis *r);
void redis_resume(struct redis *r);

/* "unix:/…" */
const char *redis_url(const struct redis *r);

/* Listens on TCP too, on a free port of 127.0.0.1; and no more. */
int redis_open_port(struct redis *r);
void redis_close_port(struct redis *r);

/* Sends what redis-cli would read from this file. */
void redis_load(struct redis *r, const char *path);

/*
 * A command on a connection of the helper's own, hiredis' format. An answer that is an error, or of
 * another type, ends the program, but for redis_error(), which wants one. Text lives until the next
 * call.
 */
void redis_do(struct redis *r, const char *fmt, ...);
int64_t redis_int(struct redis *r, const char *fmt, ...);
const char *redis_text(struct redis *r, const char *fmt, ...); /* NULL: nil */

/* The array's elements joined by "\n"; nested arrays are flattened, numbers become text, nil
 * "(nil)". */
const char *redis_lines(struct redis *r, const char *fmt, ...);

/* Listens on MESSAGES and SNUG, from when this returns on. */
struct redisContext *redis_listen(struct redis *r);

/*
 * The next message as "CHANNEL payload"; waits up to two seconds, then ends the program. Lives
 * until the next call.
 */
const char *redis_heard(struct redisContext *listener);

/* Was nothing published that redis_heard() has not given yet? */
bool redis_silent(struct redis *r, struct redisContext *listener);

void redis_unlisten(struct redisContext *listener);

#endif
