#include "store/read.h"

#include "model/id.h"
#include "store/reply.h"

/* What read_mark.lua answers, by position. */
enum { MARK_MARKER = STORE_ASKER_REST, MARK_UNREAD, MARK_MENTIONS };

enum err store_read_mark(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                         struct str room, struct str id, struct store_read *out)
{
    enum model_room_kind kind;
    struct model_place place;
    if (!model_id_is_room(room, &kind)) {
        return ERR_NOT_FOUND;
    }
    if (!model_id_place(id, &place)) {
        return ERR_INVALID;
    }
    const struct str words[] = {store_conn_server(conn), store_conn_event_log(conn), room, id};
    const struct redisReply *reply;
    struct str marker;
    int64_t unread = 0;
    int64_t mentions = 0;
    enum err err = store_asker_run(conn, arena, asker, STORE_SCRIPT_READ_MARK, words,
                                   ARRAY_LEN(words), &reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, MARK_MARKER), &marker);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, MARK_UNREAD), &unread);
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, MARK_MENTIONS), &mentions);
    }
    if (err == ERR_OK) {
        *out = (struct store_read){arena_str(arena, marker), (uint64_t)unread, (uint64_t)mentions};
    }
    return err;
}
