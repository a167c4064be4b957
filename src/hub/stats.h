#ifndef HUB_STATS_H
#define HUB_STATS_H

#include <stddef.h>
#include <stdint.h>
#include "hub/end.h"

/* What the hub counts. Written where it happens, read by hub/metrics. */
struct hub_stats {
    size_t connections; /* open sockets */
    size_t streams;     /* of them, open streams */
    size_t asking;      /* of them, waiting for what Redis says */
    uint64_t opened;    /* streams, ever */
    uint64_t ended[HUB_END__MAX];
    uint64_t pauses;        /* times that the system had no descriptor for who came */
    uint64_t refused;       /* streams that would have been one too many */
    uint64_t events;        /* read from the channels */
    uint64_t dropped;       /* envelopes that made no sense, or that are not taken here */
    uint64_t stale;         /* numbered events that are not newer than the one before */
    uint64_t adopted;       /* foreign events that Redis was asked to number */
    uint64_t gathered;      /* announcements that were told only as a number */
    uint64_t deliveries;    /* events linked into a client's queue */
    uint64_t bytes;         /* written to web servers */
    uint64_t writes;        /* writev calls */
    uint64_t bad_peers;     /* connections closed for breaking the protocol or their time */
    uint64_t gaps;          /* places where numbers were missing between two events */
    uint64_t replayed_ring; /* events given to streams that were behind: from what is kept */
    uint64_t replayed_log;  /* the same, read from the log */
    uint64_t resets;        /* streams told to reload */
    uint64_t removed;       /* messages that rooms did not keep any more */
    uint64_t deaf;          /* subscriptions that heard nothing, and were rebuilt */
    uint64_t reconnects;    /* of either connection to Redis, after it had been up */
};

#endif
