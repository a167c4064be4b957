#include "model/hook.h"

#include <string.h>
#include "base/buf.h"
#include "model/json.h"
#include "model/message.h"

#define ELLIPSIS STR("\xe2\x80\xa6")

static void add_entities(struct buf *out, struct str s)
{
    static const struct {
        const char *entity;
        char means;
    } entities[] = {{"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}};
    while (s.len > 0) {
        size_t taken = 1;
        char c = s.ptr[0];
        for (size_t i = 0; c == '&' && i < ARRAY_LEN(entities); i++) {
            const struct str entity = str_of(entities[i].entity);
            if (str_starts(s, entity)) {
                taken = entity.len;
                c = entities[i].means;
            }
        }
        buf_add_byte(out, c);
        s = str_skip(s, taken);
    }
}

/* <!here>, <!subteam^S1|@ops>, <!date^1392734382^{date}|noon>; s is what follows the "!". */
static void add_command(struct buf *out, struct str s, struct str label)
{
    struct str word;
    (void)str_split(&s, '^', &word);
    if (str_eq(word, STR("channel")) || str_eq(word, STR("here")) ||
        str_eq(word, STR("everyone"))) {
        buf_add_cstr(out, "@room");
    } else if (label.len > 0) {
        add_entities(out, label);
    } else {
        buf_add_byte(out, '@');
        add_entities(out, word);
    }
}

/* <@U1|joe>, <#C1|ops>; name includes its sign. */
static void add_name(struct buf *out, struct str name, struct str label)
{
    const bool has_sign = label.len > 0 && label.ptr[0] == name.ptr[0];
    if (label.len > 0) {
        buf_add(out, name.ptr, has_sign ? 0 : 1);
    }
    add_entities(out, label.len > 0 ? label : name);
}

static void add_link(struct buf *out, struct str target, struct str label)
{
    const struct str mail = STR("mailto:");
    const struct str shown = str_starts(target, mail) ? str_skip(target, mail.len) : target;
    if (label.len == 0 || str_eq(label, shown) || str_eq(label, target)) {
        add_entities(out, shown);
        return;
    }
    add_entities(out, label);
    buf_add_cstr(out, " (");
    add_entities(out, shown);
    buf_add_byte(out, ')');
}

/* Is it an address: a scheme, a colon, and something? */
static bool is_link(struct str s)
{
    struct str scheme;
    return str_split(&s, ':', &scheme) && s.len > 0 && scheme.len > 0 &&
           str_is_made_of(scheme, STR("+-."));
}

/* Is what stands in angle brackets something of Slack's? */
static bool is_mark(struct str s)
{
    struct str target;
    (void)str_split(&s, '|', &target);
    const bool has_sign = target.len > 1 && str_has(STR("!@#"), target.ptr[0]);
    return has_sign || is_link(target);
}

static void add_mark(struct buf *out, struct str label)
{
    struct str target;
    (void)str_split(&label, '|', &target);
    if (target.ptr[0] == '!') {
        add_command(out, str_skip(target, 1), label);
    } else if (target.ptr[0] == '@' || target.ptr[0] == '#') {
        add_name(out, target, label);
    } else {
        add_link(out, target, label);
    }
}

/* What a bracket at the front of s encloses; absent where none on its line closes it. */
static struct str enclosed(struct str s)
{
    for (size_t i = 1; i < s.len && s.ptr[i] != '<' && s.ptr[i] != '\n'; i++) {
        if (s.ptr[i] == '>') {
            return (struct str){s.ptr + 1, i - 1};
        }
    }
    return STR_NONE;
}

/* A text of Slack's as plain text. It never becomes longer. */
static void add_text(struct buf *out, struct str s)
{
    size_t plain = 0; /* bytes at the front of s without a mark */
    while (plain < s.len) {
        const struct str rest = str_skip(s, plain);
        const struct str inside = rest.ptr[0] == '<' ? enclosed(rest) : STR_NONE;
        if (str_is_set(inside) && is_mark(inside)) {
            add_entities(out, (struct str){s.ptr, plain});
            add_mark(out, inside);
            s = str_skip(rest, inside.len + 2);
            plain = 0;
        } else {
            plain++;
        }
    }
    add_entities(out, s);
}

/* A line of its own, where there is something to say. */
static void add_line(struct buf *out, struct str s)
{
    if (s.len > 0) {
        buf_add_cstr(out, out->len > 0 ? "\n" : "");
        add_text(out, s);
    }
}

/* The text of a member that is a string, a number or a truth; absent for all else. */
static struct str text_of(const json_t *object, const char *name, struct arena *arena)
{
    const json_t *value = json_object_get(object, name);
    struct str text;
    if (model_json_str(value, &text)) {
        return text;
    }
    if (json_is_integer(value)) {
        return arena_printf(arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    }
    if (json_is_real(value)) {
        return arena_printf(arena, "%.12g", json_real_value(value));
    }
    return json_is_boolean(value) ? json_is_true(value) ? STR("true") : STR("false") : STR_NONE;
}

static void add_fields(struct buf *out, const json_t *fields, struct arena *arena)
{
    for (size_t i = 0; i < json_array_size(fields); i++) {
        const json_t *field = json_array_get(fields, i);
        const struct str title = text_of(field, "title", arena);
        const struct str value = text_of(field, "value", arena);
        add_line(out, title);
        if (title.len > 0 && value.len > 0) {
            buf_add_cstr(out, ": ");
            add_text(out, value);
        } else {
            add_line(out, value);
        }
    }
}

static void add_attachment(struct buf *out, const json_t *attachment, struct arena *arena)
{
    const size_t before = out->len;
    const struct str title = text_of(attachment, "title", arena);
    const struct str link = text_of(attachment, "title_link", arena);
    add_line(out, text_of(attachment, "pretext", arena));
    add_line(out, text_of(attachment, "author_name", arena));
    add_line(out, title);
    if (title.len > 0 && link.len > 0) {
        buf_add_cstr(out, " (");
        add_entities(out, link);
        buf_add_byte(out, ')');
    } else {
        add_line(out, link);
    }
    add_line(out, text_of(attachment, "text", arena));
    add_fields(out, json_object_get(attachment, "fields"), arena);
    if (out->len == before) {
        add_line(out, text_of(attachment, "fallback", arena));
    }
}

static bool is_control(uint32_t code)
{
    return (code < 0x20 && code != '\t' && code != '\n') || (code >= 0x7f && code < 0xa0);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static struct str trim(struct str s)
{
    while (s.len > 0 && is_blank(s.ptr[0])) {
        s = str_skip(s, 1);
    }
    while (s.len > 0 && is_blank(s.ptr[s.len - 1])) {
        s.len--;
    }
    return s;
}

/* s without control characters and what is not UTF-8, every end of a line a newline. */
static struct str plain(struct str s, struct arena *arena)
{
    char *out = arena_alloc(arena, s.len);
    size_t len = 0;
    while (s.len > 0) {
        uint32_t code;
        const size_t taken = str_utf8_next(s, &code);
        const bool is_crlf = str_starts(s, STR("\r\n"));
        if (taken > 0 && code == '\r' && !is_crlf) {
            out[len++] = '\n';
        } else if (taken > 0 && !is_control(code)) {
            memcpy(out + len, s.ptr, taken);
            len += taken;
        }
        s = str_skip(s, taken > 0 ? taken : 1);
    }
    return trim((struct str){out, len});
}

/* At most max bytes of s, the last of them "…" where that cuts it. */
static struct str cut(struct str s, size_t max, struct arena *arena)
{
    size_t len = 0, next;
    if (s.len <= max) {
        return s;
    }
    while ((next = str_utf8_len(str_skip(s, len))) > 0 && len + next + ELLIPSIS.len <= max) {
        len += next;
    }
    return arena_printf(arena, "%.*s%.*s", (int)len, s.ptr, STR_FMT(ELLIPSIS));
}

/* A name of one line; absent where there is none. */
static struct str clean_name(struct str s, struct arena *arena)
{
    struct str line;
    s = plain(s, arena);
    (void)str_split(&s, '\n', &line);
    line = trim(line);
    return line.len > 0 ? cut(line, MODEL_HOOK_AS_MAX, arena) : STR_NONE;
}

/* May it stand there: absent, null, or what it should be? */
static bool is_or_none(const json_t *value, json_type type)
{
    return value == NULL || json_is_null(value) || json_typeof(value) == type;
}

static enum err read_object(const json_t *json, size_t len, struct arena *arena,
                            struct model_hook *out)
{
    const json_t *attachments = json_object_get(json, "attachments");
    const json_t *name = json_object_get(json, "username");
    struct str as = STR("");
    struct buf text;
    if (!json_is_object(json) || !is_or_none(json_object_get(json, "text"), JSON_STRING) ||
        !is_or_none(name, JSON_STRING) || !is_or_none(attachments, JSON_ARRAY)) {
        return ERR_BODY;
    }
    if (json_array_size(attachments) > MODEL_HOOK_ATTACHMENTS_MAX) {
        return ERR_TOO_LARGE;
    }
    /* What is added between the parts is shorter than the names of the parts; a number may become
     * longer than it was written. */
    buf_init(&text, arena, 32 * len);
    add_line(&text, text_of(json, "text", arena));
    for (size_t i = 0; i < json_array_size(attachments); i++) {
        const json_t *attachment = json_array_get(attachments, i);
        if (!json_is_object(attachment)) {
            return ERR_BODY;
        }
        add_attachment(&text, attachment, arena);
    }
    const struct model_hook hook = {
        .text = cut(plain(buf_str(&text), arena), MODEL_MESSAGE_TEXT_MAX, arena),
        .as = model_json_str(name, &as) ? clean_name(as, arena) : STR_NONE};
    if (hook.text.len == 0) {
        return ERR_INVALID;
    }
    *out = hook;
    return ERR_OK;
}

enum err model_hook_read(struct str payload, struct arena *arena, struct model_hook *out)
{
    json_t *json;
    if (model_json_load(payload, 0, arena, &json) != ERR_OK) {
        return ERR_BODY;
    }
    const enum err err = read_object(json, payload.len, arena, out);
    json_decref(json);
    return err;
}

bool model_hook_is_url(struct str url)
{
    const size_t scheme = str_starts(url, STR("https://"))  ? strlen("https://")
                          : str_starts(url, STR("http://")) ? strlen("http://")
                                                            : 0;
    struct str rest = str_skip(url, scheme);
    struct str host;
    for (size_t i = 0; i < url.len; i++) {
        if (url.ptr[i] <= ' ' || url.ptr[i] > '~' || str_has(STR("\"#<>\\^`{|}"), url.ptr[i])) {
            return false;
        }
    }
    (void)str_split(&rest, '/', &host);
    rest = host;
    (void)str_split(&rest, '?', &host);
    return scheme > 0 && host.len > 0 && !str_has(host, '@') && url.len <= MODEL_HOOK_URL_MAX;
}
