#include "hub/replay.h"

#include "base/mem.h"

struct entry {
    struct model_event event; /* data absent; target is our own copy */
    struct wire_frame *frame;
};

struct hub_replay {
    struct entry ring[HUB_REPLAY_EVENTS_MAX];
    size_t head, count, bytes;
    struct model_cursor last;
};

struct hub_replay *hub_replay_create(void)
{
    return mem_zalloc(1, sizeof(struct hub_replay));
}

static void drop_oldest(struct hub_replay *r)
{
    struct entry *e = &r->ring[r->head];
    r->bytes -= e->frame != NULL ? e->frame->len : 0;
    wire_frame_unref(e->frame);
    mem_free((void *)(uintptr_t)e->event.target.ptr);
    r->head = (r->head + 1) % HUB_REPLAY_EVENTS_MAX;
    r->count--;
}

void hub_replay_clear(struct hub_replay *r)
{
    while (r->count > 0) {
        drop_oldest(r);
    }
    r->last = (struct model_cursor){0, 0};
}

void hub_replay_destroy(struct hub_replay *r)
{
    if (r != NULL) {
        hub_replay_clear(r);
        mem_free(r);
    }
}

static struct str copy(struct str s)
{
    char *text = mem_alloc(s.len + 1);
    if (s.len > 0) {
        memcpy(text, s.ptr, s.len);
    }
    return (struct str){text, s.len};
}

bool hub_replay_add(struct hub_replay *r, const struct model_event *event, struct wire_frame *frame)
{
    const struct model_cursor at = event->cursor;
    const bool follows =
        r->last.epoch == 0 || (at.epoch == r->last.epoch && at.seq == r->last.seq + 1);
    if (!follows) {
        hub_replay_clear(r);
    }
    while (r->count == HUB_REPLAY_EVENTS_MAX || (r->count > 0 && r->bytes > HUB_REPLAY_BYTES_MAX)) {
        drop_oldest(r);
    }
    struct entry *e = &r->ring[(r->head + r->count) % HUB_REPLAY_EVENTS_MAX];
    e->event = *event;
    e->event.data = e->event.from = STR_NONE;
    e->event.target = copy(event->target);
    e->frame = frame != NULL ? wire_frame_ref(frame) : NULL;
    r->bytes += frame != NULL ? frame->len : 0;
    r->count++;
    r->last = at;
    return follows;
}

bool hub_replay_after(struct model_cursor a, struct model_cursor b)
{
    return a.epoch > b.epoch || (a.epoch == b.epoch && a.seq > b.seq);
}

bool hub_replay_covers(const struct hub_replay *r, struct model_cursor after,
                       struct model_cursor end)
{
    if (after.epoch != end.epoch || after.seq > end.seq) {
        return false;
    }
    if (after.seq == end.seq) {
        return true;
    }
    if (r->count == 0 || r->last.epoch != after.epoch) {
        return false;
    }
    /* What is between the newest one here and the end is on its way by the channel. */
    return r->ring[r->head].event.cursor.seq <= after.seq + 1;
}

void hub_replay_each(const struct hub_replay *r, struct model_cursor after,
                     void (*fn)(void *arg, const struct model_event *event,
                                struct wire_frame *frame),
                     void *arg)
{
    for (size_t i = 0; i < r->count; i++) {
        const struct entry *e = &r->ring[(r->head + i) % HUB_REPLAY_EVENTS_MAX];
        if (e->frame != NULL && hub_replay_after(e->event.cursor, after)) {
            fn(arg, &e->event, e->frame);
        }
    }
}

struct model_cursor hub_replay_last(const struct hub_replay *r)
{
    return r->last;
}
