#include "hub/deliver.h"

#include <utlist.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"
#include "store/event.h"
#include "wire/sse.h"

#define BLOCK_MAX WIRE_FCGI_CONTENT_MAX

static const char head[] = "Status: 200 OK\r\n"
                           "Content-Type: text/event-stream\r\n"
                           "Cache-Control: no-cache, no-transform\r\n"
                           "X-Accel-Buffering: no\r\n"
                           "X-Content-Type-Options: nosniff\r\n\r\n";

static void send_block(struct hub_client *c, struct str block)
{
    struct wire_frame *frame = wire_frame_create(block, 0, 0);
    hub_client_send(c, frame);
    wire_frame_unref(frame);
}

/* The frame of an event, built once for everybody; NULL where it would not fit a record. */
static struct wire_frame *frame_of(const struct model_event *event)
{
    struct wire_frame *frame = NULL;
    struct arena arena;
    struct buf block;
    arena_init(&arena);
    buf_init(&block, &arena, BLOCK_MAX);
    wire_sse_event(&block, str_of(model_event_name(event->type)),
                   event->numbered ? model_id_cursor_text(&arena, event->cursor) : STR_NONE,
                   event->data);
    if (!buf_err(&block)) {
        frame = wire_frame_create(buf_str(&block), event->cursor.epoch, event->cursor.seq);
    }
    arena_finish(&arena);
    return frame;
}

struct delivery {
    const struct model_event *event;
    struct wire_frame *frame;
};

static void deliver_to(void *arg, struct hub_client *c)
{
    const struct delivery *d = arg;
    if (c->state != HUB_CLIENT_LIVE) {
        return;
    }
    if (d->event->numbered) {
        if (!hub_replay_after(d->event->cursor, c->cursor)) {
            return;
        }
        c->cursor = d->event->cursor;
    }
    hub_client_send(c, d->frame);
}

static void end_session(struct hub *hub, struct str session)
{
    struct hub_client *c;
    DL_FOREACH(hub->clients, c)
    {
        if (c->state == HUB_CLIENT_LIVE && str_eq(str_of(c->session), session)) {
            hub_deliver_bye(c, "logout", 0);
        }
    }
}

static void send_out(struct hub *hub, const struct model_event *event, struct wire_frame *frame)
{
    struct delivery d = {event, frame};
    struct hub_client *c;
    switch (event->scope) {
    case MODEL_EVENT_TO_ROOM:
        hub_rooms_each(hub->rooms, event->target, deliver_to, &d);
        break;
    case MODEL_EVENT_TO_USER:
        hub_presence_each(hub->presence, event->target, deliver_to, &d);
        break;
    case MODEL_EVENT_TO_ALL:
        DL_FOREACH(hub->clients, c)
        {
            deliver_to(&d, c);
        }
        break;
    case MODEL_EVENT_TO_SESSION:
        break;
    }
}

struct joining {
    struct hub *hub;
    struct str room;
};

static void join_one(void *arg, struct hub_client *c)
{
    const struct joining *j = arg;
    if (c->state == HUB_CLIENT_LIVE) {
        hub_rooms_join(j->hub->rooms, j->room, c);
    }
}

/* A direct room has appeared: its two users' streams are in it before they hear of it. */
static void join_shown(struct hub *hub, const struct model_event *event)
{
    struct joining j = {hub, event->target};
    struct str users[2];
    enum model_room_kind kind;
    if (event->scope != MODEL_EVENT_TO_ROOM || !model_id_is_room(event->target, &kind) ||
        kind != MODEL_ROOM_DIRECT) {
        return;
    }
    model_id_direct_users(event->target, users);
    hub_presence_each(hub->presence, users[0], join_one, &j);
    hub_presence_each(hub->presence, users[1], join_one, &j);
}

/* Numbered events make a chain; where a link is missing, the streams are told to reload. */
static void note_number(struct hub *hub, const struct model_event *event, struct wire_frame *frame)
{
    if (!hub_replay_add(hub->replay, event, frame)) {
        hub->stats.gaps++;
        log_warn("event_gap", "epoch=%llu seq=%llu", (unsigned long long)event->cursor.epoch,
                 (unsigned long long)event->cursor.seq);
        hub_deliver_reset(hub);
    }
}

static void adopt(struct hub *hub, const struct model_event *event)
{
    struct arena arena;
    arena_init(&arena);
    hub_redis_send(hub->redis, store_event_adopt_cmd(&arena, hub->server, hub->event_log, event),
                   NULL, NULL);
    arena_finish(&arena);
}

/* {"id":"7",… of presence data that model_event_read() wrote. */
static struct str data_user(const struct model_event *event)
{
    struct str rest = event->data, piece;
    for (int i = 0; i < 3; i++) {
        if (!str_split(&rest, '"', &piece)) {
            return STR("");
        }
    }
    return str_split(&rest, '"', &piece) ? piece : STR("");
}

/* From a demo server: taken only where SNUG_FAMILY says so. False: it is not passed on as it came.
 */
static bool take_foreign(struct hub *hub, const struct model_event *event)
{
    if (!hub->config->family) {
        hub->stats.dropped++;
        return false;
    }
    if (event->type == MODEL_EVENT_MESSAGE || event->type == MODEL_EVENT_SHOW_ROOM) {
        /* It comes back with a number, and is delivered then. */
        adopt(hub, event);
        return false;
    }
    if (event->type == MODEL_EVENT_USER_DISCONNECTED) {
        hub_presence_contradict(hub->presence, data_user(event), clock_mono_ms());
    }
    return true;
}

void hub_deliver_event(struct hub *hub, const struct model_event *event)
{
    if (!event->ours && !take_foreign(hub, event)) {
        return;
    }
    const bool inner = event->type == MODEL_EVENT_SESSION_ENDED;
    struct wire_frame *frame = inner ? NULL : frame_of(event);
    if (event->numbered) {
        note_number(hub, event, frame);
    }
    if (inner) {
        end_session(hub, event->target);
    } else if (frame != NULL) {
        if (event->type == MODEL_EVENT_SHOW_ROOM) {
            join_shown(hub, event);
        }
        send_out(hub, event, frame);
    }
    wire_frame_unref(frame);
}

void hub_deliver_reset(struct hub *hub)
{
    struct wire_frame *frame = wire_frame_create(STR("event: reset\ndata: {}\n\n"), 0, 0);
    struct hub_client *c;
    DL_FOREACH(hub->clients, c)
    {
        if (c->state == HUB_CLIENT_LIVE) {
            hub->stats.resets++;
            hub_client_send(c, frame);
        }
    }
    wire_frame_unref(frame);
}

void hub_deliver_bye(struct hub_client *c, const char *reason, uint32_t retry_ms)
{
    struct arena arena;
    struct buf block;
    arena_init(&arena);
    buf_init(&block, &arena, 256);
    if (retry_ms > 0) {
        wire_sse_retry(&block, retry_ms);
    }
    wire_sse_event(&block, STR("bye"), STR_NONE,
                   arena_printf(&arena, "{\"reason\":\"%s\"}", reason));
    send_block(c, buf_str(&block));
    hub_client_end(c, reason);
    arena_finish(&arena);
}

static void write_ready(struct buf *out, const struct hub *hub, const struct store_stream *stream,
                        struct arena *arena)
{
    buf_add_cstr(out, "{\"user\":");
    model_user_write(out, &stream->user, false);
    buf_add_cstr(out, ",\"stream\":");
    buf_add_json(out, rand_word(arena, 12));
    buf_printf(out, ",\"heartbeat\":%llu", (unsigned long long)hub->config->heartbeat);
    if (stream->online_count > STORE_STREAM_ONLINE_MAX) {
        buf_printf(out, ",\"onlineCount\":%zu}", stream->online_count);
        return;
    }
    buf_add_cstr(out, ",\"online\":[");
    for (size_t i = 0; i < stream->nonline; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, stream->online[i]);
    }
    buf_add_cstr(out, "]}");
}

static void send_ready(struct hub *hub, struct hub_client *c, const struct store_stream *stream,
                       struct model_cursor from, bool reset)
{
    struct arena arena;
    struct buf block, data;
    arena_init(&arena);
    buf_init(&block, &arena, BLOCK_MAX);
    buf_init(&data, &arena, MODEL_EVENT_DATA_MAX);
    buf_add_cstr(&block, head);
    wire_sse_retry(&block, 2000 + rand_below(2000));
    write_ready(&data, hub, stream, &arena);
    wire_sse_event(&block, STR("ready"), model_id_cursor_text(&arena, from), buf_str(&data));
    if (reset) {
        hub->stats.resets++;
        wire_sse_event(&block, STR("reset"), STR_NONE, STR("{}"));
    }
    send_block(c, buf_str(&block));
    arena_finish(&arena);
}

struct catching_up {
    struct hub_client *c;
};

static void replay_one(void *arg, const struct model_event *event, struct wire_frame *frame)
{
    struct hub_client *c = ((struct catching_up *)arg)->c;
    const struct model_user user = hub_presence_user(c);
    const bool sees = event->scope == MODEL_EVENT_TO_ALL ||
                      (event->scope == MODEL_EVENT_TO_ROOM && hub_rooms_has(c, event->target)) ||
                      (event->scope == MODEL_EVENT_TO_USER && str_eq(user.id, event->target));
    if (sees) {
        hub_client_send(c, frame);
    }
}

void hub_deliver_opening(struct hub *hub, struct hub_client *c, const struct store_stream *stream,
                         const struct model_cursor *since, bool bad_since)
{
    const bool resumes = since != NULL && hub_replay_covers(hub->replay, *since, stream->end);
    const bool reset = bad_since || (since != NULL && !resumes);
    struct catching_up up = {c};
    c->state = HUB_CLIENT_LIVE;
    c->cursor = resumes ? *since : stream->end;
    hub->stats.streams++;
    hub_presence_add(hub->presence, &stream->user, c);
    for (size_t i = 0; i < stream->nrooms; i++) {
        hub_rooms_join(hub->rooms, stream->rooms[i], c);
    }
    send_ready(hub, c, stream, c->cursor, reset);
    /* What is newer than its cursor and already here; the rest comes by the channel, and is newer
     * still. */
    hub_replay_each(hub->replay, c->cursor, replay_one, &up);
    if (hub_replay_after(hub_replay_last(hub->replay), c->cursor)) {
        c->cursor = hub_replay_last(hub->replay);
    }
}
