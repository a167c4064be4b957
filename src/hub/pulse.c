#include "hub/pulse.h"

#include <string.h>
#include "auth/guard.h"
#include "auth/credential.h"
#include "base/rand.h"
#include "http/body.h"

#define ID_BYTES (HUB_CLIENT_STREAM_MAX / 4 * 3)

void hub_pulse_begin(struct hub_client *c)
{
    struct arena arena;
    arena_init(&arena);
    const struct str id = rand_word(&arena, ID_BYTES);
    memcpy(c->stream, id.ptr, HUB_CLIENT_STREAM_MAX);
    c->pulse_ms = 0;
    arena_finish(&arena);
}

enum err hub_pulse_read(const struct config *config, const struct http_req *req,
                        struct str *session, struct str *stream, struct str *detail)
{
    struct http_field field = {.name = "stream", .required = true, .max = HUB_PULSE_BODY_MAX};
    struct store_asker asker = {0};
    *detail = STR_NONE;
    enum err err = auth_guard_same_origin(config, req);
    if (!err && req->body.len > HUB_PULSE_BODY_MAX) {
        err = ERR_TOO_LARGE;
    }
    if (!err) {
        err = auth_credential_read(config, req, &asker);
    }
    if (!err && !str_is_set(asker.key)) {
        err = ERR_UNAUTHENTICATED;
    }
    if (!err) {
        err = http_body_fields(req, &field, 1, detail);
    }
    if (!err) {
        *session = asker.key;
        *stream = field.value;
    }
    return err;
}

struct search {
    struct str stream;
    int64_t now_ms;
    bool found;
};

static void note(void *arg, struct hub_client *c)
{
    struct search *search = arg;
    if (c->state == HUB_CLIENT_LIVE && str_eq(search->stream, str_of(c->stream))) {
        c->pulse_ms = search->now_ms;
        search->found = true;
    }
}

bool hub_pulse_take(const struct hub_rooms *rooms, struct str session, struct str stream,
                    int64_t now_ms)
{
    struct search search = {stream, now_ms, false};
    hub_rooms_each(rooms, HUB_ROOMS_SESSION, session, note, &search);
    return search.found;
}

void hub_pulse_check(struct hub_client *c, int64_t now_ms)
{
    if (c->state == HUB_CLIENT_LIVE && c->pulse_ms != 0 && now_ms - c->pulse_ms > HUB_PULSE_MS) {
        hub_client_bye(c, HUB_END_SILENT, 0);
    }
}
