#include "model/quote.h"

#include "base/buf.h"
#include "model/id.h"
#include "model/json.h"

#define FRAME_MAX 128 /* bytes of a quote besides its text */

/* The text without white space before and after it. */
static struct str strip(struct str text)
{
    const struct str white = STR(" \t\n");
    while (text.len > 0 && str_has(white, text.ptr[0])) {
        text = str_skip(text, 1);
    }
    while (text.len > 0 && str_has(white, text.ptr[text.len - 1])) {
        text.len--;
    }
    return text;
}

/* As many characters of its first line as fit. */
static struct str beginning(struct str text)
{
    size_t len = 0;
    while (len < text.len && text.ptr[len] != '\n') {
        const size_t next = str_utf8_len(str_skip(text, len));
        if (next == 0 || len + next > MODEL_QUOTE_MAX) {
            break;
        }
        len += next;
    }
    return (struct str){text.ptr, len};
}

struct str model_quote_write(struct arena *arena, const struct model_message *of)
{
    struct buf out;
    const struct str text = strip(of->text);
    const struct str said = beginning(text);
    buf_init(&out, arena, 6 * (of->id.len + of->from.len + MODEL_QUOTE_MAX) + FRAME_MAX);
    buf_add_cstr(&out, "{\"id\":");
    buf_add_json(&out, of->id);
    buf_add_cstr(&out, ",\"from\":");
    buf_add_json(&out, of->from);
    buf_add_cstr(&out, ",\"message\":");
    buf_add_json(
        &out, said.len == text.len ? said : arena_printf(arena, "%.*s\xe2\x80\xa6", STR_FMT(said)));
    buf_add_byte(&out, '}');
    return buf_str(&out);
}

/* Takes what is always there off the front. */
static bool take_glue(struct str *rest, struct str glue)
{
    const bool there = str_starts(*rest, glue);
    *rest = there ? str_skip(*rest, glue.len) : *rest;
    return there;
}

bool model_quote_take(struct str *rest, struct str *quote)
{
    struct str tail = *rest, id, from, text;
    struct model_place place;
    if (!take_glue(&tail, STR("{\"id\":\"")) || !str_split(&tail, '"', &id) ||
        !take_glue(&tail, STR(",\"from\":\"")) || !str_split(&tail, '"', &from) ||
        !take_glue(&tail, STR(",\"message\":\"")) || !model_json_take(&tail, &text) ||
        !take_glue(&tail, STR("}"))) {
        return false;
    }
    /* "0" is who wrote what nobody can be found for. */
    if (!model_id_place(id, &place) || !(model_id_is_user(from) || str_eq(from, STR("0")))) {
        return false;
    }
    *quote = (struct str){rest->ptr, rest->len - tail.len};
    *rest = tail;
    return true;
}
