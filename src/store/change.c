#include "store/change.h"

#include "base/buf.h"
#include "model/id.h"
#include "model/mention.h"
#include "store/message.h"
#include "store/reply.h"

/* ERR_NOT_FOUND: what is called no room or message. ERR_FOREIGN: who made the message was not us.
 */
static enum err check(struct str room, struct str id)
{
    enum model_room_kind kind;
    struct model_place place;
    if (!model_id_is_room(room, &kind) || !model_id_place(id, &place)) {
        return ERR_NOT_FOUND;
    }
    return place.score.len == id.len ? ERR_OK : ERR_FOREIGN;
}

static struct str json_of(struct arena *arena, struct str text)
{
    struct buf out;
    buf_init(&out, arena, 6 * text.len + 2);
    buf_add_json(&out, text);
    return buf_str(&out);
}

static struct str number(struct arena *arena, uint64_t n)
{
    return arena_printf(arena, "%llu", (unsigned long long)n);
}

enum err store_change_edit(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                           struct str room, struct str id, struct str text, struct str rev,
                           struct store_limit *limit, struct model_message *out)
{
    struct store_limit none = {0};
    limit = limit != NULL ? limit : &none;
    const struct str words[] = {store_conn_server(conn),
                                store_conn_event_log(conn),
                                room,
                                id,
                                json_of(arena, text),
                                model_mention_words(arena, text),
                                str_is_set(rev) ? rev : STR(""),
                                number(arena, limit->most),
                                number(arena, limit->window_s)};
    const struct redisReply *reply;
    enum err err = check(room, id);
    if (err == ERR_OK) {
        err = store_asker_run(conn, arena, asker, STORE_SCRIPT_MESSAGE_EDIT, words,
                              ARRAY_LEN(words), &reply);
    }
    return err == ERR_OK ? store_message_read_stored(reply, arena, room, limit, out) : err;
}

enum err store_change_delete(struct store_conn *conn, struct arena *arena,
                             struct store_asker *asker, struct str room, struct str id)
{
    struct store_message_members found = {.count = 0};
    enum err err = check(room, id);
    const bool foreign = err == ERR_FOREIGN;
    if (foreign) {
        err = store_message_members(conn, arena, asker, room, id, &found);
    }
    if (err != ERR_OK) {
        return err;
    }
    struct str *words = arena_zalloc(arena, 5 + found.count, sizeof(*words));
    words[0] = store_conn_server(conn);
    words[1] = store_conn_event_log(conn);
    words[2] = room;
    words[3] = id;
    words[4] = found.from;
    for (size_t i = 0; i < found.count; i++) {
        words[5 + i] = found.members[i];
    }
    const struct redisReply *reply;
    return store_asker_run(conn, arena, asker, STORE_SCRIPT_MESSAGE_DELETE, words,
                           foreign ? 5 + found.count : 4, &reply);
}

enum err store_change_react(struct store_conn *conn, struct arena *arena, struct store_asker *asker,
                            struct str room, struct str id, struct str emoji, bool wanted,
                            struct store_limit *limit, struct model_message *out)
{
    struct store_limit none = {0};
    limit = limit != NULL ? limit : &none;
    const struct str words[] = {store_conn_server(conn),
                                store_conn_event_log(conn),
                                room,
                                id,
                                emoji,
                                json_of(arena, emoji),
                                wanted ? STR("1") : STR("0"),
                                number(arena, STORE_CHANGE_KINDS_MAX),
                                number(arena, STORE_CHANGE_REACTIONS_MAX),
                                number(arena, limit->most),
                                number(arena, limit->window_s)};
    const struct redisReply *reply;
    enum err err = check(room, id);
    if (err == ERR_OK) {
        err = store_asker_run(conn, arena, asker, STORE_SCRIPT_MESSAGE_REACT, words,
                              ARRAY_LEN(words), &reply);
    }
    return err == ERR_OK ? store_message_read_stored(reply, arena, room, limit, out) : err;
}

/* What message_reactions.lua answers, by position. */
enum { SAID = STORE_ASKER_REST, PEOPLE };

/* The i-th two of a list of pairs, in the arena. */
static enum err read_pair(const struct redisReply *list, size_t i, struct arena *arena,
                          struct str pair[2])
{
    const enum err err = store_reply_strs(list, 2 * i, 2, pair);
    if (err == ERR_OK) {
        pair[0] = arena_str(arena, pair[0]);
        pair[1] = arena_str(arena, pair[1]);
    }
    return err;
}

static enum err read_reactions(const struct redisReply *reply, struct arena *arena,
                               struct store_change_reactions *out)
{
    const struct redisReply *said = store_reply_at(reply, SAID);
    const struct redisReply *people = store_reply_at(reply, PEOPLE);
    struct str pair[2];
    size_t nsaid = 0, npeople = 0;
    enum err err = store_reply_len(said, &nsaid);
    if (err == ERR_OK) {
        err = store_reply_len(people, &npeople);
    }
    out->reactions = arena_zalloc(arena, nsaid / 2, sizeof(*out->reactions));
    out->users = arena_zalloc(arena, npeople / 2, sizeof(*out->users));
    for (; err == ERR_OK && out->count < nsaid / 2; out->count++) {
        err = read_pair(said, out->count, arena, pair);
        out->reactions[out->count] = (struct store_change_reaction){pair[0], pair[1]};
    }
    for (; err == ERR_OK && out->nusers < npeople / 2; out->nusers++) {
        err = read_pair(people, out->nusers, arena, pair);
        out->users[out->nusers] = (struct model_user){.id = pair[0], .username = pair[1]};
    }
    return err;
}

enum err store_change_reactions(struct store_conn *conn, struct arena *arena,
                                struct store_asker *asker, struct str room, struct str id,
                                struct store_change_reactions *out)
{
    const struct str words[] = {room, id};
    struct store_change_reactions found = {.count = 0};
    const struct redisReply *reply;
    enum err err = check(room, id);
    if (err == ERR_OK) {
        err = store_asker_run(conn, arena, asker, STORE_SCRIPT_MESSAGE_REACTIONS, words,
                              ARRAY_LEN(words), &reply);
    }
    if (err == ERR_OK) {
        err = read_reactions(reply, arena, &found);
    }
    if (err == ERR_OK) {
        *out = found;
    }
    return err;
}
