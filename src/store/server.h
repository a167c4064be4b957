#ifndef STORE_SERVER_H
#define STORE_SERVER_H

#include <stdbool.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"
#include "store/conn.h"

/*
 * What Redis says of itself, for who sets it up: read over a connection of its own, which sends
 * nothing that an older server, a replica or a full one would refuse, and changes nothing.
 */

struct store_server {
    struct str version; /* "7.0.15" */
    uint64_t major;
    bool is_master;
    bool has_aof;           /* appendonly yes */
    bool is_writing;        /* the last write to the append-only file was fine */
    struct str fsync;       /* appendfsync; absent where CONFIG may not be asked, as this: */
    struct str pubsub;      /* of client-output-buffer-limit: "33554432 8388608 60" */
    struct str policy;      /* maxmemory_policy */
    uint64_t memory_max;    /* bytes; 0: no limit */
    uint64_t memory_used;   /* bytes */
    int64_t clock_ms;       /* its clock less ours, give or take how long the answer took */
    int64_t clock_error_ms; /* that */
    uint64_t ping_us;       /* one question and its answer, on the average of some */
};

/* ERR_INVALID: url is none. ERR_UNAVAILABLE: *why, in the arena, is what the system or Redis said.
 */
NODISCARD enum err store_server_read(const char *url, struct arena *arena, struct store_server *out,
                                     struct str *why);

/* What the chat in it is like. */
struct store_server_chat {
    uint64_t users;  /* numbers that were given to users */
    uint64_t admins; /* of them, who may come in */
    uint64_t events; /* entries of the event log */
};

NODISCARD enum err store_server_look(struct store_conn *conn, struct arena *arena,
                                     struct store_server_chat *out);

#endif
