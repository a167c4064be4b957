#include "store/export.h"

#include <string.h>
#include "store/batch.h"
#include "store/cmd.h"
#include "store/keys.h"
#include "store/reply.h"

#define SCAN_COUNT "1000" /* that Redis looks at in one answer, about */

struct export
{
    struct store_conn *conn;
    struct str room; /* the only one, or absent */
    store_export_fn take;
    void *arg;
    struct arena answer; /* what lives as long as one answer is looked at */
    struct store_batch keys, parts;
    size_t taken;
};

/* A key that is told of: which row it is of, and its parts. */
struct key {
    struct str name;
    enum store_key row;
    struct str of[2];
};

/* Which link would give them another password: the link itself is not kept. */
static bool is_link(const struct key *key, struct str field)
{
    return key->row == STORE_KEY_OWN_USER && str_eq(field, STR("reset"));
}

/* Is it about another room than the wanted one? */
static bool is_elsewhere(const struct export *e, const struct key *key, struct str about)
{
    return str_is_set(e->room) && store_keys_table[key->row].export == STORE_KEY_BY_ROOM &&
           !str_eq(about, e->room);
}

static enum err give(struct export *e, const struct key *key, struct str field, struct str score,
                     struct str value)
{
    const struct store_key_info *row = &store_keys_table[key->row];
    if (is_link(key, field) || is_elsewhere(e, key, str_is_set(field) ? field : value)) {
        return ERR_OK;
    }
    e->taken++;
    return e->take(e->arg, &(struct model_record){.kind = MODEL_RECORD_DATA,
                                                  .key = str_of(row->name),
                                                  .of = {key->of[0], key->of[1]},
                                                  .field = field,
                                                  .score = score,
                                                  .value = value});
}

/* Is the key part of what is wanted? */
static bool is_wanted(const struct export *e, const struct key *key)
{
    switch (store_keys_table[key->row].export) {
    case STORE_KEY_LIVE:
        return false;
    case STORE_KEY_BY_ROOM:
        return true;
    case STORE_KEY_COUNTER:
    case STORE_KEY_KEPT:
        break;
    }
    return !str_is_set(e->room) || (store_keys_is_room(key->row) && str_eq(key->of[0], e->room));
}

/* One answer of SCAN and its kin: where to go on, and the list. */
static enum err scan(struct export *e, const struct str *words, size_t n, struct str *cursor,
                     const struct redisReply **list, size_t *len)
{
    const struct redisReply *reply;
    struct str next;
    enum err err = store_conn_one(e->conn, store_cmd_make(&e->answer, words, n), &reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, 0), &next);
    }
    if (err == ERR_OK) {
        *list = store_reply_at(reply, 1);
        err = store_reply_len(*list, len);
    }
    if (err == ERR_OK) {
        *cursor = next;
    }
    return err;
}

/* A cursor outlives the answer that told it. */
struct cursor {
    char bytes[24];
    size_t len;
};

static struct str cursor_str(const struct cursor *cursor)
{
    return cursor->len > 0 ? (struct str){cursor->bytes, cursor->len} : STR("0");
}

/* False: it was the last answer. */
static bool move(struct cursor *cursor, struct str next)
{
    cursor->len = 0;
    while (cursor->len < next.len && cursor->len < sizeof(cursor->bytes)) {
        cursor->bytes[cursor->len] = next.ptr[cursor->len];
        cursor->len++;
    }
    return !str_eq(next, STR("0"));
}

/* By row, then by name, which may have any byte. */
static struct str sort_name(struct arena *arena, const struct key *key)
{
    _Static_assert(STORE_KEY__MAX <= 256, "a row is a byte");
    char *text = arena_alloc(arena, key->name.len + 1);
    text[0] = (char)(unsigned char)key->row;
    memcpy(text + 1, key->name.ptr, key->name.len);
    return (struct str){text, key->name.len + 1};
}

/* Those of the n keys that are of their row's type go to the batch. */
static enum err add_keys(struct export *e, const struct key *keys, size_t n)
{
    struct store_cmd *cmds = arena_zalloc(&e->answer, n, sizeof(*cmds));
    const struct redisReply **replies = arena_zalloc(&e->answer, n, sizeof(struct redisReply *));
    for (size_t i = 0; i < n; i++) {
        const struct str words[] = {STR("TYPE"), keys[i].name};
        cmds[i] = store_cmd_make(&e->answer, words, ARRAY_LEN(words));
    }
    enum err err = n > 0 ? store_conn_run(e->conn, cmds, n, replies) : ERR_OK;
    for (size_t i = 0; err == ERR_OK && i < n; i++) {
        struct str type;
        err = store_reply_str(replies[i], &type);
        if (err == ERR_OK && str_eq(type, str_of(store_keys_table[keys[i].row].type))) {
            store_batch_add(&e->keys, sort_name(&e->answer, &keys[i]), keys[i].name);
        }
    }
    return err;
}

/* One answer of SCAN. */
static enum err scan_keys(struct export *e, struct cursor *cursor, bool *more)
{
    const struct str words[] = {STR("SCAN"), cursor_str(cursor), STR("COUNT"), STR(SCAN_COUNT)};
    const struct redisReply *list;
    struct str next;
    size_t len = 0;
    size_t n = 0;
    enum err err = scan(e, words, ARRAY_LEN(words), &next, &list, &len);
    if (err != ERR_OK) {
        return err;
    }
    *more = move(cursor, next);
    struct key *keys = arena_zalloc(&e->answer, len, sizeof(*keys));
    for (size_t i = 0; err == ERR_OK && i < len; i++) {
        struct str name;
        err = store_reply_str(store_reply_at(list, i), &name);
        if (err == ERR_OK) {
            struct key *key = &keys[n];
            key->name = arena_str(&e->answer, name);
            n += store_keys_read(key->name, &key->row, key->of) && is_wanted(e, key) ? 1 : 0;
        }
    }
    return err == ERR_OK ? add_keys(e, keys, n) : err;
}

/* One answer of HSCAN or SSCAN: fields with their values, or members. */
static enum err scan_parts(struct export *e, const struct key *key, struct cursor *cursor,
                           bool *more)
{
    const bool hash = str_eq(str_of(store_keys_table[key->row].type), STR("hash"));
    const struct str words[] = {hash ? STR("HSCAN") : STR("SSCAN"), key->name, cursor_str(cursor),
                                STR("COUNT"), STR(SCAN_COUNT)};
    const struct redisReply *list;
    struct str next;
    size_t len = 0;
    enum err err = scan(e, words, ARRAY_LEN(words), &next, &list, &len);
    if (err != ERR_OK) {
        return err;
    }
    *more = move(cursor, next);
    const size_t step = hash ? 2 : 1;
    for (size_t i = 0; err == ERR_OK && i + step <= len; i += step) {
        struct str part[2] = {STR_NONE, STR_NONE};
        err = store_reply_strs(list, i, step, part);
        if (err == ERR_OK) {
            store_batch_add(&e->parts, part[0], part[1]);
        }
    }
    return err;
}

/* A hash or a set, in rounds. */
static enum err give_parts(struct export *e, const struct key *key)
{
    enum err err = ERR_OK;
    store_batch_begin(&e->parts);
    do {
        struct cursor cursor = {.len = 0};
        bool more = true;
        while (err == ERR_OK && more) {
            err = scan_parts(e, key, &cursor, &more);
            arena_reset(&e->answer);
        }
        store_batch_sort(&e->parts);
        for (size_t i = 0; err == ERR_OK && i < e->parts.n; i++) {
            const struct store_batch_item *item = &e->parts.items[i];
            const bool field = str_is_set(item->value);
            err = give(e, key, field ? item->name : STR_NONE, STR_NONE,
                       field ? item->value : item->name);
        }
        if (!e->parts.more) {
            break;
        }
        store_batch_go_on(&e->parts);
    } while (err == ERR_OK);
    return err;
}

/* Where a sorted set was left: at this score, of which so many were given. */
struct place {
    char score[40];
    size_t score_len;
    size_t given;
};

static void pass(struct place *place, struct str score)
{
    if (!str_eq(score, (struct str){place->score, place->score_len})) {
        place->score_len = score.len < sizeof(place->score) ? score.len : sizeof(place->score);
        for (size_t i = 0; i < place->score_len; i++) {
            place->score[i] = score.ptr[i];
        }
        place->given = 0;
    }
    place->given++;
}

/* A page of it. What is trimmed from its beginning meanwhile moves nothing. */
static enum err give_page(struct export *e, const struct key *key, struct place *place, bool *more)
{
    const struct str words[] = {STR("ZRANGEBYSCORE"),
                                key->name,
                                {place->score, place->score_len},
                                STR("+inf"),
                                STR("WITHSCORES"),
                                STR("LIMIT"),
                                arena_printf(&e->answer, "%zu", place->given),
                                arena_printf(&e->answer, "%d", STORE_EXPORT_PAGE)};
    const struct redisReply *reply;
    size_t len = 0;
    enum err err =
        store_conn_one(e->conn, store_cmd_make(&e->answer, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK) {
        err = store_reply_len(reply, &len);
    }
    for (size_t i = 0; err == ERR_OK && i + 2 <= len; i += 2) {
        struct str row[2] = {STR_NONE, STR_NONE}; /* member, score */
        err = store_reply_strs(reply, i, ARRAY_LEN(row), row);
        if (err == ERR_OK) {
            err = give(e, key, STR_NONE, row[1], row[0]);
            pass(place, row[1]);
        }
    }
    *more = len == 2 * (size_t)STORE_EXPORT_PAGE;
    return err;
}

static enum err give_sorted(struct export *e, const struct key *key)
{
    struct place place = {.score = "-inf", .score_len = sizeof("-inf") - 1};
    bool more = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && more) {
        err = give_page(e, key, &place, &more);
        arena_reset(&e->answer);
    }
    return err;
}

static enum err give_string(struct export *e, const struct key *key)
{
    const struct str words[] = {STR("GET"), key->name};
    const struct redisReply *reply;
    struct str value;
    enum err err =
        store_conn_one(e->conn, store_cmd_make(&e->answer, words, ARRAY_LEN(words)), &reply);
    if (err == ERR_OK && !store_reply_is_nil(reply)) {
        err = store_reply_str(reply, &value);
        if (err == ERR_OK) {
            err = give(e, key, STR_NONE, STR_NONE, value);
        }
    }
    arena_reset(&e->answer);
    return err;
}

static enum err give_key(struct export *e, struct str name)
{
    struct key key = {.name = name};
    if (!store_keys_read(name, &key.row, key.of)) {
        return ERR_INTERNAL;
    }
    const struct str type = str_of(store_keys_table[key.row].type);
    if (str_eq(type, STR("string"))) {
        return give_string(e, &key);
    }
    return str_eq(type, STR("zset")) ? give_sorted(e, &key) : give_parts(e, &key);
}

/* The next keys in order; *more: there are further ones. */
static enum err give_round(struct export *e, bool *more)
{
    struct cursor cursor = {.len = 0};
    bool scanning = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && scanning) {
        err = scan_keys(e, &cursor, &scanning);
        arena_reset(&e->answer);
    }
    store_batch_sort(&e->keys);
    for (size_t i = 0; err == ERR_OK && i < e->keys.n; i++) {
        err = give_key(e, e->keys.items[i].value);
    }
    *more = e->keys.more;
    store_batch_go_on(&e->keys);
    return err;
}

enum err store_export_run(struct store_conn *conn, struct str room, store_export_fn take, void *arg)
{
    struct export e = {.conn = conn, .room = room, .take = take, .arg = arg};
    bool more = true;
    enum err err = ERR_OK;
    arena_init(&e.answer);
    store_batch_init(&e.keys, STORE_EXPORT_ROUND);
    store_batch_init(&e.parts, STORE_EXPORT_ROUND);
    store_batch_begin(&e.keys);
    while (err == ERR_OK && more) {
        err = give_round(&e, &more);
    }
    store_batch_finish(&e.keys);
    store_batch_finish(&e.parts);
    arena_finish(&e.answer);
    return err == ERR_OK && e.taken == 0 && str_is_set(room) ? ERR_NOT_FOUND : err;
}
