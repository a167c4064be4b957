#include "model/message.h"

#include <inttypes.h>
#include <math.h>
#include "base/rand.h"
#include "model/event.h"
#include "model/id.h"
#include "model/json.h"
#include "model/mention.h"
#include "model/quote.h"
#include "model/score.h"

#define DATE_MAX  999999999999 /* seconds: twelve digits, as in our ids */
#define FRAME_MAX 256          /* bytes of a written message besides its text */

/* Is the character at the front of s, in valid UTF-8, a control other than tab and newline? */
static bool is_control(struct str s)
{
    const unsigned char c = (unsigned char)s.ptr[0];
    if (c == 0xc2) {
        return (unsigned char)s.ptr[1] < 0xa0;
    }
    return (c < 0x20 && c != '\t' && c != '\n') || c == 0x7f;
}

enum err model_message_check_text(struct str text)
{
    if (text.len == 0) {
        return ERR_INVALID;
    }
    if (text.len > MODEL_MESSAGE_TEXT_MAX) {
        return ERR_TOO_LARGE;
    }
    if (!str_is_utf8(text)) {
        return ERR_TEXT;
    }
    for (size_t i = 0; i < text.len; i++) {
        if (is_control(str_skip(text, i))) {
            return ERR_TEXT;
        }
    }
    return ERR_OK;
}

bool model_message_is_nonce(struct str nonce)
{
    return str_is_made_of(nonce, STR("_-")) && nonce.len >= 1 &&
           nonce.len <= MODEL_MESSAGE_NONCE_MAX;
}

/* What follows the date, in every message and where there is a nonce. */
static void write_tail(struct buf *out, struct str text, struct str room, struct str nonce)
{
    buf_add_cstr(out, ",\"message\":");
    buf_add_json(out, text);
    buf_add_cstr(out, ",\"roomId\":");
    buf_add_json(out, room);
    if (str_is_set(nonce)) {
        buf_add_cstr(out, ",\"nonce\":");
        buf_add_json(out, nonce);
    }
}

/* A field whose value is JSON already, where there is one. */
static void write_json(struct buf *out, const char *name, struct str json)
{
    if (str_is_set(json)) {
        buf_printf(out, ",\"%s\":", name);
        buf_add_str(out, json);
    }
}

/* What has become of it. */
static void write_marks(struct buf *out, const struct model_message *m)
{
    if (m->rev > 0) {
        buf_printf(out, ",\"rev\":%" PRIu64 ",\"edited\":%" PRId64, m->rev, m->edited);
    }
    write_json(out, "reactions", m->reactions);
    buf_add_cstr(out, m->deleted ? ",\"deleted\":true" : "");
}

struct str model_message_tail(struct arena *arena, struct str text, struct str room,
                              struct str nonce)
{
    struct buf out;
    /* A byte becomes six at most. */
    buf_init(&out, arena, 6 * (text.len + room.len + nonce.len) + FRAME_MAX);
    write_tail(&out, text, room, nonce);
    return buf_str(&out);
}

void model_message_write(struct buf *out, const struct model_message *m)
{
    if (str_is_set(m->json)) {
        buf_add_str(out, m->json);
        return;
    }
    buf_add_cstr(out, "{\"id\":");
    buf_add_json(out, m->id);
    buf_add_cstr(out, ",\"from\":");
    buf_add_json(out, m->from);
    buf_printf(out, ",\"date\":%" PRId64, m->date);
    write_tail(out, m->text, m->room, m->nonce);
    if (str_is_set(m->as)) {
        buf_add_cstr(out, ",\"as\":");
        buf_add_json(out, m->as);
    }
    write_json(out, "replyTo", m->quote);
    write_json(out, "mentions", m->mentions);
    write_marks(out, m);
    buf_add_byte(out, '}');
}

/*
 * The number that an id of ours is, as strtod() reads it: microseconds are whole, and exact up to
 * the year 2255, so that the division alone rounds.
 */
static double own_score(struct str id)
{
    uint64_t micros = 0;
    for (size_t i = 0; i < id.len; i++) {
        micros = id.ptr[i] == '.' ? micros : micros * 10 + (uint64_t)(id.ptr[i] - '0');
    }
    return (double)micros / 1e6;
}

/* A message is ours where its id is its score: the same number, written our way. */
static bool is_ours(struct str id, double score)
{
    struct model_place place;
    return model_id_place(id, &place) && place.score.len == id.len && own_score(id) == score;
}

/* Takes what is always there between two words. */
static bool take_glue(struct str *rest, struct str glue)
{
    const bool there = str_starts(*rest, glue);
    *rest = there ? str_skip(*rest, glue.len) : *rest;
    return there;
}

/* Takes a number up to max off the front. */
static bool take_number(struct str *rest, uint64_t max, uint64_t *out)
{
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] >= '0' && rest->ptr[len] <= '9') {
        len++;
    }
    const struct str digits = {rest->ptr, len};
    *rest = str_skip(*rest, len);
    return str_u64_max(digits, max, out);
}

/* Takes {"…":2,"…":1}. */
static bool take_reactions(struct str *rest, struct str *reactions)
{
    const struct str all = *rest;
    struct str emoji;
    uint64_t count;
    bool more = take_glue(rest, STR("{"));
    while (more && take_glue(rest, STR("\"")) && model_json_take(rest, &emoji) &&
           take_glue(rest, STR(":")) && take_number(rest, UINT32_MAX, &count)) {
        more = take_glue(rest, STR(","));
        if (!more && take_glue(rest, STR("}"))) {
            *reactions = (struct str){all.ptr, all.len - rest->len};
            return true;
        }
    }
    return false;
}

/* Takes what has become of it. */
static bool take_marks(struct str *rest, struct model_message *m)
{
    uint64_t edited = 0;
    if (take_glue(rest, STR(",\"rev\":")) &&
        !(take_number(rest, MODEL_MESSAGE_REV_MAX, &m->rev) && m->rev > 0 &&
          take_glue(rest, STR(",\"edited\":")) && take_number(rest, DATE_MAX, &edited))) {
        return false;
    }
    m->edited = (int64_t)edited;
    if (take_glue(rest, STR(",\"reactions\":")) && !take_reactions(rest, &m->reactions)) {
        return false;
    }
    m->deleted = take_glue(rest, STR(",\"deleted\":true"));
    return true;
}

/* Takes the fields that not every message has, and the closing brace; nothing may follow. */
static bool take_end(struct str *rest, struct arena *arena, struct model_message *m)
{
    struct str as;
    if (take_glue(rest, STR(",\"nonce\":\"")) &&
        !(str_split(rest, '"', &m->nonce) && model_message_is_nonce(m->nonce))) {
        return false;
    }
    if (take_glue(rest, STR(",\"as\":\"")) &&
        !(model_json_take(rest, &as) && model_json_unescape(as, arena, &m->as))) {
        return false;
    }
    if (take_glue(rest, STR(",\"replyTo\":")) && !model_quote_take(rest, &m->quote)) {
        return false;
    }
    if (take_glue(rest, STR(",\"mentions\":")) && !model_mention_take(rest, &m->mentions)) {
        return false;
    }
    return take_marks(rest, m) && str_eq(*rest, STR("}"));
}

/*
 * Reads a member that is, byte for byte, what our script stores. A page of history consists of
 * these, and they go out as they are: no JSON library, and memory only for text that holds escapes.
 * What each word may hold is looked at once all are found.
 */
static bool read_stored(struct str member, double score, struct str room, struct arena *arena,
                        struct model_message *out)
{
    struct model_message m = {.json = member};
    struct str rest = member, date = STR_NONE, text = STR_NONE;
    uint64_t seconds;
    const struct {
        struct str before;
        char end;
        struct str *word;
    } fields[] = {
        {STR("{\"id\":\""), '"', &m.id},       {STR(",\"from\":\""), '"', &m.from},
        {STR(",\"date\":"), ',', &date},       {STR("\"message\":\""), '"', &text},
        {STR(",\"roomId\":\""), '"', &m.room},
    };
    for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
        struct str *word = fields[i].word;
        if (!take_glue(&rest, fields[i].before) ||
            !(word == &text ? model_json_take(&rest, word)
                            : str_split(&rest, fields[i].end, word))) {
            return false;
        }
    }
    if (!take_end(&rest, arena, &m) || !is_ours(m.id, score) || !model_id_is_user(m.from) ||
        !str_eq(m.room, room) || !str_u64_max(date, DATE_MAX, &seconds) ||
        !model_json_unescape(text, arena, &m.text)) {
        return false;
    }
    m.date = (int64_t)seconds;
    *out = m;
    return true;
}

/* Turns back, once, what the demo servers put in place of the characters that HTML knows. */
static struct str unescape_html(struct str text, struct arena *arena)
{
    const struct {
        struct str entity;
        char means;
    } entities[] = {
        {STR("&amp;"), '&'}, {STR("&quot;"), '"'}, {STR("&#39;"), '\''}, {STR("&lt;"), '<'},
        {STR("&gt;"), '>'},  {STR("&lt"), '<'},    {STR("&gt"), '>'},
    };
    char *out = arena_alloc(arena, text.len);
    size_t len = 0;
    while (text.len > 0) {
        size_t taken = 1;
        out[len] = text.ptr[0];
        for (size_t i = 0; text.ptr[0] == '&' && i < ARRAY_LEN(entities); i++) {
            if (str_starts(text, entities[i].entity)) {
                out[len] = entities[i].means;
                taken = entities[i].entity.len;
                break;
            }
        }
        len++;
        text = str_skip(text, taken);
    }
    return (struct str){out, len};
}

/* The bytes that the character at the front of s, of len bytes, becomes in ASCII JSON, at most. */
static size_t json_len(struct str s, size_t len)
{
    const unsigned char c = (unsigned char)s.ptr[0];
    if (len == 4) {
        return 12;
    }
    if (c < 0x20 || c > 0x7e) {
        return 6;
    }
    return c == '"' || c == '\\' ? 2 : 1;
}

/* As much of text, which is valid UTF-8, as fits into the data of one event. */
static struct str cut(struct str text)
{
    size_t room = MODEL_EVENT_DATA_MAX - FRAME_MAX;
    if (6 * text.len <= room) {
        return text;
    }
    struct str rest = text;
    while (rest.len > 0) {
        const size_t len = str_utf8_len(rest);
        const size_t cost = json_len(rest, len);
        if (len == 0 || cost > room) {
            break;
        }
        room -= cost;
        rest = str_skip(rest, len);
    }
    return (struct str){text.ptr, text.len - rest.len};
}

/* The date of a demo server's message: a number, or a numeric string. */
static bool read_date(const json_t *value, double *out)
{
    struct str text;
    if (json_is_number(value)) {
        *out = json_number_value(value);
        return true;
    }
    return model_json_str(value, &text) && model_score_read(text, out) && isfinite(*out);
}

/* Whole seconds, where that is a time at all. */
static bool to_seconds(double date, int64_t *out)
{
    if (!(date >= 0 && date <= DATE_MAX)) {
        return false;
    }
    *out = (int64_t)date;
    return true;
}

/* score~tag. No part before the text holds a newline, so no two messages say the same here. */
static struct str foreign_id(const struct model_message *m, double score, struct arena *arena)
{
    struct buf says;
    buf_init(&says, arena, m->from.len + m->room.len + m->text.len + FRAME_MAX);
    buf_printf(&says, "%.*s\n%" PRId64 "\n%.*s\n", STR_FMT(m->from), m->date, STR_FMT(m->room));
    buf_add_str(&says, m->text);
    const struct str place = model_score_text(arena, score);
    return arena_printf(arena, "%.*s~%08" PRIx32, STR_FMT(place),
                        (uint32_t)rand_hash64(buf_str(&says)));
}

/* Reads a member that is not written as ours are. */
static enum err read_object(const json_t *json, double score, struct str room, struct arena *arena,
                            struct model_message *out)
{
    struct model_message m = {.room = room};
    struct str text, id, nonce;
    double date;
    if (!model_json_str(model_json_get(json, "message"), &text)) {
        return ERR_PROTOCOL;
    }
    m.from = model_json_id(model_json_get(json, "from"), arena);
    if (!model_id_is_user(m.from)) {
        m.from = STR("0");
    }
    if (!(read_date(model_json_get(json, "date"), &date) && to_seconds(date, &m.date)) &&
        !to_seconds(score, &m.date)) {
        m.date = score > 0 ? DATE_MAX : 0;
    }
    if (model_json_str(json_object_get(json, "id"), &id) && is_ours(id, score)) {
        m.id = arena_str(arena, id);
        m.text = arena_str(arena, text);
        if (model_json_str(json_object_get(json, "nonce"), &nonce) &&
            model_message_is_nonce(nonce)) {
            m.nonce = arena_str(arena, nonce);
        }
    } else {
        m.text = unescape_html(text, arena);
        m.id = foreign_id(&m, score, arena);
    }
    m.text = cut(m.text);
    *out = m;
    return ERR_OK;
}

enum err model_message_read(struct str member, struct str score, struct str room,
                            struct arena *arena, struct model_message *out)
{
    double number;
    if (!model_score_read(score, &number)) {
        return ERR_PROTOCOL;
    }
    if (member.len <= MODEL_EVENT_DATA_MAX && read_stored(member, number, room, arena, out)) {
        return ERR_OK;
    }
    json_t *json;
    enum err err = model_json_load(member, JSON_DECODE_INT_AS_REAL, arena, &json);
    if (err == ERR_OK) {
        err = read_object(json, number, room, arena, out);
        json_decref(json);
    }
    return err;
}

/* The room and the score that a message says of itself. */
static enum err read_place(const json_t *json, struct arena *arena, struct str *room, double *score)
{
    enum model_room_kind kind;
    const struct str id = model_json_id(model_json_get(json, "roomId"), arena);
    if (!model_id_is_room(id, &kind) || kind == MODEL_ROOM_CLOSED ||
        !read_date(model_json_get(json, "date"), score)) {
        return ERR_PROTOCOL;
    }
    *room = id;
    return ERR_OK;
}

enum err model_message_read_foreign(struct str data, struct arena *arena, struct model_message *out)
{
    json_t *json;
    enum err err = model_json_load(data, JSON_DECODE_INT_AS_REAL, arena, &json);
    if (err != ERR_OK) {
        return err;
    }
    struct str room;
    double score;
    err = read_place(json, arena, &room, &score);
    if (err == ERR_OK) {
        err = read_object(json, score, room, arena, out);
    }
    json_decref(json);
    return err;
}
