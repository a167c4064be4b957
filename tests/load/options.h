#ifndef LOAD_OPTIONS_H
#define LOAD_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"

/*
 * The command line of the load client, read once. `load --help` prints the table that options.c
 * reads it with, and what comes out.
 */

#define LOAD_WATCHES_MAX 8

enum load_body {
    LOAD_BODY_JSON, /* {"message":TEXT,"nonce":NONCE}, for snug */
    LOAD_BODY_EVENT /* a whole message event's data, for servers that pass on what they get */
};

/* A process that is looked at. */
struct load_watch_name {
    char name[24];
    long pid;
};

struct load_options {
    const char *host; /* of 127.0.0.0/8 */
    uint64_t port;
    const char *path;
    const char *people; /* file: a line a stream */
    uint64_t streams;   /* of the file's lines; 0: all */
    uint64_t spread_ms;
    const char *since;
    uint64_t take;
    uint64_t retry_cap_ms;
    bool once;
    bool head_is_ready;

    double drop_min_s, drop_max_s; /* 0, 0: nobody is dropped */
    bool drop_fin, drop_rst, drop_half;
    uint64_t stall;
    uint64_t slow, slow_bytes; /* so many streams, at so many bytes a second */
    uint64_t rcvbuf;

    uint64_t messages;
    double publish_s;
    double rate;
    uint64_t window;
    uint64_t conns;
    const char *pub_path;
    uint64_t pub_port; /* 0: port */
    enum load_body body;
    uint64_t size; /* bytes of a message's text */

    double hold_s, settle_s, seconds;
    uint64_t seed;
    const char *ledger, *log;
    struct load_watch_name watches[LOAD_WATCHES_MAX];
    size_t nwatches;
};

/*
 * Reads the command line. False: it was wrong, which has been said on standard error, or help was
 * asked for, which has been printed; *status is then what to exit with.
 */
NODISCARD bool load_options_read(int argc, char **argv, struct load_options *out, int *status);

#endif
