#include "hub/replay.h"

#include "base/mem.h"

struct hub_replay {
    struct hub_replay_entry ring[HUB_REPLAY_EVENTS_MAX];
    size_t head, count, bytes;
    uint64_t breaks;
    struct model_cursor floor; /* of the event before the oldest one here; 0, 0: there is none */
    struct model_cursor last;  /* of the newest one; 0, 0: there is none */
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

void hub_replay_clear(struct hub_replay *r)
{
    while (r->count > 0) {
        drop_oldest(r);
    }
    r->floor = r->last = (struct model_cursor){0, 0};
    r->breaks++;
}

void hub_replay_destroy(struct hub_replay *r)
{
    if (r != NULL) {
        hub_replay_clear(r);
        mem_free(r);
    }
}

bool hub_replay_after(struct model_cursor a, struct model_cursor b)
{
    return a.epoch > b.epoch || (a.epoch == b.epoch && a.seq > b.seq);
}

enum hub_replay_fit hub_replay_fit(const struct hub_replay *r, struct model_cursor cursor)
{
    if (r->last.epoch == 0) {
        return HUB_REPLAY_NEXT;
    }
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
    if (hub_replay_fit(r, event->cursor) == HUB_REPLAY_BREAK) {
        hub_replay_clear(r);
    }
    if (r->count == 0) {
        const uint64_t seq = event->cursor.seq;
        r->floor = (struct model_cursor){event->cursor.epoch, seq > 0 ? seq - 1 : 0};
    }
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

struct model_cursor hub_replay_last(const struct hub_replay *r)
{
    return r->last;
}

uint64_t hub_replay_breaks(const struct hub_replay *r)
{
    return r->breaks;
}

bool hub_replay_reaches(const struct hub_replay *r, struct model_cursor after)
{
    return !hub_replay_after(r->floor, after);
}

bool hub_replay_covers(const struct hub_replay *r, struct model_cursor after,
                       struct model_cursor end, uint64_t breaks)
{
    if (r->breaks != breaks || hub_replay_after(after, end)) {
        return false;
    }
    if (!hub_replay_after(end, after)) {
        return hub_replay_reaches(r, end);
    }
    /* What is between the newest one here and the end is on its way by the channel. */
    return r->count > 0 && after.epoch == end.epoch && after.epoch == r->last.epoch &&
           hub_replay_reaches(r, after);
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
