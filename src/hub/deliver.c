#include "hub/deliver.h"

#include <stdio.h>
#include <utlist.h>
#include "base/clock.h"
#include "base/rand.h"
#include "hub/follow.h"
#include "hub/pulse.h"
#include "hub/reader.h"
#include "store/event.h"
#include "store/presence.h"
#include "store/reply.h"
#include "wire/sse.h"

#define BLOCK_MAX WIRE_FCGI_CONTENT_MAX

/* Events from the channel. */

/* The frame of an event, built once for everybody; NULL for one that no client sees. */
static struct wire_frame *create_frame(const struct model_event *event)
{
    struct wire_frame *frame = NULL;
    struct arena arena;
    struct buf block;
    if (event->type == MODEL_EVENT_SESSION_ENDED || event->type == MODEL_EVENT_ADDRESS_BANNED ||
        event->type == MODEL_EVENT_OTHER) {
        return NULL;
    }
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

/* An event on its way; what the walks over streams are given. */
struct delivery {
    struct hub *hub;
    const struct model_event *event;
    struct wire_frame *frame;
};

/* Was it already so when the stream's rooms were read? */
static bool is_known(const struct hub_client *c, const struct model_event *event)
{
    return event->numbered && !hub_replay_after(event->cursor, c->known);
}

/* Does it put somebody into a room, or take them out of it? */
static bool is_membership(const struct model_event *event)
{
    return event->type == MODEL_EVENT_SHOW_ROOM || event->type == MODEL_EVENT_ROOM_LEFT;
}

/* Is it not about a room that the stream leaves out? */
static bool is_wanted(const struct hub_client *c, const struct model_event *event)
{
    return !is_membership(event) || hub_want_has(str_of(c->rooms), event->about);
}

static void change_room(void *arg, struct hub_client *c)
{
    const struct delivery *d = arg;
    if (c->state != HUB_CLIENT_LIVE || is_known(c, d->event) || !is_wanted(c, d->event)) {
        return;
    }
    if (d->event->type == MODEL_EVENT_ROOM_LEFT) {
        hub_rooms_leave(d->hub->rooms, HUB_ROOMS_ROOM, d->event->about, c);
    } else {
        hub_rooms_join(d->hub->rooms, HUB_ROOMS_ROOM, d->event->about, c);
    }
}

static void end_session(void *arg, struct hub_client *c)
{
    const struct delivery *d = arg;
    if (!is_known(c, d->event)) {
        hub_client_bye(c, HUB_END_LOGOUT, 0);
    }
}

/* Is it read where nobody may any more? */
static void end_banned(const struct delivery *d, struct hub_client *c)
{
    if (c->state == HUB_CLIENT_LIVE && !is_known(c, d->event) &&
        model_address_is_in(str_of(c->place), d->event->about)) {
        hub_client_bye(c, HUB_END_BANNED, 0);
    }
}

/* Whose streams a change of membership is about: ids with `sep` between them, or absent. */
struct people {
    struct str ids;
    char sep;
};

static struct people whose(const struct model_event *event)
{
    const struct people nobody = {STR_NONE, ','};
    enum model_room_kind kind;
    if (!is_membership(event) || !str_is_set(event->about) ||
        !model_id_is_room(event->about, &kind)) {
        return nobody;
    }
    if (event->scope == MODEL_EVENT_TO_USER || event->scope == MODEL_EVENT_TO_USERS) {
        return (struct people){event->target, ','};
    }
    const bool is_direct = event->scope == MODEL_EVENT_TO_ROOM && kind == MODEL_ROOM_DIRECT &&
                           str_eq(event->target, event->about);
    return is_direct ? (struct people){event->about, ':'} : nobody;
}

/* Each open stream of those people. */
static void each_stream(const struct hub *hub, struct people people,
                        void (*fn)(void *arg, struct hub_client *c), void *arg)
{
    struct str user;
    while (str_split(&people.ids, people.sep, &user)) {
        hub_presence_each(hub->presence, user, fn, arg);
    }
}

static bool is_among(struct people people, struct str user)
{
    struct str one;
    while (str_split(&people.ids, people.sep, &one)) {
        if (str_eq(one, user)) {
            return true;
        }
    }
    return false;
}

/* What an event means for the indexes and the ring, before anybody hears of it. */
static void apply(struct delivery *d)
{
    const struct model_event *event = d->event;
    each_stream(d->hub, whose(event), change_room, d);
    if (event->type == MODEL_EVENT_SESSION_ENDED) {
        hub_rooms_each(d->hub->rooms, HUB_ROOMS_SESSION, event->target, end_session, d);
    }
    if (event->type == MODEL_EVENT_ADDRESS_BANNED) {
        struct hub_client *c;
        DL_FOREACH(d->hub->clients, c)
        {
            end_banned(d, c);
        }
    }
    if (event->type == MODEL_EVENT_MESSAGE_DELETED) {
        hub_replay_redact(d->hub->replay, event->target, event->about);
    }
}

/* Does somebody type whom the stream is of, or does it lag behind anyway? */
static bool is_idle_talk(const struct hub_client *c, const struct model_event *event)
{
    return event->type == MODEL_EVENT_TYPING &&
           (c->is_behind || str_eq(hub_presence_user(c), event->from));
}

static void send_to(void *arg, struct hub_client *c)
{
    const struct delivery *d = arg;
    const struct model_cursor at = d->event->cursor;
    if (is_idle_talk(c, d->event)) {
        return;
    }
    if (d->event->numbered && (c->is_behind || !hub_replay_after(at, c->cursor))) {
        return; /* it comes from the ring, or has come */
    }
    if (!is_wanted(c, d->event)) {
        return;
    }
    if (d->event->numbered && c->queue.bytes + d->frame->len > HUB_CLIENT_FILL_MAX) {
        /* A burst, or a slow reader: the ring keeps it for when there is room. */
        c->is_behind = true;
        c->cursor = (struct model_cursor){at.epoch, at.seq - 1};
        return;
    }
    hub_client_send(c, d->frame);
}

static void send_out(struct delivery *d)
{
    struct hub_client *c;
    switch (d->event->scope) {
    case MODEL_EVENT_TO_ROOM:
        hub_rooms_each(d->hub->rooms, HUB_ROOMS_ROOM, d->event->target, send_to, d);
        break;
    case MODEL_EVENT_TO_USER:
    case MODEL_EVENT_TO_USERS:
        each_stream(d->hub, (struct people){d->event->target, ','}, send_to, d);
        break;
    case MODEL_EVENT_TO_SESSION:
        hub_rooms_each(d->hub->rooms, HUB_ROOMS_SESSION, d->event->target, send_to, d);
        break;
    case MODEL_EVENT_TO_ALL:
        DL_FOREACH(d->hub->clients, c)
        {
            send_to(d, c);
        }
        break;
    }
}

static void adopt(struct hub *hub, const struct model_event *event)
{
    struct arena arena;
    arena_init(&arena);
    hub->stats.adopted++;
    hub_redis_send(hub->redis, store_event_adopt_cmd(&arena, hub->server, hub->event_log, event),
                   NULL, NULL);
    arena_finish(&arena);
}

/* From a demo server: taken only where SNUG_FAMILY says so. True: it is passed on as it came. */
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
        hub_presence_contradict(hub->presence, event->about);
    }
    return true;
}

/* Of somebody who comes or goes, which concerns everybody. */
static bool is_announcement(const struct model_event *event)
{
    return event->type == MODEL_EVENT_USER_CONNECTED ||
           event->type == MODEL_EVENT_USER_DISCONNECTED;
}

/* Above the budget nobody is told: it is said again in a moment, or over. */
static bool may_tell_typing(struct hub *hub, const struct model_event *event)
{
    return hub_budget_spend(&hub->typing, clock_mono_ms(),
                            hub_rooms_size(hub->rooms, HUB_ROOMS_ROOM, event->target));
}

void hub_deliver_event(struct hub *hub, const struct model_event *event)
{
    if (!event->ours && !take_foreign(hub, event)) {
        return;
    }
    if (event->numbered) {
        hub_follow_event(hub, event);
        return;
    }
    if (is_announcement(event) &&
        !hub_announce_change(&hub->announce, clock_mono_ms(), hub->stats.streams)) {
        hub->stats.gathered++;
        return;
    }
    if (event->type == MODEL_EVENT_TYPING && !may_tell_typing(hub, event)) {
        return;
    }
    struct delivery d = {hub, event, create_frame(event)};
    if (d.frame != NULL) {
        send_out(&d);
    }
    wire_frame_unref(d.frame);
}

/* How many are online, for what was gathered. */
static void on_counted(void *arg, const struct redisReply *reply)
{
    struct hub *hub = arg;
    int64_t online;
    struct hub_client *c;
    char block[64];
    if (reply == NULL || store_reply_i64(reply, &online)) {
        hub_announce_again(&hub->announce, clock_mono_ms());
        return;
    }
    snprintf(block, sizeof(block), "event: presence\ndata: {\"online\":%lld}\n\n",
             (long long)online);
    struct wire_frame *frame = wire_frame_create(str_of(block), 0, 0);
    DL_FOREACH(hub->clients, c)
    {
        hub_client_send(c, frame);
    }
    wire_frame_unref(frame);
}

void hub_deliver_gathered(struct hub *hub)
{
    struct arena arena;
    if (hub_announce_is_due(&hub->announce, clock_mono_ms(), hub->stats.streams)) {
        arena_init(&arena);
        hub_redis_send(hub->redis, store_presence_count_cmd(&arena), on_counted, hub);
        arena_finish(&arena);
    }
}

void hub_deliver_numbered(struct hub *hub, const struct model_event *event)
{
    struct delivery d = {hub, event, create_frame(event)};
    hub_replay_add(hub->replay, event, d.frame);
    apply(&d);
    if (d.frame != NULL) {
        send_out(&d);
    }
    wire_frame_unref(d.frame);
}

/* What one stream has missed. */

void hub_deliver_missed(struct hub *hub, struct hub_client *c)
{
    const struct hub_replay_entry *e;
    for (size_t i = hub_replay_seek(hub->replay, c->known);
         (e = hub_replay_at(hub->replay, i)) != NULL; i++) {
        struct delivery d = {hub, &e->event, e->frame};
        if (is_among(whose(&e->event), hub_presence_user(c))) {
            change_room(&d, c);
        }
        if (e->event.type == MODEL_EVENT_SESSION_ENDED &&
            hub_rooms_has(hub->rooms, HUB_ROOMS_SESSION, e->event.target, c)) {
            end_session(&d, c);
        }
        if (e->event.type == MODEL_EVENT_ADDRESS_BANNED) {
            end_banned(&d, c);
        }
    }
}

static bool sees(const struct hub *hub, const struct hub_client *c, const struct model_event *event)
{
    switch (event->scope) {
    case MODEL_EVENT_TO_ALL:
        return true;
    case MODEL_EVENT_TO_ROOM:
        return hub_rooms_has(hub->rooms, HUB_ROOMS_ROOM, event->target, c);
    case MODEL_EVENT_TO_USER:
    case MODEL_EVENT_TO_USERS:
        return is_among((struct people){event->target, ','}, hub_presence_user(c)) &&
               is_wanted(c, event);
    case MODEL_EVENT_TO_SESSION:
        return hub_rooms_has(hub->rooms, HUB_ROOMS_SESSION, event->target, c);
    }
    return false;
}

/* From the ring, which has all that c needs. */
static void send_kept(struct hub *hub, struct hub_client *c)
{
    const struct hub_replay_entry *e;
    size_t i = hub_replay_seek(hub->replay, c->cursor);
    while (c->queue.bytes < HUB_CLIENT_FILL_MAX) {
        e = hub_replay_at(hub->replay, i++);
        if (e == NULL) {
            c->is_behind = false;
            return;
        }
        c->cursor = e->event.cursor;
        if (e->frame != NULL && sees(hub, c, &e->event)) {
            hub->stats.replayed_ring++;
            hub_client_send(c, e->frame);
        }
    }
}

void hub_deliver_more(struct hub *hub, struct hub_client *c)
{
    if (c->state != HUB_CLIENT_LIVE || !c->is_behind || c->ask != NULL || c->reading != NULL ||
        c->queue.bytes >= HUB_CLIENT_FILL_MAX) {
        return;
    }
    if (c->is_proven && hub_replay_reaches(hub->replay, c->cursor)) {
        send_kept(hub, c);
    } else {
        hub_reader_read(hub, c);
    }
}

void hub_deliver_replayed(struct hub *hub, struct hub_client *c, const struct model_event *event)
{
    c->cursor = event->cursor;
    if (sees(hub, c, event)) {
        struct wire_frame *frame = create_frame(event);
        if (frame != NULL) {
            hub->stats.replayed_log++;
            hub_client_send(c, frame);
        }
        wire_frame_unref(frame);
    }
}

void hub_deliver_reload(struct hub *hub, struct hub_client *c)
{
    struct wire_frame *frame = wire_frame_create(STR("event: reset\ndata: {}\n\n"), 0, 0);
    const struct model_cursor last = hub_replay_last(hub->replay);
    /* What it loads is newer than all of this. */
    c->cursor = hub_replay_after(last, c->known) ? last : c->known;
    c->is_proven = true;
    c->is_behind = false;
    hub->stats.resets++;
    hub_client_send(c, frame);
    wire_frame_unref(frame);
}

void hub_deliver_reset(struct hub *hub)
{
    struct hub_client *c;
    DL_FOREACH(hub->clients, c)
    {
        if (c->state == HUB_CLIENT_LIVE) {
            c->is_behind = true; /* nothing for it until it is known again what it may see */
            hub_reader_forget(c);
            hub_gate_again(&hub->gate, c, hub_rooms_session(c));
        }
    }
}
