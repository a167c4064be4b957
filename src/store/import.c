#include "store/import.h"

#include <string.h>
#include "base/mem.h"
#include "model/id.h"
#include "store/cmd.h"
#include "store/keys.h"
#include "store/reply.h"

/* What import.lua is told of a record: how to add it, the key, the field or score, the value. */
enum { WORD_HOW, WORD_KEY, WORD_AT, WORD_VALUE, WORD__MAX };

void store_import_init(struct store_import *import, struct store_conn *conn, struct str room)
{
    *import = (struct store_import){.conn = conn};
    import->words = mem_zalloc((size_t)STORE_IMPORT_RECORDS * WORD__MAX, sizeof(*import->words));
    arena_init(&import->waiting);
    arena_init(&import->kept);
    import->room = str_is_set(room) ? arena_str(&import->kept, room) : STR_NONE;
}

void store_import_finish(struct store_import *import)
{
    mem_free(import->words);
    arena_finish(&import->waiting);
    arena_finish(&import->kept);
}

/* The row of this name that is kept; STORE_KEY__MAX: none. */
static enum store_key find_row(struct str name)
{
    enum store_key row = 0;
    while (row < STORE_KEY__MAX && (store_keys_table[row].export == STORE_KEY_LIVE ||
                                    !str_eq(name, str_of(store_keys_table[row].name)))) {
        row++;
    }
    return row;
}

/* The key that the record is of. ERR_INVALID: it is none that would be read as this row. */
static enum err read_key(struct store_import *import, const struct model_record *record,
                         enum store_key *row, struct str *key)
{
    enum store_key read;
    struct str parts[2];
    *row = find_row(record->key);
    if (*row == STORE_KEY__MAX) {
        return ERR_INVALID;
    }
    *key = store_keys_make(&import->waiting, *row, record->of[0], record->of[1]);
    if (!store_keys_read(*key, &read, parts) || read != *row) {
        return ERR_INVALID;
    }
    for (size_t i = 0; i < 2; i++) {
        if (str_is_set(parts[i]) != str_is_set(record->of[i]) || !str_eq(parts[i], record->of[i])) {
            return ERR_INVALID;
        }
    }
    return ERR_OK;
}

/* Does a room's export have such a record? */
static bool is_of_room(const struct store_import *import, enum store_key row,
                       const struct model_record *record)
{
    if (!str_is_set(import->room)) {
        return true;
    }
    const struct str about = str_is_set(record->field) ? record->field : record->value;
    return store_keys_table[row].export == STORE_KEY_BY_ROOM
               ? str_eq(about, import->room)
               : store_keys_is_room(row) && str_eq(record->of[0], import->room);
}

/* Has the record what a value of this type has? */
static bool has_form(const char *type, const struct model_record *record)
{
    return str_is_set(record->field) == (strcmp(type, "hash") == 0) &&
           str_is_set(record->score) == (strcmp(type, "zset") == 0);
}

/* How import.lua adds it; NULL: its value is none. */
static const char *how(enum store_key row, const struct model_record *record)
{
    uint64_t n;
    struct model_place place;
    if (store_keys_table[row].export == STORE_KEY_COUNTER) {
        return str_u64(record->value, &n) ? "counter" : NULL;
    }
    if (row == STORE_KEY_USERNAME) {
        return "own";
    }
    if (row == STORE_KEY_USER && str_eq(record->field, STR("username"))) {
        return "own_field";
    }
    if (row == STORE_KEY_OWN_ROOM && str_eq(record->field, STR("last"))) {
        return model_id_place(record->value, &place) ? "newest" : NULL;
    }
    return store_keys_table[row].type;
}

/* Keeps which key was refused: the batch is gone when somebody asks. */
static enum err refuse(struct store_import *import, int64_t at)
{
    const struct str key = import->words[(size_t)at * WORD__MAX + WORD_KEY];
    import->refused = arena_str(&import->kept, key);
    return ERR_CONFLICT;
}

static enum err send(struct store_import *import)
{
    const struct redisReply *reply;
    int64_t added = 0;
    int64_t refused = -1;
    if (import->n == 0) {
        return ERR_OK;
    }
    enum err err = store_conn_one(import->conn,
                                  store_cmd_script(&import->waiting, STORE_SCRIPT_IMPORT,
                                                   import->words, import->n * WORD__MAX),
                                  &reply);
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 0), &added);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, 1), &refused);
    }
    if (err == ERR_OK) {
        import->added += (uint64_t)added;
        if (refused >= 0 && (size_t)refused < import->n) {
            err = refuse(import, refused);
        }
    }
    import->n = import->bytes = 0;
    arena_reset(&import->waiting);
    return err;
}

/* Puts it to what waits. */
static enum err wait_for(struct store_import *import, const char *way, struct str key,
                         struct str at, struct str value)
{
    struct str *words = import->words + import->n * WORD__MAX;
    words[WORD_HOW] = str_of(way);
    words[WORD_KEY] = key;
    words[WORD_AT] = str_is_set(at) ? arena_str(&import->waiting, at) : STR("");
    words[WORD_VALUE] = arena_str(&import->waiting, value);
    import->n++;
    import->bytes += key.len + at.len + value.len;
    return import->n == STORE_IMPORT_RECORDS || import->bytes >= STORE_IMPORT_BYTES ? send(import)
                                                                                    : ERR_OK;
}

enum err store_import_add(struct store_import *import, const struct model_record *record)
{
    enum store_key row;
    struct str key;
    enum err err = read_key(import, record, &row, &key);
    if (err != ERR_OK) {
        return err;
    }
    const char *way = how(row, record);
    if (way == NULL || !has_form(store_keys_table[row].type, record) ||
        !is_of_room(import, row, record)) {
        return ERR_INVALID;
    }
    import->records++;
    return wait_for(import, way, key, str_is_set(record->field) ? record->field : record->score,
                    record->value);
}

/* A room that comes alone has a number that no other room may be given. */
static enum err take_number(struct store_import *import)
{
    enum model_room_kind kind;
    uint64_t n;
    if (!str_is_set(import->room) || !model_id_is_room(import->room, &kind) ||
        kind == MODEL_ROOM_DIRECT) {
        return ERR_OK;
    }
    const struct str number = kind == MODEL_ROOM_CLOSED ? str_skip(import->room, 1) : import->room;
    if (!str_u64(number, &n) || n == 0) {
        return ERR_OK;
    }
    return wait_for(import, "counter",
                    store_keys_make(&import->waiting, STORE_KEY_ROOM_COUNTER, STR_NONE, STR_NONE),
                    STR_NONE, number);
}

enum err store_import_done(struct store_import *import)
{
    const struct redisReply *reply;
    enum err err = take_number(import);
    if (err == ERR_OK) {
        err = send(import);
    }
    if (import->added == 0) {
        return err;
    }
    const struct str server = store_conn_server(import->conn);
    const enum err told = store_conn_one(
        import->conn, store_cmd_script(&import->waiting, STORE_SCRIPT_IMPORT_DONE, &server, 1),
        &reply);
    return err != ERR_OK ? err : told;
}
