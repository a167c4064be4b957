#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "base/arena.h"
#include "base/buf.h"
#include "model/event.h"
#include "model/id.h"
#include "model/message.h"

/*
 * Anything, as what stands in a room and as what comes by the channel. What is accepted must have
 * the form that clients are promised, and must be read again as what it was read as.
 */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void check(bool good)
{
    if (!good) {
        abort();
    }
}

/* One line of printable ASCII, within the limit: an object. */
static void check_data(struct str data)
{
    check(data.len >= 2 && data.len <= MODEL_EVENT_DATA_MAX);
    check(data.ptr[0] == '{' && data.ptr[data.len - 1] == '}');
    for (size_t i = 0; i < data.len; i++) {
        check(data.ptr[i] >= ' ' && (unsigned char)data.ptr[i] <= 0x7f);
    }
}

static struct str written(const struct model_message *m, struct arena *arena)
{
    struct buf out;
    buf_init(&out, arena, MODEL_EVENT_DATA_MAX);
    model_message_write(&out, m);
    check(buf_err(&out) == ERR_OK);
    check_data(buf_str(&out));
    return buf_str(&out);
}

static struct str check_message(const struct model_message *m, struct arena *arena)
{
    enum model_room_kind kind;
    struct model_place place;
    check(model_id_place(m->id, &place));
    check(model_id_is_user(m->from) || str_eq(m->from, STR("0")));
    check(model_id_is_room(m->room, &kind));
    check(m->date >= 0);
    check(str_is_set(m->text) && str_is_utf8(m->text));
    check(!str_is_set(m->nonce) || model_message_is_nonce(m->nonce));
    return written(m, arena);
}

/* As a member. What is ours and is written anew is then what our script might have stored. */
static void read_member(struct str member, struct str score, struct arena *arena)
{
    struct model_message m, again;
    if (model_message_read(member, score, STR("1:2"), arena, &m) != ERR_OK) {
        return;
    }
    const struct str json = check_message(&m, arena);
    check(!str_is_set(m.json) || str_eq(m.json, member));
    struct model_place place;
    check(model_id_place(m.id, &place));
    if (place.score.len < m.id.len || !model_id_is_user(m.from)) {
        return;
    }
    check(model_message_read(json, m.id, STR("1:2"), arena, &again) == ERR_OK);
    check(str_is_set(again.json));
    check(str_eq(again.id, m.id) && str_eq(again.from, m.from) && again.date == m.date);
    check(str_eq(again.text, m.text) && str_eq(again.nonce, m.nonce));
}

/* As the data of an envelope. The member that would be stored for it has the same id. */
static void read_data(struct str data, struct arena *arena)
{
    struct model_message m, stored;
    struct model_place place;
    if (model_message_read_foreign(data, arena, &m) != ERR_OK) {
        return;
    }
    (void)check_message(&m, arena);
    check(model_id_place(m.id, &place));
    check(model_message_read(data, place.score, m.room, arena, &stored) == ERR_OK);
    check(str_eq(stored.id, m.id) && str_eq(stored.text, m.text));
}

/* What is of a message is to a room, and what becomes of one only we say. */
static void check_room(const struct model_event *e)
{
    const bool change = e->type == MODEL_EVENT_MESSAGE_EDITED ||
                        e->type == MODEL_EVENT_MESSAGE_DELETED || e->type == MODEL_EVENT_REACTION;
    check(!change || (e->ours && str_is_set(e->about)));
    check(!(change || e->type == MODEL_EVENT_MESSAGE) || e->scope == MODEL_EVENT_TO_ROOM);
}

static void read_envelope(struct str envelope, struct arena *arena)
{
    struct model_event e;
    enum model_room_kind kind;
    if (model_event_read(envelope, arena, &e) != ERR_OK) {
        return;
    }
    check(e.type < MODEL_EVENT__MAX);
    if (e.type == MODEL_EVENT_OTHER) {
        check(e.ours && e.numbered);
        return;
    }
    check_data(e.data);
    check(str_is_set(e.target) == (e.scope != MODEL_EVENT_TO_ALL));
    check(e.scope != MODEL_EVENT_TO_ROOM || model_id_is_room(e.target, &kind));
    check(e.scope != MODEL_EVENT_TO_USER || model_id_is_user(e.target));
    check(str_is_set(e.from) == (e.type == MODEL_EVENT_MESSAGE));
    check(e.ours || !e.numbered);
    check(e.ours || e.scope == MODEL_EVENT_TO_ROOM || e.scope == MODEL_EVENT_TO_ALL);
    check_room(&e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena arena;
    arena_init(&arena);
    /* Of its own, so that a read past its end is seen. */
    char *copy = malloc(size + 1);
    check(copy != NULL);
    memcpy(copy, data, size);
    char *exact = realloc(copy, size > 0 ? size : 1);
    check(exact != NULL);
    const struct str all = {exact, size};
    read_envelope(all, &arena);
    read_data(all, &arena);
    read_member(all, STR("1795485263.175001"), &arena);
    read_member(all, STR("1795485893"), &arena);
    /* A score of its own: what stands before the first line end. */
    struct str member = all, score;
    if (str_split(&member, '\n', &score)) {
        read_member(member, score, &arena);
    }
    free(exact);
    arena_finish(&arena);
    return 0;
}
