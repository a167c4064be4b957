#ifndef LOAD_PUBLISH_H
#define LOAD_PUBLISH_H

#include "load/http.h"
#include "load/state.h"

/*
 * Who sends: some connections, each with one POST under way. Messages begin at a rate, whatever
 * happens (their stamp is the time they were due), or while fewer than --window of them are not
 * everywhere yet. What is answered with 429 or 5xx, or not at all, is sent again with its nonce.
 */

struct load_sender {
    struct load_publisher *publisher;
    struct load_io io;
    bool is_connecting;
    size_t message; /* under way; SIZE_MAX: none */
    struct load_http http;
    struct buf body; /* of the answer */
    struct load_timer again;
};

struct load_publisher {
    struct load *load;
    struct load_sender *senders;
    size_t nsenders;
    size_t taken; /* messages that a sender has, or had */
    int64_t began_ns;
    bool is_stopped;
    struct load_timer tick;
};

void load_publisher_init(struct load_publisher *p, struct load *load);
void load_publisher_finish(struct load_publisher *p);

/* Begins to send. */
void load_publisher_start(struct load_publisher *p);

/* No message begins any more. */
void load_publisher_stop(struct load_publisher *p);

/* After messages were received: there may be room for the next one. */
void load_publisher_go_on(struct load_publisher *p);

/* Has all that is to begin begun, and been answered? */
bool load_publisher_is_done(const struct load_publisher *p);

#endif
