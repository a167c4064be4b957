#include "model/search.h"

#include <string.h>
#include <time.h>

#define DATE_DIGITS_MAX 12

static enum err refuse(struct str sentence, struct str *why)
{
    *why = sentence;
    return ERR_INVALID;
}

static struct str fold(struct str text, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena, MODEL_FOLD_GROWTH * text.len + 1);
    model_fold(&out, text);
    return buf_str(&out);
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

/* Takes what stands up to the next blank, or to the end of the quote, off the front. */
static struct str take_value(struct str *rest, bool *quoted)
{
    size_t len = 0;
    *quoted = str_starts(*rest, STR("\""));
    const struct str from = *quoted ? str_skip(*rest, 1) : *rest;
    while (len < from.len && (*quoted ? from.ptr[len] != '"' : !is_blank(from.ptr[len]))) {
        len++;
    }
    *rest = str_skip(from, *quoted ? len + 1 : len);
    return (struct str){from.ptr, len};
}

static enum err add_term(struct model_search *out, struct str text, bool whole, struct arena *arena,
                         struct str *why)
{
    const struct str folded = fold(text, arena);
    if (folded.len == 0) {
        return ERR_OK; /* nothing that could be found */
    }
    if (out->nterms == MODEL_SEARCH_TERMS_MAX) {
        return refuse(STR("A search is for at most 16 words and phrases."), why);
    }
    out->terms[out->nterms++] = (struct model_search_term){folded, whole};
    return ERR_OK;
}

static enum err read_from(struct model_search *out, struct str value, struct arena *arena,
                          struct str *why)
{
    (void)arena;
    value = str_starts(value, STR("@")) ? str_skip(value, 1) : value;
    if (str_is_set(out->from) || value.len == 0) {
        return refuse(STR("from: is there once, and names somebody."), why);
    }
    out->from = value;
    return ERR_OK;
}

static enum err read_in(struct model_search *out, struct str value, struct arena *arena,
                        struct str *why)
{
    const struct str folded = fold(value, arena);
    if (str_is_set(out->in) || folded.len == 0) {
        return refuse(STR("in: is there once, and names a room."), why);
    }
    out->in = value;
    out->folded = folded;
    return ERR_OK;
}

/* "2026-11-24" into the second when this day begins, UTC. */
static bool read_day(struct str text, int64_t *out)
{
    char day[sizeof("2026-11-24")] = {0};
    char again[sizeof(day)];
    struct tm tm = {0};
    if (text.len != sizeof(day) - 1) {
        return false;
    }
    memcpy(day, text.ptr, text.len);
    if (strptime(day, "%Y-%m-%d", &tm) == NULL) {
        return false;
    }
    *out = (int64_t)timegm(&tm);
    /* It reads more than this form, and days that their month has not. */
    return strftime(again, sizeof(again), "%Y-%m-%d", &tm) == text.len && strcmp(day, again) == 0;
}

static enum err read_before(struct model_search *out, struct str value, struct arena *arena,
                            struct str *why)
{
    uint64_t seconds;
    int64_t day = 0;
    (void)arena;
    if (value.len <= DATE_DIGITS_MAX && str_u64(value, &seconds)) {
        day = (int64_t)seconds;
    }
    if (out->before != 0 || (day == 0 && !read_day(value, &day)) || day <= 0) {
        return refuse(STR("before: is there once, as 2026-11-24 or in seconds since 1970."), why);
    }
    out->before = day;
    return ERR_OK;
}

/* Takes a word, a phrase or a filter off the front of *rest, which begins with no blank. */
static enum err read_next(struct str *rest, struct model_search *out, struct arena *arena,
                          struct str *why)
{
    static const struct {
        const char *name;
        enum err (*read)(struct model_search *out, struct str value, struct arena *arena,
                         struct str *why);
    } filters[] = {{"from:", read_from}, {"in:", read_in}, {"before:", read_before}};
    bool quoted;
    for (size_t i = 0; i < ARRAY_LEN(filters); i++) {
        const struct str name = str_of(filters[i].name);
        if (rest->len >= name.len && str_eq_nocase((struct str){rest->ptr, name.len}, name)) {
            *rest = str_skip(*rest, name.len);
            return filters[i].read(out, take_value(rest, &quoted), arena, why);
        }
    }
    const struct str text = take_value(rest, &quoted);
    return add_term(out, text, quoted, arena, why);
}

enum err model_search_read(struct str typed, struct arena *arena, struct model_search *out,
                           struct str *why)
{
    struct model_search search = {0};
    enum err err = typed.len > MODEL_SEARCH_MAX ? ERR_TOO_LARGE
                   : typed.len > 0              ? model_message_check_text(typed)
                                                : ERR_OK;
    while (err == ERR_OK && typed.len > 0) {
        if (is_blank(typed.ptr[0])) {
            typed = str_skip(typed, 1);
        } else {
            err = read_next(&typed, &search, arena, why);
        }
    }
    if (err == ERR_OK && search.nterms == 0 && !str_is_set(search.from)) {
        err = refuse(STR("A search is for a word, a \"phrase\" or from:NAME at least."), why);
    }
    if (err == ERR_OK) {
        *out = search;
    }
    return err;
}

/* Is the term anywhere in the folded text? */
static bool has_term(struct str text, const struct model_search_term *term)
{
    const char *from = text.ptr;
    const char *const end = text.ptr + text.len;
    const char *at;
    while ((at = memmem(from, (size_t)(end - from), term->text.ptr, term->text.len)) != NULL) {
        const size_t begin = (size_t)(at - text.ptr);
        if (model_fold_is_edge(text, begin) &&
            (!term->whole || model_fold_is_edge(text, begin + term->text.len))) {
            return true;
        }
        from = at + 1;
    }
    return false;
}

bool model_search_fits(const struct model_search *search, const struct model_message *m,
                       struct buf *scratch)
{
    if (m->deleted || (search->before != 0 && m->date >= search->before)) {
        return false;
    }
    buf_clear(scratch);
    model_fold(scratch, search->nterms > 0 ? m->text : STR(""));
    for (size_t i = 0; i < search->nterms; i++) {
        if (!has_term(buf_str(scratch), &search->terms[i])) {
            return false;
        }
    }
    return true;
}
