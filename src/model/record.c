#include "model/record.h"

#include "model/json.h"
#include "model/score.h"

static void write_hex(struct buf *out, struct str s)
{
    static const char digits[] = "0123456789abcdef";
    buf_add_cstr(out, "{\"hex\":\"");
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char byte = (unsigned char)s.ptr[i];
        buf_add_byte(out, digits[byte >> 4]);
        buf_add_byte(out, digits[byte & 15]);
    }
    buf_add_cstr(out, "\"}");
}

static void write_text(struct buf *out, struct str s)
{
    if (str_is_utf8(s)) {
        buf_add_json(out, s);
    } else {
        write_hex(out, s);
    }
}

/* ,"name":"…"; nothing for what is absent. */
static void write_member(struct buf *out, const char *name, struct str s)
{
    if (str_is_set(s)) {
        buf_printf(out, ",\"%s\":", name);
        write_text(out, s);
    }
}

void model_record_write(struct buf *out, const struct model_record *record)
{
    switch (record->kind) {
    case MODEL_RECORD_BEGIN:
        buf_printf(out, "{\"snug\":%d", MODEL_RECORD_VERSION);
        write_member(out, "room", record->room);
        break;
    case MODEL_RECORD_DATA:
        buf_add_cstr(out, "{\"key\":");
        buf_add_json(out, record->key);
        for (size_t i = 0; i < 2 && str_is_set(record->of[i]); i++) {
            buf_add_cstr(out, i == 0 ? ",\"of\":[" : ",");
            write_text(out, record->of[i]);
        }
        buf_add_cstr(out, str_is_set(record->of[0]) ? "]" : "");
        write_member(out, "field", record->field);
        write_member(out, "score", record->score);
        write_member(out, "value", record->value);
        break;
    case MODEL_RECORD_END:
        buf_add_cstr(out, "{\"end\":true");
        break;
    }
    buf_add_cstr(out, "}\n");
}

/* What one hexadecimal digit means; 16 where it is none. */
static unsigned nibble(char c)
{
    if (c >= '0' && c <= '9') {
        return (unsigned)(c - '0');
    }
    return c >= 'a' && c <= 'f' ? (unsigned)(c - 'a') + 10 : 16;
}

static enum err read_hex(struct str digits, struct arena *arena, struct str *out)
{
    if (digits.len % 2 != 0) {
        return ERR_PROTOCOL;
    }
    char *bytes = arena_alloc(arena, digits.len / 2);
    for (size_t i = 0; i < digits.len; i += 2) {
        const unsigned high = nibble(digits.ptr[i]);
        const unsigned low = nibble(digits.ptr[i + 1]);
        if (high > 15 || low > 15) {
            return ERR_PROTOCOL;
        }
        bytes[i / 2] = (char)(high << 4 | low);
    }
    *out = (struct str){bytes, digits.len / 2};
    return ERR_OK;
}

/* A string, or {"hex":"…"}. *out is absent where there is no value. */
static enum err read_text(const json_t *value, struct arena *arena, struct str *out)
{
    struct str text;
    *out = STR_NONE;
    if (value == NULL) {
        return ERR_OK;
    }
    if (model_json_str(value, &text)) {
        *out = arena_str(arena, text);
        return ERR_OK;
    }
    if (json_object_size(value) == 1 && model_json_str(json_object_get(value, "hex"), &text)) {
        return read_hex(text, arena, out);
    }
    return ERR_PROTOCOL;
}

/* Counts what the object has of these; *err is the first error. */
static size_t read_member(const json_t *line, const char *name, struct arena *arena,
                          struct str *out, enum err *err)
{
    const json_t *value = json_object_get(line, name);
    if (*err == ERR_OK) {
        *err = read_text(value, arena, out);
    }
    return value != NULL ? 1 : 0;
}

static enum err read_of(const json_t *value, struct arena *arena, struct str of[2])
{
    const size_t n = json_array_size(value);
    enum err err = n == 1 || n == 2 ? ERR_OK : ERR_PROTOCOL;
    for (size_t i = 0; err == ERR_OK && i < n; i++) {
        err = read_text(json_array_get(value, i), arena, &of[i]);
    }
    return err;
}

static enum err read_data(const json_t *line, struct arena *arena, struct model_record *record)
{
    const json_t *of = json_object_get(line, "of");
    enum err err = of != NULL ? read_of(of, arena, record->of) : ERR_OK;
    size_t known = of != NULL ? 1 : 0;
    double score;
    known += read_member(line, "key", arena, &record->key, &err);
    known += read_member(line, "field", arena, &record->field, &err);
    known += read_member(line, "score", arena, &record->score, &err);
    known += read_member(line, "value", arena, &record->value, &err);
    if (err == ERR_OK &&
        (known != json_object_size(line) || !str_is_set(record->value) ||
         (str_is_set(record->score) && !model_score_read(record->score, &score)))) {
        err = ERR_PROTOCOL;
    }
    return err;
}

static enum err read_begin(const json_t *line, struct arena *arena, struct model_record *record)
{
    const json_t *version = json_object_get(line, "snug");
    enum err err = json_is_integer(version) ? ERR_OK : ERR_PROTOCOL;
    if (err == ERR_OK && json_integer_value(version) != MODEL_RECORD_VERSION) {
        return ERR_CONFLICT;
    }
    const size_t known = 1 + read_member(line, "room", arena, &record->room, &err);
    return err == ERR_OK && known != json_object_size(line) ? ERR_PROTOCOL : err;
}

static enum err read_line(const json_t *line, struct arena *arena, struct model_record *record)
{
    if (json_object_get(line, "key") != NULL) {
        record->kind = MODEL_RECORD_DATA;
        return read_data(line, arena, record);
    }
    if (json_object_get(line, "snug") != NULL) {
        record->kind = MODEL_RECORD_BEGIN;
        return read_begin(line, arena, record);
    }
    record->kind = MODEL_RECORD_END;
    return json_is_true(json_object_get(line, "end")) && json_object_size(line) == 1 ? ERR_OK
                                                                                     : ERR_PROTOCOL;
}

enum err model_record_read(struct str line, struct arena *arena, struct model_record *out)
{
    struct model_record record = {.kind = MODEL_RECORD_END};
    json_t *json;
    enum err err = model_json_load(line, JSON_REJECT_DUPLICATES, arena, &json);
    if (err != ERR_OK) {
        return err;
    }
    err = read_line(json, arena, &record);
    json_decref(json);
    if (err == ERR_OK) {
        *out = record;
    }
    return err;
}
