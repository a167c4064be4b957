#include "store/typing.h"

#include "model/id.h"

enum err store_typing_tell(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str room)
{
    enum model_room_kind kind;
    if (!model_id_is_room(room, &kind)) {
        return ERR_NOT_FOUND;
    }
    const struct str words[] = {store_conn_server(conn), room, STR("1"),
                                arena_printf(arena, "%d", STORE_TYPING_EVERY_S)};
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_TYPING_TELL, words, ARRAY_LEN(words),
                           &reply);
}
