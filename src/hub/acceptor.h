#ifndef HUB_ACCEPTOR_H
#define HUB_ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include "hub/loop.h"
#include "hub/stats.h"

/*
 * The listening socket on descriptor 0, which whoever started us has bound. There is a maximum of
 * connections, under what the process may open: so Redis can be reached whatever comes. Who comes
 * above it waits in the socket's queue until another connection is closed. Where the system itself
 * has no descriptors or no memory left, nobody is accepted for a tenth of a second.
 */

#define HUB_ACCEPTOR_BACKLOG 4096

struct hub_acceptor {
    struct ev_loop *loop;
    ev_io io;
    ev_timer pause; /* the system has nothing left */
    bool is_started;
    bool is_short; /* the log knows that there is nothing left */
    size_t max;
    struct hub_stats *stats; /* connections is counted here */
    void *arg;
    void (*accepted)(void *arg, int fd); /* takes fd over; non-blocking, close-on-exec */
};

/*
 * Is there a listening socket? On descriptor 0 (FastCGI), or on descriptor 3 where LISTEN_PID and
 * LISTEN_FDS say that it is for us, sd_listen_fds(3); then it is moved to 0.
 */
bool hub_acceptor_find(void);

/* From here on who comes waits in the socket's queue. max: how many connections may be open. */
void hub_acceptor_init(struct hub_acceptor *a, struct ev_loop *loop, size_t max,
                       struct hub_stats *stats, void (*accepted)(void *arg, int fd), void *arg);
void hub_acceptor_start(struct hub_acceptor *a);
void hub_acceptor_stop(struct hub_acceptor *a);

/* One that was accepted has been closed. */
void hub_acceptor_closed(struct hub_acceptor *a);

/* Stopped: accepts those who wait just now, and says how many. */
size_t hub_acceptor_take(struct hub_acceptor *a);

#endif
