#include "hub/queue.h"

#include <assert.h>
#include "base/mem.h"

#define RING_FIRST 4
#define RING_KEPT  16 /* frames; a ring that a burst has made longer goes with it */

static struct wire_frame *frame_at(const struct hub_queue *q, size_t i)
{
    assert(i < q->cap);
    return q->frames[(q->head + i) % q->cap];
}

static void grow(struct hub_queue *q)
{
    const size_t cap = q->cap > 0 ? q->cap * 2 : RING_FIRST;
    struct wire_frame **ring = mem_zalloc(cap, sizeof(struct wire_frame *));
    for (size_t i = 0; i < q->count; i++) {
        ring[i] = frame_at(q, i);
    }
    mem_free(q->frames);
    q->frames = ring;
    q->head = 0;
    q->cap = cap;
}

void hub_queue_push(struct hub_queue *q, struct wire_frame *frame)
{
    if (q->count == q->cap) {
        grow(q);
    }
    q->frames[(q->head + q->count) % q->cap] = frame;
    q->count++;
    q->bytes += frame->len;
}

/* Of an empty queue. */
static void free_ring(struct hub_queue *q)
{
    mem_free(q->frames);
    *q = (struct hub_queue){0};
}

static void pop(struct hub_queue *q)
{
    struct wire_frame *frame = frame_at(q, 0);
    q->bytes -= frame->len;
    q->offset = 0;
    q->head = (q->head + 1) % q->cap;
    q->count--;
    wire_frame_unref(frame);
    if (q->count == 0 && q->cap > RING_KEPT) {
        free_ring(q);
    }
}

void hub_queue_finish(struct hub_queue *q)
{
    while (q->count > 0) {
        pop(q);
    }
    free_ring(q);
}

void hub_queue_cut(struct hub_queue *q)
{
    const size_t kept = q->offset > 0 ? 1 : 0;
    while (q->count > kept) {
        struct wire_frame *last = frame_at(q, q->count - 1);
        q->bytes -= last->len;
        q->count--;
        wire_frame_unref(last);
    }
}

void hub_queue_gather(const struct hub_queue *q, uint16_t request, struct hub_queue_write *out)
{
    size_t skip = q->offset;
    out->n = 0;
    for (size_t i = 0; i < q->count && i < HUB_QUEUE_GATHER_MAX; i++) {
        struct wire_frame *f = frame_at(q, i);
        if (request != 1 && f->content > 0 && skip < WIRE_FCGI_HEADER_LEN) {
            unsigned char *header = out->headers[i];
            wire_fcgi_stdout_header(header, request, f->content, f->pad);
            out->iov[out->n++] = (struct iovec){header + skip, WIRE_FCGI_HEADER_LEN - skip};
            skip = WIRE_FCGI_HEADER_LEN;
        }
        out->iov[out->n++] = (struct iovec){f->bytes + skip, f->len - skip};
        skip = 0;
    }
}

void hub_queue_took(struct hub_queue *q, size_t n)
{
    while (n > 0) {
        const size_t left = frame_at(q, 0)->len - q->offset;
        if (n < left) {
            q->offset += n;
            return;
        }
        n -= left;
        pop(q);
    }
}
