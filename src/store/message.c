#include "store/message.h"

#include "base/mem.h"
#include "base/rand.h"
#include "model/id.h"
#include "model/mention.h"
#include "model/quote.h"
#include "store/reply.h"

/* The tables of this file live in the arena that each function has at hand. */
#define uthash_malloc(len)    arena_alloc(arena, len)
#define uthash_free(ptr, len) ((void)(ptr))
#define uthash_fatal(why)     mem_die(why)
#define HASH_FUNCTION         HASH_OAT
#include <uthash.h>

/* What message_send.lua answers, by position. */
enum { SENT_MEMBER = STORE_ASKER_REST, SENT_ID, SENT_BEHIND };

/* How the limit stands. ERR_RATE_LIMITED: there is no message. */
static enum err read_limit(const struct redisReply *reply, struct store_limit *limit)
{
    int64_t behind_us = 0;
    const bool refused = store_reply_is_nil(store_reply_at(reply, SENT_MEMBER));
    const enum err err = store_reply_i64(store_reply_at(reply, SENT_BEHIND), &behind_us);
    if (err != ERR_OK) {
        return err;
    }
    store_limit_read(limit, (uint64_t)behind_us, refused);
    return refused ? ERR_RATE_LIMITED : ERR_OK;
}

/*
 * What is quoted of the message that is answered; empty where nothing is answered, or there is no
 * such message for the asker: the script refuses that, unless it was said before.
 */
static enum err read_quote(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           const struct store_message_draft *draft, struct str *quote)
{
    struct model_place place;
    struct store_message_page page;
    *quote = STR("");
    if (!str_is_set(draft->reply_to)) {
        return ERR_OK;
    }
    if (!model_id_place(draft->reply_to, &place)) {
        return ERR_INVALID;
    }
    const struct store_message_query query = {
        .room = draft->room, .from = STORE_MESSAGE_AROUND, .id = draft->reply_to, .limit = 1};
    const enum err err = store_message_page(conn, arena, asker, &query, &page);
    const struct model_message *found = err == ERR_OK && page.count == 1 ? page.messages : NULL;
    if (found != NULL && str_eq(found->id, draft->reply_to) && !found->deleted) {
        *quote = model_quote_write(arena, found);
    }
    return err == ERR_NOT_FOUND ? ERR_OK : err;
}

/* Runs the script. */
static enum err run_send(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         const struct store_message_draft *draft, struct str quote,
                         const struct store_limit *limit, const struct redisReply **reply)
{
    const struct str words[] = {
        store_conn_server(conn),
        store_conn_event_log(conn),
        draft->room,
        model_message_tail(arena, draft->text, draft->room, draft->nonce),
        model_mention_words(arena, draft->text),
        str_is_set(draft->nonce) ? draft->nonce : STR(""),
        str_is_set(draft->reply_to) ? draft->reply_to : STR(""),
        quote,
        arena_printf(arena, "%llu", (unsigned long long)limit->most),
        arena_printf(arena, "%llu", (unsigned long long)limit->window_s),
    };
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_MESSAGE_SEND, words, ARRAY_LEN(words),
                           reply);
}

enum err store_message_read_stored(const struct redisReply *reply, struct arena *arena,
                                   struct str room, struct store_limit *limit,
                                   struct model_message *out)
{
    struct str stored[2]; /* the member, its id */
    enum err err = read_limit(reply, limit);
    if (err == ERR_OK) {
        err = store_reply_strs(reply, SENT_MEMBER, ARRAY_LEN(stored), stored);
    }
    if (err != ERR_OK) {
        return err;
    }
    return model_message_read(arena_str(arena, stored[0]), arena_str(arena, stored[1]),
                              arena_str(arena, room), arena, out) == ERR_OK
               ? ERR_OK
               : ERR_INTERNAL;
}

enum err store_message_send(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            const struct store_message_draft *draft, struct store_limit *limit,
                            struct model_message *out)
{
    enum model_room_kind kind;
    struct store_limit none = {0};
    if (!model_id_is_room(draft->room, &kind)) {
        return ERR_NOT_FOUND;
    }
    limit = limit != NULL ? limit : &none;
    const struct redisReply *reply;
    struct str quote;
    enum err err = read_quote(conn, arena, asker, draft, &quote);
    if (err == ERR_OK) {
        err = run_send(conn, arena, asker, draft, quote, limit, &reply);
    }
    return err == ERR_OK ? store_message_read_stored(reply, arena, draft->room, limit, out) : err;
}

/* What message_page.lua answers, by position. */
enum { PAGE_OLDER = STORE_ASKER_REST, PAGE_NEWER, PAGE_MOST, PAGE_WRITERS };

/* A member of the room's sorted set. One that cannot be read has an id too: paging goes through it.
 */
struct row {
    struct str id;
    struct str score;
    bool readable;
    struct model_message message;
    UT_hash_handle hh;
};

/* Rows in one direction, of a place in the middle or of the whole room. */
struct rows {
    struct row *row;
    size_t count;
    bool cut; /* the room may have more than these */
};

static enum err read_row(const struct redisReply *list, size_t i, struct str room,
                         struct arena *arena, struct row *out)
{
    struct str member;
    struct str score;
    enum err err = store_reply_str(store_reply_at(list, 2 * i), &member);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(list, 2 * i + 1), &score);
    }
    if (err != ERR_OK) {
        return err;
    }
    score = arena_str(arena, score);
    out->score = str_eq(score, STR("-0")) ? STR("0") : score; /* which are one place */
    out->readable =
        model_message_read(arena_str(arena, member), score, room, arena, &out->message) == ERR_OK;
    out->id = out->readable ? out->message.id
                            : arena_printf(arena, "%.*s~%08x", STR_FMT(score),
                                           (unsigned)(rand_hash64(member) & 0xffffffffU));
    return ERR_OK;
}

static enum err read_rows(const struct redisReply *list, int64_t most, struct str room,
                          struct arena *arena, struct rows *out)
{
    size_t len;
    enum err err = store_reply_len(list, &len);
    if (err != ERR_OK) {
        return err;
    }
    *out = (struct rows){.row = arena_zalloc(arena, len / 2, sizeof(*out->row)),
                         .count = len / 2,
                         .cut = len / 2 >= (size_t)most};
    for (size_t i = 0; err == ERR_OK && i < out->count; i++) {
        err = read_row(list, i, room, arena, &out->row[i]);
    }
    return err;
}

/* Those rows of one direction that are on the page. */
struct choice {
    struct row **row;
    size_t count;
    bool more; /* there are further ones */
};

/* The index of the first row that is on the page: the place itself or what follows it. */
static size_t first_of(const struct rows *rows, struct str place, bool with_place)
{
    for (size_t i = 0; str_is_set(place) && i < rows->count; i++) {
        if (str_eq(rows->row[i].id, place)) {
            return with_place ? i : i + 1;
        }
    }
    return 0;
}

/* Has a row a neighbour of the same score? Only such rows can be twins. */
static bool has_equal(const struct rows *rows, size_t i)
{
    const struct str score = rows->row[i].score;
    return (i > 0 && str_eq(rows->row[i - 1].score, score)) ||
           (i + 1 < rows->count && str_eq(rows->row[i + 1].score, score));
}

/* Was a row with this id seen before? It is remembered. */
static bool is_twin(struct row **seen, struct row *row, struct arena *arena)
{
    struct row *twin;
    HASH_FIND(hh, *seen, row->id.ptr, row->id.len, twin);
    if (twin == NULL) {
        HASH_ADD_KEYPTR(hh, *seen, row->id.ptr, row->id.len, row);
    }
    return twin != NULL;
}

/*
 * Chooses at most limit rows, from the place on. Members that say the same at one score have one
 * id: the first in the direction of reading counts, so those before the place are looked at as
 * well.
 */
static struct choice choose(const struct rows *rows, struct str place, bool with_place,
                            size_t limit, struct arena *arena)
{
    const size_t first = first_of(rows, place, with_place);
    struct choice choice = {.row = arena_zalloc(arena, limit, sizeof(struct row *)),
                            .more = rows->cut};
    struct row *seen = NULL;

    for (size_t i = 0; i < rows->count; i++) {
        struct row *row = &rows->row[i];
        if (has_equal(rows, i) && is_twin(&seen, row, arena)) {
            continue;
        }
        if (i >= first && choice.count == limit) {
            choice.more = true;
            break;
        }
        if (i >= first) {
            choice.row[choice.count++] = row;
        }
    }
    return choice;
}

/* Is the message among the first n of the page? */
static bool has_message(const struct store_message_page *page, size_t n, struct str id)
{
    for (size_t i = 0; i < n; i++) {
        if (str_eq(page->messages[i].id, id)) {
            return true;
        }
    }
    return false;
}

/* Puts the readable rows of a choice on the page, backwards or as they are; those of two choices
 * may say the same. */
static void add_messages(struct store_message_page *page, const struct choice *choice,
                         bool backwards)
{
    const size_t others = page->count;
    for (size_t i = 0; i < choice->count; i++) {
        const struct row *row = choice->row[backwards ? choice->count - 1 - i : i];
        if (row->readable && !has_message(page, others, row->id)) {
            page->messages[page->count++] = row->message;
        }
    }
}

static bool has_writer(const struct store_message_page *page, struct str user)
{
    for (size_t i = 0; i < page->count; i++) {
        if (str_eq(page->messages[i].from, user)) {
            return true;
        }
    }
    return false;
}

/* Those of the writers, a list of id, name, …, who wrote what is on the page. */
static enum err add_users(const struct redisReply *writers, struct arena *arena,
                          struct store_message_page *page)
{
    size_t len;
    enum err err = store_reply_len(writers, &len);
    if (err != ERR_OK) {
        return err;
    }
    page->users = arena_zalloc(arena, len / 2, sizeof(*page->users));
    for (size_t i = 0; i < len / 2; i++) {
        struct str text[2]; /* id, name */
        err = store_reply_strs(writers, 2 * i, ARRAY_LEN(text), text);
        if (err != ERR_OK) {
            return err;
        }
        if (has_writer(page, text[0])) {
            page->users[page->nusers++] = (struct model_user){
                .id = arena_str(arena, text[0]), .username = arena_str(arena, text[1])};
        }
    }
    return ERR_OK;
}

/* Lays the rows out as the page that was asked for. */
static void lay_out(const struct store_message_query *query, struct rows *older,
                    const struct rows *newer, struct arena *arena, struct store_message_page *page)
{
    const bool around = query->from == STORE_MESSAGE_AROUND;
    const size_t after = query->from == STORE_MESSAGE_AFTER ? query->limit
                         : around                           ? (query->limit - 1) / 2
                                                            : 0;
    if (query->from == STORE_MESSAGE_OFFSET && older->count > query->limit) {
        older->count = query->limit; /* the next offset counts members, twins too */
    }
    const struct choice back = choose(older, query->id, around, query->limit - after, arena);
    const struct choice forth = choose(newer, query->id, false, after, arena);
    const struct choice *onward = query->from == STORE_MESSAGE_AFTER ? &forth : &back;

    page->messages = arena_zalloc(arena, query->limit, sizeof(*page->messages));
    add_messages(page, &back, query->from != STORE_MESSAGE_OFFSET);
    add_messages(page, &forth, false);
    page->more = onward->more && onward->count > 0;
    page->next = page->more ? onward->row[onward->count - 1]->id : STR_NONE;
}

static enum err ask_page(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         const struct store_message_query *query, struct str score,
                         const struct redisReply **reply)
{
    static const char *const from[] = {
        [STORE_MESSAGE_NEWEST] = "newest", [STORE_MESSAGE_BEFORE] = "before",
        [STORE_MESSAGE_AFTER] = "after",   [STORE_MESSAGE_AROUND] = "around",
        [STORE_MESSAGE_OFFSET] = "offset",
    };
    /* Lua counts in doubles; no room has so many messages. */
    const size_t offset_max = 1000000000000;
    const size_t offset = query->from == STORE_MESSAGE_OFFSET ? query->offset : 0;
    const struct str words[] = {
        query->room,
        str_of(from[query->from]),
        score,
        arena_printf(arena, "%zu", offset < offset_max ? offset : offset_max),
        arena_printf(arena, "%zu", query->limit),
    };
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_MESSAGE_PAGE, words, ARRAY_LEN(words),
                           reply);
}

/* ERR_NOT_FOUND: what is no room's id. ERR_INVALID: a limit, or a place, that is none. */
static enum err check_query(const struct store_message_query *query, struct model_place *place)
{
    enum model_room_kind kind;
    if (!model_id_is_room(query->room, &kind)) {
        return ERR_NOT_FOUND;
    }
    if (query->limit < 1 || query->limit > STORE_MESSAGE_PAGE_MAX) {
        return ERR_INVALID;
    }
    if (query->from == STORE_MESSAGE_NEWEST || query->from == STORE_MESSAGE_OFFSET) {
        *place = (struct model_place){.id = STR_NONE, .score = STR("")};
        return ERR_OK;
    }
    return model_id_place(query->id, place) ? ERR_OK : ERR_INVALID;
}

enum err store_message_page(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            const struct store_message_query *query,
                            struct store_message_page *page)
{
    struct model_place place;
    enum err err = check_query(query, &place);
    if (err != ERR_OK) {
        return err;
    }
    struct store_message_query asked = *query;
    asked.id = place.id;
    asked.room = arena_str(arena, query->room); /* messages keep it */

    const struct redisReply *reply;
    struct rows older;
    struct rows newer;
    struct store_message_page read = {0};
    int64_t most = 0;
    err = ask_page(conn, arena, asker, &asked, place.score, &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, PAGE_MOST), &most);
    }
    if (err == ERR_OK) {
        err = read_rows(store_reply_at(reply, PAGE_OLDER), most, asked.room, arena, &older);
    }
    if (err == ERR_OK) {
        err = read_rows(store_reply_at(reply, PAGE_NEWER), most, asked.room, arena, &newer);
    }
    if (err == ERR_OK) {
        lay_out(&asked, &older, &newer, arena, &read);
        err = add_users(store_reply_at(reply, PAGE_WRITERS), arena, &read);
    }
    if (err == ERR_OK) {
        *page = read;
    }
    return err;
}

enum err store_message_members(struct store_conn *conn, struct arena *arena,
                               struct store_asker *asker, struct str room, struct str id,
                               struct store_message_members *out)
{
    const struct redisReply *reply = NULL;
    struct store_message_query query = {room, STORE_MESSAGE_BEFORE, id, .limit = 1};
    struct store_message_members found = {.count = 0};
    struct model_place place;
    struct str member;
    size_t len = 0;
    enum err err = check_query(&query, &place);
    if (err == ERR_OK) {
        err = ask_page(conn, arena, asker, &query, place.score, &reply);
    }
    if (err == ERR_OK) {
        err = store_reply_len(store_reply_at(reply, PAGE_OLDER), &len);
    }
    found.members = arena_zalloc(arena, len / 2, sizeof(*found.members));
    for (size_t i = 0; err == ERR_OK && i < len / 2; i++) {
        struct row row;
        const struct redisReply *list = store_reply_at(reply, PAGE_OLDER);
        err = read_row(list, i, room, arena, &row);
        if (err == ERR_OK && row.readable && str_eq(row.id, id)) {
            err = store_reply_str(store_reply_at(list, 2 * i), &member);
            found.members[found.count++] = arena_str(arena, member);
            found.from = row.message.from;
        }
    }
    if (err == ERR_OK && found.count == 0) {
        err = ERR_NOT_FOUND;
    }
    if (err == ERR_OK) {
        *out = found;
    }
    return err;
}
