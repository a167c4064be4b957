#include "hub/replay.h"

#include "base/mem.h"

struct hub_replay {
    struct hub_replay_entry ring[HUB_REPLAY_EVENTS_MAX];
    size_t head, count, bytes;
    struct model_cursor floor; /* of the entry before the oldest one here */
    struct model_cursor last;  /* of the newest one, else the floor; 0, 0: not started */
};

struct hub_replay *hub_replay_create(void)
{
    return mem_zalloc(1, sizeof(struct hub_replay));
}

static size_t slot(const struct hub_replay *r, size_t i)
{
    return (r->head + i) % HUB_REPLAY_EVENTS_MAX;
}

static void drop_oldest(struct hub_replay *r)
{
    struct hub_replay_entry *e = &r->ring[slot(r, 0)];
    r->floor = e->event.cursor;
    r->bytes -= e->frame != NULL ? e->frame->len : 0;
    wire_frame_unref(e->frame);
    mem_free(e->words);
    r->head = slot(r, 1);
    r->count--;
}

void hub_replay_start(struct hub_replay *r, struct model_cursor floor)
{
    while (r->count > 0) {
        drop_oldest(r);
    }
    r->floor = r->last = floor;
}

void hub_replay_destroy(struct hub_replay *r)
{
    if (r != NULL) {
        hub_replay_start(r, (struct model_cursor){0, 0});
        mem_free(r);
    }
}

bool hub_replay_after(struct model_cursor a, struct model_cursor b)
{
    return a.epoch > b.epoch || (a.epoch == b.epoch && a.seq > b.seq);
}

enum hub_replay_fit hub_replay_fit(const struct hub_replay *r, struct model_cursor cursor)
{
    if (!hub_replay_after(cursor, r->last)) {
        return HUB_REPLAY_STALE;
    }
    return cursor.epoch == r->last.epoch && cursor.seq == r->last.seq + 1 ? HUB_REPLAY_NEXT
                                                                          : HUB_REPLAY_BREAK;
}

/* A copy of what the event says, but for its data, which is in the frame. */
static void copy_event(struct hub_replay_entry *e, const struct model_event *event)
{
    const struct str target = event->target, about = event->about;
    e->words = mem_alloc(target.len + about.len + 1);
    if (target.len > 0) {
        memcpy(e->words, target.ptr, target.len);
    }
    if (about.len > 0) {
        memcpy(e->words + target.len, about.ptr, about.len);
    }
    e->event = *event;
    e->event.data = e->event.from = STR_NONE;
    e->event.target = (struct str){e->words, target.len};
    e->event.about = (struct str){e->words + target.len, about.len};
}

void hub_replay_add(struct hub_replay *r, const struct model_event *event, struct wire_frame *frame)
{
    const size_t len = frame != NULL ? frame->len : 0;
    while (r->count == HUB_REPLAY_EVENTS_MAX ||
           (r->count > 0 && r->bytes + len > HUB_REPLAY_BYTES_MAX)) {
        drop_oldest(r);
    }
    struct hub_replay_entry *e = &r->ring[slot(r, r->count)];
    copy_event(e, event);
    e->frame = frame != NULL ? wire_frame_ref(frame) : NULL;
    r->bytes += len;
    r->count++;
    r->last = event->cursor;
}

/* Does it say what is in the message? */
static bool tells(const struct model_event *event, struct str room, struct str message)
{
    return (event->type == MODEL_EVENT_MESSAGE || event->type == MODEL_EVENT_MESSAGE_EDITED) &&
           str_eq(event->about, message) && str_eq(event->target, room);
}

void hub_replay_redact(struct hub_replay *r, struct str room, struct str message)
{
    for (size_t i = 0; i < r->count; i++) {
        struct hub_replay_entry *e = &r->ring[slot(r, i)];
        if (e->frame != NULL && tells(&e->event, room, message)) {
            r->bytes -= e->frame->len;
            wire_frame_unref(e->frame);
            e->frame = NULL;
        }
    }
}

struct model_cursor hub_replay_last(const struct hub_replay *r)
{
    return r->last;
}

bool hub_replay_reaches(const struct hub_replay *r, struct model_cursor after)
{
    return r->last.epoch != 0 && !hub_replay_after(r->floor, after);
}

size_t hub_replay_seek(const struct hub_replay *r, struct model_cursor after)
{
    size_t low = 0, high = r->count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (hub_replay_after(r->ring[slot(r, middle)].event.cursor, after)) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    return low;
}

const struct hub_replay_entry *hub_replay_at(const struct hub_replay *r, size_t i)
{
    return i < r->count ? &r->ring[slot(r, i)] : NULL;
}

/* Neither is later than the other. */
static bool is_same(struct model_cursor a, struct model_cursor b)
{
    return a.epoch == b.epoch && a.seq == b.seq;
}

bool hub_replay_has(const struct hub_replay *r, struct model_cursor cursor)
{
    if (is_same(cursor, r->floor)) {
        return r->last.epoch != 0;
    }
    const size_t next = hub_replay_seek(r, cursor);
    return next > 0 && is_same(r->ring[slot(r, next - 1)].event.cursor, cursor);
}
