#ifndef STORE_CONN_H
#define STORE_CONN_H

#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "store/cmd.h"

/*
 * The request programs' connection: one, kept open, blocking, with a time limit for everything.
 * After an error the connection is thrown away and the next call opens another. Nothing that was
 * sent is sent again (it may have been done), except what the server itself says it did not run:
 * NOSCRIPT, no_epoch. An idle connection that the server has closed is noticed before anything is
 * sent over it. One that closes while something is sent raises SIGPIPE, which programs ignore.
 */

#define STORE_CONN_CONNECT_MS 800 /* to connect and greet */
#define STORE_CONN_REPLY_MS   900 /* to answer a pipeline: a request fails within two seconds */

struct store_conn;
struct redisReply;

/* Does not connect yet. server_id is this program's, "snug:…": the prefix of what it publishes. url
 * and server_id are copied. */
NODISCARD enum err store_conn_create(const char *url, const char *server_id, size_t event_log,
                                     struct store_conn **out);

void store_conn_destroy(struct store_conn *conn);

/*
 * Sends the commands in one go and waits for all answers. replies[i] belongs to the connection and
 * lives until the next call. ERR_UNAVAILABLE: no answer; whether a command was done is then
 * unknown. An error reply to a command is not an error of this function: see store_reply_err().
 */
NODISCARD enum err store_conn_run(struct store_conn *conn, const struct store_cmd *cmds, size_t n,
                                  const struct redisReply **replies);

/* One command: ERR_UNAVAILABLE as above, or what an error reply means. */
NODISCARD enum err store_conn_one(struct store_conn *conn, struct store_cmd cmd,
                                  const struct redisReply **reply);

/* "snug:…", what scripts that publish are told. */
struct str store_conn_server(const struct store_conn *conn);

/* About how many entries the log keeps, as decimal text. */
struct str store_conn_event_log(const struct store_conn *conn);

#endif
