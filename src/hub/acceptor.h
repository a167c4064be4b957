#ifndef HUB_ACCEPTOR_H
#define HUB_ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include "hub/loop.h"

/* The listening socket on descriptor 0, which whoever started us has bound. */

#define HUB_ACCEPTOR_BACKLOG 4096

struct hub_acceptor {
    struct ev_loop *loop;
    ev_io io;
    ev_timer pause; /* after EMFILE */
    void *arg;
    void (*accepted)(void *arg, int fd); /* takes fd over; non-blocking, close-on-exec */
};

/* Is descriptor 0 a listening socket? */
bool hub_acceptor_is_wanted(void);

/* From here on who comes waits in the socket's queue. */
void hub_acceptor_init(struct hub_acceptor *a, struct ev_loop *loop,
                       void (*accepted)(void *arg, int fd), void *arg);
void hub_acceptor_start(struct hub_acceptor *a);
void hub_acceptor_stop(struct hub_acceptor *a);

/* Stopped: accepts those who wait just now, and says how many. */
size_t hub_acceptor_take(struct hub_acceptor *a);

#endif
