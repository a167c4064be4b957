#ifndef HUB_STATE_H
#define HUB_STATE_H

#include "base/config.h"
#include "hub/acceptor.h"
#include "hub/announce.h"
#include "hub/budget.h"
#include "hub/client.h"
#include "hub/ebb.h"
#include "hub/gate.h"
#include "hub/lag.h"
#include "hub/memory.h"
#include "hub/presence.h"
#include "hub/probe.h"
#include "hub/redis.h"
#include "hub/replay.h"
#include "hub/rooms.h"
#include "hub/stats.h"
#include "hub/subscriber.h"
#include "hub/sweep.h"

/* What hub.c, which decides when, and deliver.c, which decides who gets what, share. */

struct hub {
    struct ev_loop *loop;
    const struct config *config;
    struct arena arena; /* of the hub's life: names and the url */
    struct str id, server, event_log;
    struct store_url url;
    struct hub_stats stats;
    struct hub_client_hooks client_hooks;
    struct hub_acceptor acceptor;
    struct hub_redis *redis;
    struct hub_subscriber *subscriber;
    struct hub_probe probe;
    struct hub_rooms *rooms;
    struct hub_presence *presence;
    struct hub_announce announce;
    struct hub_budget typing; /* what may be said of who types */
    struct hub_ebb ebb;
    struct hub_sweep sweep;
    struct hub_memory memory;
    struct hub_replay *replay;
    struct hub_gate gate;
    struct hub_client *clients, *dirty, *ended, *gone;
    struct wire_frame *heartbeat;
    ev_prepare prepare;
    ev_check check;
    struct hub_lag lag;
    ev_timer second;
    ev_signal terminate, interrupt;
    int64_t accept_ms;    /* when it accepts at last, even if it cannot answer; 0: it does */
    struct {              /* hub/drain.c */
        int64_t began_ms; /* 0: the hub is not told to stop */
        size_t streams;   /* open when it was */
        size_t ended;     /* of them, and of those that came late */
        bool has_left;    /* Redis is being told that our users are gone */
        ev_timer step;
    } drain;
    struct {              /* hub/follow.c */
        bool is_complete; /* nothing is known to be missing */
        bool is_reading;
        struct model_cursor noted; /* the newest that came by the channel since the reading began */
        uint64_t losses;           /* how often the channel was lost */
    } follow;
    struct { /* hub/reader.c */
        struct hub_reading *waiting;
        unsigned asking;
    } reader;
};

#endif
