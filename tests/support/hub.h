#ifndef TESTS_SUPPORT_HUB_H
#define TESTS_SUPPORT_HUB_H

#include <sys/types.h>
#include "support/fcgi_peer.h"
#include "support/store.h"

/*
 * The events program in a process of its own, on a unix socket that the test has bound, as lighttpd
 * would, against the test's Redis. Users 1 Pablo, 2 Joe, 3 Mary, who are in General.
 */

struct hub_test {
    struct store_test *store;
    pid_t pid;
    unsigned descriptors; /* that the hub may open; 0: as many as we */
    int listener;         /* stays open, so that nobody is refused while no hub runs */
    char dir[32], path[40];
};

/* For cmocka_unit_test_setup_teardown(), inside store_test_begin() and _end(): starts no hub. */
int hub_test_setup(void **state);

/* Ends the hub, if one runs, which is to exit with 0. */
int hub_test_teardown(void **state);

#define HUB_TEST(test) cmocka_unit_test_setup_teardown(test, hub_test_setup, hub_test_teardown)

/* settings are "SNUG_NAME=value", the last one NULL; NULL: none. Waits until it is healthy. */
void hub_test_start(struct hub_test *h, const char *const *settings);

/* SIGTERM, and the exit status. */
int hub_test_stop(struct hub_test *h);

/* Waits until health says so. */
void hub_test_await_health(struct hub_test *h, bool healthy);

/* A session for the user; its token. */
const char *hub_test_login(struct hub_test *h, const char *user);

/* GET /api/events with that session, NULL: none; since "since=…" or "". */
void hub_test_get(struct hub_test *h, struct fcgi_peer *p, const char *token, const char *since);

/* The same, and waits for "ready". */
void hub_test_open(struct hub_test *h, struct fcgi_peer *p, const char *token, const char *since);

/* The first id behind what was expected before; in the test's arena. */
const char *hub_test_id(struct hub_test *h, struct fcgi_peer *p);

/* Sends, and gives back the message's id. */
const char *hub_test_send(struct hub_test *h, const char *user, const char *room, const char *text);

/* "n{from}" … "n{to}" from Pablo: even ones to General, odd ones to Joe. */
void hub_test_send_many(struct hub_test *h, unsigned from, unsigned to);

/* Waits for them, each once and in this order. */
void hub_test_expect_many(struct fcgi_peer *p, unsigned from, unsigned to);

/* "since={id}", in the test's arena. */
const char *hub_test_since(struct hub_test *h, const char *id);

/* Publishes this envelope on MESSAGES, as a demo server would. */
void hub_test_publish(struct hub_test *h, const char *envelope);

#endif
