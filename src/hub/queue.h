#ifndef HUB_QUEUE_H
#define HUB_QUEUE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>
#include "wire/fcgi.h"
#include "wire/frame.h"

/*
 * What a connection is still to be sent: a ring of counted frames, and how far the first of them
 * has left. How much may be queued is for who fills it. All zero is an empty one.
 */

#define HUB_QUEUE_GATHER_MAX 64 /* frames that leave in one write */

struct hub_queue {
    struct wire_frame **frames; /* a ring of cap */
    size_t head, count, cap;
    size_t bytes;  /* of all its frames */
    size_t offset; /* of the first one, written already */
};

/* Drops all frames. */
void hub_queue_finish(struct hub_queue *q);

/* Takes over one reference. */
void hub_queue_push(struct hub_queue *q, struct wire_frame *frame);

/* Drops what has not begun to leave: half a record would make nonsense of what follows. */
void hub_queue_cut(struct hub_queue *q);

/* A write's vector, and the headers of records whose request is not number 1. */
struct hub_queue_write {
    struct iovec iov[2 * HUB_QUEUE_GATHER_MAX];
    unsigned char headers[HUB_QUEUE_GATHER_MAX][WIRE_FCGI_HEADER_LEN];
    int n; /* of iov */
};

/* Fills in what is due, from where the last write stopped, up to HUB_QUEUE_GATHER_MAX frames. */
void hub_queue_gather(const struct hub_queue *q, uint16_t request, struct hub_queue_write *out);

/* n bytes of what was gathered have been written; frames that have left are dropped. */
void hub_queue_took(struct hub_queue *q, size_t n);

#endif
