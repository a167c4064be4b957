#include "model/id.h"

#include <inttypes.h>
#include "model/score.h"

#define OWN_SECONDS_MAX 12 /* digits before the point */
#define OWN_DECIMALS    6
#define TAG_LEN         8

/* A decimal number without leading zeros, of a length that stays exact everywhere. */
static bool is_number(struct str s)
{
    return s.len <= MODEL_ID_DIGITS_MAX && str_is_digits(s) && (s.ptr[0] != '0' || s.len == 1);
}

bool model_id_is_user(struct str id)
{
    return is_number(id) && id.ptr[0] != '0';
}

/* Two users, the smaller number first. Without leading zeros, the longer one is the larger. */
static bool is_direct(struct str id)
{
    struct str a, b = id;
    if (!str_split(&b, ':', &a) || !model_id_is_user(a) || !model_id_is_user(b)) {
        return false;
    }
    return a.len == b.len ? str_cmp(a, b) < 0 : a.len < b.len;
}

bool model_id_is_room(struct str id, enum model_room_kind *kind)
{
    if (is_number(id)) {
        *kind = MODEL_ROOM_PUBLIC;
        return true;
    }
    if (str_starts(id, STR("g")) && model_id_is_user(str_skip(id, 1))) {
        *kind = MODEL_ROOM_CLOSED;
        return true;
    }
    if (is_direct(id)) {
        *kind = MODEL_ROOM_DIRECT;
        return true;
    }
    return false;
}

bool model_id_is_room_list(struct str list, size_t most)
{
    enum model_room_kind kind;
    struct str room;
    size_t n = 0;
    while (str_split(&list, ',', &room)) {
        n++;
        if (n > most || !model_id_is_room(room, &kind)) {
            return false;
        }
    }
    return n > 0;
}

bool model_id_is_user_list(struct str list)
{
    struct str user;
    bool is_list = str_is_set(list);
    while (is_list && str_split(&list, ',', &user)) {
        is_list = model_id_is_user(user);
    }
    return is_list;
}

void model_id_direct_users(struct str room, struct str users[2])
{
    users[1] = room;
    (void)str_split(&users[1], ':', &users[0]);
}

struct str model_id_direct(struct arena *arena, struct str a, struct str b)
{
    const bool in_order = a.len == b.len ? str_cmp(a, b) < 0 : a.len < b.len;
    const struct str first = in_order ? a : b;
    const struct str second = in_order ? b : a;
    return arena_printf(arena, "%.*s:%.*s", STR_FMT(first), STR_FMT(second));
}

/* "1795485263.175001", as our script writes it. */
static bool is_own_score(struct str id)
{
    struct str seconds, decimals = id;
    if (!str_split(&decimals, '.', &seconds) || !str_is_set(decimals)) {
        return false;
    }
    return seconds.len <= OWN_SECONDS_MAX && is_number(seconds) && decimals.len == OWN_DECIMALS &&
           str_is_digits(decimals);
}

static bool is_tag(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (!str_has(STR("0123456789abcdef"), s.ptr[i])) {
            return false;
        }
    }
    return s.len == TAG_LEN;
}

bool model_id_place(struct str id, struct model_place *place)
{
    struct str score, tag = id;
    if (is_own_score(id)) {
        *place = (struct model_place){id, id};
        return true;
    }
    double value;
    if (!str_split(&tag, '~', &score) || !is_tag(tag) || !model_score_read(score, &value)) {
        return false;
    }
    *place = (struct model_place){id, score};
    return true;
}

bool model_id_cursor(struct str text, struct model_cursor *cursor)
{
    struct model_cursor read;
    struct str epoch, seq = text;
    const char sep = str_has(text, '.') ? '.' : '-';
    if (!str_split(&seq, sep, &epoch) || !str_u64(epoch, &read.epoch) || !str_u64(seq, &read.seq)) {
        return false;
    }
    *cursor = read;
    return true;
}

struct str model_id_cursor_text(struct arena *arena, struct model_cursor cursor)
{
    return arena_printf(arena, "%" PRIu64 ".%" PRIu64, cursor.epoch, cursor.seq);
}
