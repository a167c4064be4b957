#include "store/event.h"

#include "base/rand.h"
#include "store/reply.h"

/* Two hubs that see one event make one hash of it. */
static struct str hash_of(struct arena *arena, struct str type, struct str data)
{
    const struct str both = arena_printf(arena, "%.*s %.*s", STR_FMT(type), STR_FMT(data));
    return arena_printf(arena, "%016llx", (unsigned long long)rand_hash64(both));
}

struct store_cmd store_event_adopt_cmd(struct arena *arena, struct str server, struct str event_log,
                                       const struct model_event *event)
{
    const struct str type = str_of(model_event_name(event->type));
    const struct str words[] = {server,
                                event_log,
                                type,
                                event->data,
                                event->target,
                                event->from,
                                hash_of(arena, type, event->data)};
    return store_cmd_script(arena, STORE_SCRIPT_EVENT_ADOPT, words, ARRAY_LEN(words));
}

enum err store_event_adopt_read(const struct redisReply *reply, bool *adopted)
{
    int64_t n;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_i64(reply, &n);
    }
    if (err == ERR_OK) {
        *adopted = n == 1;
    }
    return err;
}
