#ifndef TESTS_SUPPORT_CLIENT_H
#define TESTS_SUPPORT_CLIENT_H

#include <stdbool.h>
#include "hub/client.h"
#include "support/fcgi_peer.h"

/* A client of the hub, the web server's end of its connection, and as much of a hub as the two
 * need. Time stands still. */

struct client_test {
    struct ev_loop *loop;
    struct hub_stats stats;
    struct hub_client_hooks hooks;
    struct hub_client *client; /* NULL: it was gone, and was destroyed */
    struct fcgi_peer peer;
    unsigned requests, drained, ended, gone; /* how often the client has said so */
    bool dirty;
    size_t params; /* bytes of the last request's */
};

int client_test_setup(void **state);

/* No frame may be left. */
int client_test_teardown(void **state);

#define CLIENT_TEST(test)                                                                          \
    cmocka_unit_test_setup_teardown(test, client_test_setup, client_test_teardown)

/* Another client and peer; those of before are gone or closed. */
void client_test_connect(struct client_test *w);

/* A turn of the loop, and its flush. */
void client_test_turn(struct client_test *w);

/* Turns, and the peer reads, until nothing moves any more. */
void client_test_settle(struct client_test *w);

/* A request for a stream, which the client does not see before its next turn. */
void client_test_ask(struct client_test *w, unsigned id, unsigned flags);

/* The same, and a stream that is open. */
void client_test_go_live(struct client_test *w, unsigned id, unsigned flags);

/* An event of len bytes that begin with "<n>", seq n of epoch 1. */
struct wire_frame *client_test_frame(size_t len, unsigned n);

/* Sends it. */
void client_test_send(struct client_test *w, size_t len, unsigned n);

#endif
