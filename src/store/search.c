#include "store/search.h"

#include <stdlib.h>
#include <utlist.h>
#include "base/clock.h"
#include "model/id.h"
#include "store/reply.h"
#include "store/user.h"

/* What search_rooms.lua and search_read.lua answer, by position. */
enum { ROOMS_FROM = STORE_ASKER_REST, ROOMS_FIRST };
enum { READ_FIRST = STORE_ASKER_REST };

/* A room that is searched. */
struct room {
    struct model_spot next; /* the first message that has not been read */
    bool is_done;           /* there is none */
};

/* A message that fits, and the spot behind it. */
struct hit {
    struct model_message message;
    struct model_spot spot;
    struct hit *next;
};

struct search {
    struct store_conn *conn;
    struct arena *arena; /* of what is found */
    struct store_asker *asker;
    const struct store_search_query *query;
    struct str from; /* who is to have written; empty: anybody */
    struct room *rooms;
    size_t nrooms;
    struct hit *hits;
    size_t scanned, bytes, pieces;
    struct arena row;   /* of the message that is looked at */
    struct buf scratch; /* the same, folded */
};

/* Is it a room that the search wants? name is the room's. */
static bool is_wanted(const struct search *s, struct str room, struct str name)
{
    const struct model_search *search = s->query->search;
    struct buf folded;
    if (!str_is_set(search->in) || str_eq(search->in, room)) {
        return true;
    }
    buf_init(&folded, s->arena, MODEL_FOLD_GROWTH * name.len + 1);
    model_fold(&folded, name);
    const struct str wanted =
        str_starts(search->folded, STR("@")) ? str_skip(search->folded, 1) : search->folded;
    return str_eq(buf_str(&folded), wanted);
}

static enum err read_room(struct search *s, const struct redisReply *row)
{
    struct str text[3]; /* id, name, score */
    const struct model_spot *from = s->query->from;
    struct room room = {.is_done = false};
    const enum err err = store_reply_strs(row, 0, ARRAY_LEN(text), text);
    if (err != ERR_OK || !is_wanted(s, text[0], text[1])) {
        return err;
    }
    const bool goes_on =
        from != NULL && str_eq(from->room, text[0]) && str_eq(from->score, text[2]);
    if (!model_spot_make(arena_str(s->arena, text[2]), goes_on ? from->skip : 0,
                         arena_str(s->arena, text[0]), &room.next)) {
        return ERR_INTERNAL;
    }
    s->rooms[s->nrooms++] = room;
    return ERR_OK;
}

/* Which rooms there are to search, and whose messages. */
static enum err find_rooms(struct search *s)
{
    const struct store_search_query *query = s->query;
    const struct model_spot *from = query->from;
    const struct str name = str_is_set(query->search->from) ? query->search->from : STR("");
    const struct str words[] = {
        str_is_set(query->room) ? query->room : STR(""),
        name,
        model_user_fold(s->arena, name),
        from != NULL ? from->score : STR("+inf"),
        arena_printf(s->arena, "%llu", from != NULL ? (unsigned long long)from->skip : 0),
        from != NULL ? from->room : STR(""),
    };
    const struct redisReply *reply;
    size_t len = 0;
    enum err err = store_asker_run(s->conn, s->arena, s->asker, STORE_SCRIPT_SEARCH_ROOMS, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_len(reply, &len);
    }
    if (err != ERR_OK || store_reply_is_nil(store_reply_at(reply, ROOMS_FROM))) {
        return err;
    }
    err = store_reply_str(store_reply_at(reply, ROOMS_FROM), &s->from);
    s->from = arena_str(s->arena, s->from);
    s->rooms = arena_zalloc(s->arena, len, sizeof(*s->rooms));
    for (size_t i = ROOMS_FIRST; err == ERR_OK && i < len; i++) {
        err = read_room(s, store_reply_at(reply, i));
    }
    return err;
}

/* Looks at a message; one that fits is kept, with the spot behind it. */
static void look(struct search *s, struct str member, const struct model_spot *spot)
{
    struct model_message m;
    arena_reset(&s->row);
    s->scanned++;
    s->bytes += member.len;
    if (model_message_read(member, spot->score, spot->room, &s->row, &m) != ERR_OK ||
        (s->from.len > 0 && !str_eq(m.from, s->from)) ||
        !model_search_fits(s->query->search, &m, &s->scratch)) {
        return;
    }
    struct hit *hit = arena_zalloc(s->arena, 1, sizeof(*hit));
    hit->spot = *spot;
    hit->spot.score = arena_str(s->arena, spot->score);
    if (model_message_read(arena_str(s->arena, member), hit->spot.score, spot->room, s->arena,
                           &hit->message) == ERR_OK) {
        LL_PREPEND(s->hits, hit);
    }
}

/* Looks at the messages of a room, member and score each; *spot goes behind the last one. */
static enum err look_at_all(struct search *s, const struct redisReply *rows,
                            struct model_spot *spot)
{
    struct str text[2]; /* member and score */
    size_t len = 0;
    enum err err = store_reply_len(rows, &len);
    for (size_t i = 0; err == ERR_OK && i + 1 < len; i += 2) {
        err = store_reply_strs(rows, i, ARRAY_LEN(text), text);
        if (err != ERR_OK) {
            break;
        }
        const uint64_t skip = str_eq(text[1], spot->score) ? spot->skip + 1 : 1;
        if (!model_spot_make(text[1], skip, spot->room, spot)) {
            return ERR_INTERNAL;
        }
        look(s, text[0], spot);
    }
    return err;
}

/* Takes what was read of a room: the score of what is unread, or "", and the messages. */
static enum err take_room(struct search *s, struct room *room, const struct redisReply *answer)
{
    struct model_spot spot = room->next;
    struct str unread;
    enum err err = store_reply_str(store_reply_at(answer, 0), &unread);
    if (err == ERR_OK) {
        err = look_at_all(s, store_reply_at(answer, 1), &spot);
    }
    if (err != ERR_OK) {
        return err;
    }
    room->is_done = unread.len == 0;
    const uint64_t skip = str_eq(unread, spot.score) ? spot.skip : 0;
    if (!room->is_done &&
        !model_spot_make(arena_str(s->arena, unread), skip, spot.room, &room->next)) {
        return ERR_INTERNAL;
    }
    return ERR_OK;
}

static int by_spot(const void *a, const void *b)
{
    const struct room *one = a, *other = b;
    return model_spot_cmp(&one->next, &other->next);
}

/* Puts the rooms that are not done in order, the one with the newest message first. */
static void sort_rooms(struct search *s)
{
    size_t left = 0;
    for (size_t i = 0; i < s->nrooms; i++) {
        if (!s->rooms[i].is_done) {
            s->rooms[left++] = s->rooms[i];
        }
    }
    s->nrooms = left;
    if (left > 1) {
        qsort(s->rooms, left, sizeof(*s->rooms), by_spot);
    }
}

/* Reads a piece, of the rooms that have the newest messages. */
static enum err read_piece(struct search *s)
{
    const size_t n = s->nrooms < STORE_SEARCH_ROOMS_MAX ? s->nrooms : STORE_SEARCH_ROOMS_MAX;
    const size_t share = STORE_SEARCH_PIECE_MAX / n;
    struct arena call;
    const struct redisReply *reply;
    size_t len = 0;
    arena_init(&call);
    struct str *words = arena_zalloc(&call, 3 + 3 * n, sizeof(*words));
    words[0] =
        arena_printf(&call, "%zu", share < STORE_SEARCH_ROOM_MAX ? share : STORE_SEARCH_ROOM_MAX);
    words[1] = arena_printf(&call, "%d", STORE_SEARCH_PIECE_MAX);
    words[2] = arena_printf(&call, "%u", STORE_SEARCH_PIECE_BYTES);
    for (size_t i = 0; i < n; i++) {
        const struct model_spot *next = &s->rooms[i].next;
        words[3 * i + 3] = next->room;
        words[3 * i + 4] = next->score;
        words[3 * i + 5] = arena_printf(&call, "%llu", (unsigned long long)next->skip);
    }
    enum err err = store_asker_run(s->conn, s->arena, s->asker, STORE_SCRIPT_SEARCH_READ, words,
                                   3 + 3 * n, &reply);
    if (err == ERR_OK) {
        err = store_reply_len(reply, &len);
    }
    for (size_t i = 0; err == ERR_OK && i < n && READ_FIRST + i < len; i++) {
        err = take_room(s, &s->rooms[i], store_reply_at(reply, READ_FIRST + i));
    }
    s->pieces++;
    arena_finish(&call);
    return err;
}

/* Is everything newer than the hit known? rooms[0] has the newest of what is not read. */
static bool is_final(const struct search *s, const struct hit *hit)
{
    return s->nrooms == 0 || model_spot_cmp(&hit->spot, &s->rooms[0].next) <= 0;
}

static bool is_enough(const struct search *s, int64_t until_ms)
{
    const struct hit *hit = NULL;
    size_t count = 0;
    LL_FOREACH(s->hits, hit)
    {
        count += is_final(s, hit);
    }
    return count >= s->query->limit || s->scanned >= STORE_SEARCH_SCAN_MAX ||
           s->bytes >= STORE_SEARCH_BYTES_MAX || s->pieces >= STORE_SEARCH_PIECES_MAX ||
           clock_mono_ms() >= until_ms;
}

static int newest_first(const struct hit *a, const struct hit *b)
{
    return model_spot_cmp(&a->spot, &b->spot);
}

/* Members that say the same at one score are one message. */
static bool is_twin(const struct store_search_found *found, const struct model_message *m)
{
    for (size_t i = found->count; i > 0; i--) {
        if (str_eq(found->messages[i - 1].id, m->id) &&
            str_eq(found->messages[i - 1].room, m->room)) {
            return true;
        }
    }
    return false;
}

/* What is known to be the newest of what fits, and where the next call goes on. */
static void lay_out(struct search *s, struct store_search_found *found)
{
    const struct hit *hit = NULL;
    found->messages = arena_zalloc(s->arena, s->query->limit, sizeof(*found->messages));
    found->scanned = s->scanned;
    found->more = s->nrooms > 0;
    if (found->more) {
        found->next = s->rooms[0].next;
    }
    LL_SORT(s->hits, newest_first);
    LL_FOREACH(s->hits, hit)
    {
        if (!is_final(s, hit)) {
            return;
        }
        if (!is_twin(found, &hit->message)) {
            found->messages[found->count++] = hit->message;
        }
        if (found->count == s->query->limit) {
            found->more = found->more || hit->next != NULL;
            found->next = hit->spot;
            return;
        }
    }
}

/* Who wrote what was found. */
static enum err find_users(struct search *s, struct store_search_found *found)
{
    struct str *ids = arena_zalloc(s->arena, found->count, sizeof(*ids));
    size_t n = 0;
    for (size_t i = 0; i < found->count; i++) {
        size_t at = 0;
        while (at < n && !str_eq(ids[at], found->messages[i].from)) {
            at++;
        }
        ids[at] = found->messages[i].from;
        n = at == n ? n + 1 : n;
    }
    return n == 0 ? ERR_OK
                  : store_user_list(s->conn, s->arena, s->asker, ids, n, &found->users,
                                    &found->nusers);
}

enum err store_search(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                      const struct store_search_query *query, struct store_search_found *found)
{
    enum model_room_kind kind;
    if (str_is_set(query->room) && !model_id_is_room(query->room, &kind)) {
        return ERR_NOT_FOUND;
    }
    const int64_t until_ms = clock_mono_ms() + STORE_SEARCH_MS_MAX;
    struct search s = {.conn = conn, .arena = arena, .asker = asker, .query = query};
    struct store_search_found result = {0};
    arena_init(&s.row);
    buf_init(&s.scratch, NULL, MODEL_SEARCH_FOLD_MAX);
    enum err err = find_rooms(&s);
    sort_rooms(&s);
    while (err == ERR_OK && s.nrooms > 0 && !is_enough(&s, until_ms)) {
        err = read_piece(&s);
        sort_rooms(&s);
    }
    buf_finish(&s.scratch);
    arena_finish(&s.row);
    if (err == ERR_OK) {
        lay_out(&s, &result);
        err = find_users(&s, &result);
    }
    if (err == ERR_OK) {
        *found = result;
    }
    return err;
}
