#include "hub/opening.h"

#include <stdio.h>
#include "base/clock.h"
#include "base/rand.h"
#include "hub/deliver.h"
#include "hub/pulse.h"
#include "wire/sse.h"

#define BLOCK_MAX    WIRE_FCGI_CONTENT_MAX
#define RETRY_MIN_MS 2000u
#define RETRY_SPREAD 2000u

static void write_ready(struct buf *out, const struct hub *hub, const struct hub_client *c,
                        const struct store_stream *stored)
{
    buf_add_cstr(out, "{\"user\":");
    model_user_write(out, &stored->user, false);
    buf_add_cstr(out, ",\"stream\":");
    buf_add_json(out, str_of(c->stream));
    buf_printf(out, ",\"heartbeat\":%llu", (unsigned long long)hub->config->heartbeat);
    if (stored->online_count > STORE_STREAM_ONLINE_MAX) {
        buf_printf(out, ",\"onlineCount\":%zu}", stored->online_count);
        return;
    }
    buf_add_cstr(out, ",\"online\":[");
    for (size_t i = 0; i < stored->nonline; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, stored->online[i]);
    }
    buf_add_cstr(out, "]}");
}

/* When to come back, spread so that not all do at once; "ready". */
static void say_ready(struct hub *hub, struct hub_client *c, const struct store_stream *stored)
{
    struct arena arena;
    struct buf block, data;
    arena_init(&arena);
    buf_init(&block, &arena, BLOCK_MAX);
    buf_init(&data, &arena, MODEL_EVENT_DATA_MAX);
    wire_sse_retry(&block, RETRY_MIN_MS + rand_below(RETRY_SPREAD));
    write_ready(&data, hub, c, stored);
    wire_sse_event(&block, STR("ready"), model_id_cursor_text(&arena, c->cursor), buf_str(&data));
    hub_client_say(c, buf_str(&block));
    arena_finish(&arena);
}

/* Puts c into the indexes as Redis says, and as the channel has said since. */
static void enter(struct hub *hub, struct hub_client *c, const struct hub_gate_stream *stream)
{
    const struct store_stream *stored = &stream->stored;
    c->known = stored->end;
    hub_rooms_leave_all(hub->rooms, c);
    hub_rooms_join(hub->rooms, HUB_ROOMS_SESSION, stream->session, c);
    for (size_t i = 0; i < stored->nrooms; i++) {
        if (hub_want_has(str_of(c->rooms), stored->rooms[i])) {
            hub_rooms_join(hub->rooms, HUB_ROOMS_ROOM, stored->rooms[i], c);
        }
    }
}

/* A user's open streams. */
struct streams {
    size_t count;
    struct hub_client *oldest;
};

static void count_stream(void *arg, struct hub_client *c)
{
    struct streams *streams = arg;
    if (c->state == HUB_CLIENT_LIVE) {
        streams->count++;
        if (streams->oldest == NULL || c->began_ms < streams->oldest->began_ms) {
            streams->oldest = c;
        }
    }
}

/* One stream more than a user may have ends the oldest one. */
static void replace_oldest(struct hub *hub, const struct hub_client *c)
{
    struct streams streams = {0};
    hub_presence_each(hub->presence, hub_presence_user(c), count_stream, &streams);
    if (streams.count > hub->config->user_streams) {
        hub_client_bye(streams.oldest, HUB_END_REPLACED, 0);
    }
}

/* The request for a stream is granted. */
static void begin(struct hub *hub, struct hub_client *c, const struct hub_gate_stream *stream)
{
    const struct hub_want *want = &stream->want;
    const struct model_cursor end = stream->stored.end;
    hub_client_open(c, want);
    (void)snprintf(c->place, sizeof(c->place), "%.*s", STR_FMT(stream->place));
    hub_pulse_begin(c);
    c->cursor = want->has_since ? want->since : end;
    c->is_proven = !hub_replay_after(end, c->cursor) || hub_replay_has(hub->replay, c->cursor);
    c->is_behind = true;
    hub->stats.streams++;
    hub->stats.opened++;
    hub_presence_add(hub->presence, stream->stored.user.id, c);
    replace_oldest(hub, c);
    const uint32_t age_ms = (uint32_t)hub->config->stream_age * 1000;
    const int64_t left_ms = stream->stored.left_ms;
    c->expires_ms = left_ms > 0 ? clock_mono_ms() + left_ms : 0;
    c->until_ms = c->began_ms + age_ms / 10 * 8 + rand_below(age_ms / 10 * 4 + 1);
}

bool hub_opening_granted(struct hub *hub, struct hub_client *c,
                         const struct hub_gate_stream *stream)
{
    const struct store_stream *stored = &stream->stored;
    const struct hub_want *want = &stream->want;
    const bool is_again = c->state == HUB_CLIENT_LIVE;
    if (!hub_replay_reaches(hub->replay, stored->end)) {
        return false;
    }
    /* A cursor that is later than the log's end is none. */
    const bool is_bad =
        want->is_bad || (want->has_since && hub_replay_after(want->since, stored->end));
    if (!is_again) {
        begin(hub, c, stream);
    }
    enter(hub, c, stream);
    if (!is_again) {
        c->cursor = is_bad ? stored->end : c->cursor;
        say_ready(hub, c, stored);
    }
    hub_deliver_missed(hub, c);
    if (c->state == HUB_CLIENT_LIVE && (is_bad || is_again)) {
        hub_deliver_reload(hub, c);
    }
    hub_deliver_more(hub, c);
    return true;
}
