#include "model/mention.h"

#include "base/buf.h"
#include "model/id.h"
#include "model/user.h"

#define MARKS STR("._-") /* what a name may hold besides letters and digits */

/* How many bytes at the front of s can be of a name. */
static size_t run_of(struct str s)
{
    size_t len = 0;
    while (len < s.len && str_is_made_of((struct str){s.ptr + len, 1}, MARKS)) {
        len++;
    }
    return len;
}

/* Does a name begin behind this byte and an "@"? Bytes of other letters are no hindrance: not every
 * script has spaces between words. */
static bool opens(char before)
{
    return !str_is_made_of((struct str){&before, 1}, STR("_-+/@"));
}

/* The name at the front of s, which follows an "@". False where there is none. */
static bool read_name(struct str s, struct str *name)
{
    const size_t run = run_of(s);
    size_t len = run;
    while (len > 0 && str_has(MARKS, s.ptr[len - 1])) {
        len--;
    }
    if (len == 0 || len > MODEL_USER_NAME_MAX || (run < s.len && s.ptr[run] == '@')) {
        return false;
    }
    *name = (struct str){s.ptr, run < MODEL_USER_NAME_MAX ? run : MODEL_USER_NAME_MAX};
    return true;
}

static bool has(const struct str *names, size_t n, struct str name)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq_nocase(names[i], name)) {
            return true;
        }
    }
    return false;
}

size_t model_mention_find(struct str text, struct str names[MODEL_MENTION_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < text.len && n < MODEL_MENTION_MAX; i++) {
        struct str name;
        if (text.ptr[i] != '@' || (i > 0 && !opens(text.ptr[i - 1])) ||
            !read_name(str_skip(text, i + 1), &name)) {
            continue;
        }
        if (!has(names, n, name)) {
            names[n++] = name;
        }
    }
    return n;
}

struct str model_mention_words(struct arena *arena, struct str text)
{
    struct str names[MODEL_MENTION_MAX];
    struct buf out;
    const size_t n = model_mention_find(text, names);
    buf_init(&out, arena, MODEL_MENTION_MAX * (MODEL_USER_NAME_MAX + 1));
    for (size_t i = 0; i < n; i++) {
        buf_add_cstr(&out, i > 0 ? " " : "");
        buf_add_str(&out, names[i]);
    }
    return buf_str(&out);
}

/* Takes "2" or "room", quoted, off the front of *rest. */
static bool take_one(struct str *rest)
{
    struct str word, tail = *rest;
    if (!str_starts(tail, STR("\""))) {
        return false;
    }
    tail = str_skip(tail, 1);
    if (!str_split(&tail, '"', &word) || !str_is_set(tail) ||
        (!model_id_is_user(word) && !str_eq(word, STR("room")))) {
        return false;
    }
    *rest = tail;
    return true;
}

bool model_mention_take(struct str *rest, struct str *list)
{
    struct str tail = *rest;
    if (!str_starts(tail, STR("["))) {
        return false;
    }
    do {
        tail = str_skip(tail, 1); /* the bracket, then commas */
        if (!take_one(&tail)) {
            return false;
        }
    } while (str_starts(tail, STR(",")));
    if (!str_starts(tail, STR("]"))) {
        return false;
    }
    tail = str_skip(tail, 1);
    *list = (struct str){rest->ptr, rest->len - tail.len};
    *rest = tail;
    return true;
}
