#ifndef HUB_STATS_H
#define HUB_STATS_H

#include <stddef.h>
#include <stdint.h>

/* What the hub counts. Written where it happens, read by health and the log. */
struct hub_stats {
    size_t connections;  /* open sockets */
    size_t streams;      /* of them, open streams */
    uint64_t events;     /* read from the channels */
    uint64_t dropped;    /* envelopes that made no sense */
    uint64_t deliveries; /* events linked into a client's queue */
    uint64_t bytes;      /* written to web servers */
    uint64_t writes;     /* writev calls */
    uint64_t slow;       /* clients closed for not reading */
    uint64_t bad_peers;  /* connections closed for breaking the protocol or their time */
    uint64_t gaps;       /* numbers missing between two events */
    uint64_t resets;     /* clients told to reload */
};

#endif
