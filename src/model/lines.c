#include "model/lines.h"

#include <time.h>
#include "base/attr.h"
#include "model/json.h"

#define INDENT STR("\n    ")

/* The place behind the string that begins at i. */
static size_t skip_string(struct str s, size_t i)
{
    for (i++; i < s.len && s.ptr[i] != '"'; i++) {
        i += s.ptr[i] == '\\';
    }
    return i < s.len ? i + 1 : s.len;
}

/* The place behind the value that begins at i. */
static size_t skip_value(struct str s, size_t i)
{
    size_t depth = 0;
    while (i < s.len) {
        const char c = s.ptr[i];
        if (depth == 0 && (c == ',' || c == ']' || c == '}')) {
            break;
        }
        if (c == '"') {
            i = skip_string(s, i);
            continue;
        }
        depth += c == '{' || c == '[';
        depth -= c == '}' || c == ']';
        i++;
    }
    return i;
}

/* The place of the first element of the list that the object holds; s.len where it holds none. */
static size_t find_list(struct str s)
{
    size_t i = 1;
    if (str_starts(s, STR("{\"id\":"))) {
        return s.len;
    }
    while (i < s.len && s.ptr[i] == '"') {
        i = skip_string(s, i) + 1;
        if (i < s.len && s.ptr[i] == '[') {
            return i + 1;
        }
        i = skip_value(s, i) + 1;
    }
    return s.len;
}

void model_lines_ndjson(struct buf *out, struct str answer)
{
    size_t i = find_list(answer);
    if (i >= answer.len) {
        buf_add_str(out, answer);
        buf_add_byte(out, '\n');
        return;
    }
    while (i < answer.len && answer.ptr[i] != ']') {
        const size_t end = skip_value(answer, i);
        buf_add(out, answer.ptr + i, end - i);
        buf_add_byte(out, '\n');
        i = end + (end < answer.len && answer.ptr[end] == ',');
    }
}

/* Controls, what breaks lines, and what changes the direction of writing or has no look at all. */
static bool is_unsafe(uint32_t c)
{
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        {0x0, 0x8},       {0xA, 0x1F},      {0x7F, 0x9F},     {0x61C, 0x61C},   {0x200E, 0x200F},
        {0x2028, 0x202E}, {0x2066, 0x206F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB},
    };
    for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return true;
        }
    }
    return false;
}

void model_lines_plain(struct buf *out, struct str text, struct str newline)
{
    uint32_t c;
    for (size_t len; (len = str_utf8_next(text, &c)) > 0; text = str_skip(text, len)) {
        if (c == '\n') {
            buf_add_str(out, newline);
        } else if (is_unsafe(c)) {
            buf_printf(out, "<U+%04X>", (unsigned)c);
        } else {
            buf_add(out, text.ptr, len);
        }
    }
}

/* A member's text, in one line; nothing where there is none. */
static void add_field(struct buf *out, const json_t *text)
{
    struct str s;
    if (model_json_str(text, &s)) {
        model_lines_plain(out, s, STR("<U+000A>"));
    }
}

/* "2026-11-24 20:12" */
static void add_time(struct buf *out, const json_t *date)
{
    const time_t seconds = (time_t)json_integer_value(date);
    struct tm tm;
    if (gmtime_r(&seconds, &tm) != NULL) {
        buf_printf(out, "%04d-%02d-%02d %02d:%02d", tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday,
                   tm.tm_hour, tm.tm_min);
    }
}

/* Who says it; what a webhook calls itself does not stand alone, since anybody may be called so. */
static void add_sender(struct buf *out, const json_t *message, const json_t *users)
{
    const json_t *from = json_object_get(message, "from");
    const json_t *name = json_object_get(users, json_string_value(from));
    const json_t *as = json_object_get(message, "as");
    add_field(out, as);
    buf_add_cstr(out, as != NULL ? " (" : "");
    add_field(out, name != NULL ? name : from);
    buf_add_cstr(out, as != NULL ? ")" : "");
}

/* A message that was deleted has no colon: nobody can write one that looks so. */
static void add_message(struct buf *out, const json_t *message, const json_t *answer)
{
    struct str text;
    add_time(out, json_object_get(message, "date"));
    buf_add_byte(out, ' ');
    add_sender(out, message, json_object_get(answer, "users"));
    if (json_is_true(json_object_get(message, "deleted"))) {
        buf_add_cstr(out, " (deleted)");
    } else if (model_json_str(json_object_get(message, "message"), &text)) {
        buf_add_cstr(out, ": ");
        model_lines_plain(out, text, INDENT);
    }
    buf_add_byte(out, '\n');
}

static void add_room(struct buf *out, const json_t *room, const json_t *answer UNUSED)
{
    const json_t *names = json_object_get(room, "names");
    const json_t *unread = json_object_get(room, "unread");
    add_field(out, json_object_get(room, "id"));
    buf_add_byte(out, '\t');
    add_field(out, json_object_get(room, "kind"));
    buf_add_byte(out, '\t');
    add_field(out, json_object_get(room, "name"));
    for (size_t i = 0; i < json_array_size(names); i++) {
        buf_add_cstr(out, i > 0 ? ", " : "");
        add_field(out, json_array_get(names, i));
    }
    if (unread != NULL) {
        buf_printf(out, "\t%" JSON_INTEGER_FORMAT, json_integer_value(unread));
    }
    buf_add_byte(out, '\n');
}

static void add_user(struct buf *out, const json_t *user, const json_t *answer UNUSED)
{
    const bool is_online = json_is_true(json_object_get(user, "online"));
    add_field(out, json_object_get(user, "id"));
    buf_add_byte(out, '\t');
    add_field(out, json_object_get(user, "username"));
    buf_add_cstr(out, is_online ? "\tonline" : "\toffline");
    buf_add_cstr(out, json_object_get(user, "role") != NULL ? "\tadmin" : "");
    buf_add_cstr(out, json_is_true(json_object_get(user, "bot")) ? "\tbot" : "");
    buf_add_cstr(out, json_is_false(json_object_get(user, "active")) ? "\tinactive" : "");
    buf_add_cstr(out, json_is_true(json_object_get(user, "deleted")) ? "\tdeleted" : "");
    buf_add_byte(out, '\n');
}

static bool add_list(struct buf *out, const json_t *answer)
{
    static const struct {
        const char *list;
        void (*add)(struct buf *out, const json_t *element, const json_t *answer);
    } lists[] = {
        {"messages", add_message},
        {"rooms", add_room},
        {"users", add_user},
    };
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        const json_t *list = json_object_get(answer, lists[i].list);
        if (!json_is_array(list)) {
            continue;
        }
        for (size_t j = 0; j < json_array_size(list); j++) {
            lists[i].add(out, json_array_get(list, j), answer);
        }
        return true;
    }
    return false;
}

bool model_lines_text(struct buf *out, struct str answer, struct arena *arena)
{
    json_t *json;
    bool is_list = false;
    if (find_list(answer) < answer.len && model_json_load(answer, 0, arena, &json) == ERR_OK) {
        is_list = add_list(out, json);
        json_decref(json);
    }
    return is_list;
}
