#include "hub/want.h"

#include "http/accept.h"
#include "http/query.h"

/* What the cursor is called where there is no header; the first that is there counts. */
static const char *const cursors[] = {"since", "last_event_id", "lastEventId"};

static void read_since(const struct http_req *req, struct hub_want *want)
{
    struct str text = http_req_header(req, "last-event-id");
    if (text.len == 0) {
        text = STR_NONE;
    }
    for (size_t i = 0; i < ARRAY_LEN(cursors) && !str_is_set(text); i++) {
        if (http_query_get(req->query, str_of(cursors[i]), req->arena, &text)) {
            want->is_bad = true;
            return;
        }
    }
    if (str_is_set(text)) {
        want->has_since = model_id_cursor(text, &want->since);
        want->is_bad = !want->has_since;
    }
}

static bool read_rooms(const struct http_req *req, struct hub_want *want)
{
    return !http_query_get(req->query, STR("rooms"), req->arena, &want->rooms) &&
           (!str_is_set(want->rooms) || model_id_is_room_list(want->rooms, HUB_WANT_ROOMS_MAX));
}

static bool read_format(const struct http_req *req, struct hub_want *want)
{
    struct str name;
    enum http_form form;
    if (http_query_get(req->query, STR("format"), req->arena, &name)) {
        return false;
    }
    if (str_is_set(name)) {
        return hub_format_find(name, &want->format);
    }
    const bool is_lines = !http_accept_form(req, &form) && form == HTTP_FORM_NDJSON;
    want->format = is_lines ? HUB_FORMAT_NDJSON : HUB_FORMAT_SSE;
    return true;
}

enum err hub_want_read(const struct http_req *req, struct hub_want *out, struct str *detail)
{
    struct hub_want want = {
        .is_head = req->method == HTTP_HEAD, .cors = req->cors, .format = HUB_FORMAT_SSE};
    read_since(req, &want);
    if (!read_rooms(req, &want)) {
        *detail = STR("rooms is a list of at most 100 room ids, such as 0,1:2.");
        return ERR_INVALID;
    }
    if (!read_format(req, &want)) {
        *detail = STR("format is sse or ndjson.");
        return ERR_INVALID;
    }
    *out = want;
    return ERR_OK;
}

struct str hub_want_narrow(struct arena *arena, struct str rooms, struct str narrow)
{
    struct buf both;
    struct str room;
    if (!str_is_set(rooms) || !str_is_set(narrow)) {
        return str_is_set(rooms) ? rooms : narrow;
    }
    buf_init(&both, arena, rooms.len);
    while (str_split(&rooms, ',', &room)) {
        if (hub_want_has(narrow, room)) {
            buf_add_cstr(&both, both.len > 0 ? "," : "");
            buf_add_str(&both, room);
        }
    }
    return both.len > 0 ? buf_str(&both) : STR("-");
}

bool hub_want_has(struct str rooms, struct str room)
{
    struct str one;
    if (!str_is_set(rooms)) {
        return true;
    }
    while (str_split(&rooms, ',', &one)) {
        if (str_eq(one, room)) {
            return true;
        }
    }
    return false;
}
