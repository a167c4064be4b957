#include "store/event.h"

#include "base/rand.h"
#include "store/reply.h"

/* What event_log.lua answers, by position; and of each entry. */
enum { LOG_END, LOG_FOUND, LOG_ENTRIES };
enum { ENTRY_ID, ENTRY_TYPE, ENTRY_TO, ENTRY_DATA, ENTRY__MAX };

struct store_cmd store_event_log_cmd(struct arena *arena, struct model_cursor after)
{
    const struct str words[] = {after.epoch == 0 ? STR("")
                                                 : arena_printf(arena, "%llu-%llu",
                                                                (unsigned long long)after.epoch,
                                                                (unsigned long long)after.seq),
                                arena_printf(arena, "%d", STORE_EVENT_LOG_MAX)};
    return store_cmd_script(arena, STORE_SCRIPT_EVENT_LOG, words, ARRAY_LEN(words));
}

static enum err read_entry(const struct redisReply *reply, struct arena *arena,
                           struct model_event *out)
{
    struct str text[ENTRY__MAX];
    struct model_event_entry entry;
    const enum err err = store_reply_strs(reply, 0, ARRAY_LEN(text), text);
    if (err != ERR_OK) {
        return err;
    }
    if (!model_id_cursor(text[ENTRY_ID], &entry.cursor)) {
        return ERR_INTERNAL;
    }
    entry.type = text[ENTRY_TYPE];
    entry.to = text[ENTRY_TO];
    entry.data = text[ENTRY_DATA];
    model_event_read_entry(&entry, arena, out);
    return ERR_OK;
}

static enum err read_entries(const struct redisReply *reply, struct arena *arena,
                             struct store_event_log *out)
{
    enum err err = store_reply_len(reply, &out->n);
    if (err != ERR_OK) {
        return err;
    }
    out->events = arena_zalloc(arena, out->n, sizeof(*out->events));
    for (size_t i = 0; err == ERR_OK && i < out->n; i++) {
        err = read_entry(store_reply_at(reply, i), arena, &out->events[i]);
    }
    return err;
}

enum err store_event_log_read(const struct redisReply *reply, struct arena *arena,
                              struct store_event_log *out)
{
    struct store_event_log log;
    struct str end;
    int64_t found = 0;
    enum err err = store_reply_err(reply);
    if (err == ERR_OK) {
        err = store_reply_str(store_reply_at(reply, LOG_END), &end);
    }
    if (err == ERR_OK && !model_id_cursor(end, &log.end)) {
        err = ERR_INTERNAL;
    }
    if (err == ERR_OK) {
        err = store_reply_i64(store_reply_at(reply, LOG_FOUND), &found);
    }
    if (err == ERR_OK) {
        err = read_entries(store_reply_at(reply, LOG_ENTRIES), arena, &log);
    }
    if (err == ERR_OK) {
        log.found = found == 1;
        *out = log;
    }
    return err;
}

struct store_cmd store_event_probe_cmd(struct arena *arena, struct str channel, uint64_t word)
{
    const struct str words[] = {STR("PUBLISH"), channel,
                                arena_printf(arena, "%llu", (unsigned long long)word)};
    return store_cmd_make(arena, words, ARRAY_LEN(words));
}

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
