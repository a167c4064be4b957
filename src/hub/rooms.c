#include "hub/rooms.h"

/* Its usual hash falls through a switch, which clang warns of. */
#define HASH_FUNCTION HASH_FNV
#include <uthash.h>
#include <utlist.h>
#include "base/mem.h"

struct room {
    UT_hash_handle hh;
    struct hub_member *members;
    size_t len;
    char id[];
};

/* One client in one room: in the room's list and in the client's. */
struct hub_member {
    struct hub_member *prev, *next;
    struct hub_member *client_prev, *client_next;
    struct hub_client *client;
    struct room *room;
};

struct hub_rooms {
    struct room *table;
};

struct hub_rooms *hub_rooms_create(void)
{
    return mem_zalloc(1, sizeof(struct hub_rooms));
}

void hub_rooms_destroy(struct hub_rooms *rooms)
{
    mem_free(rooms);
}

static struct room *find(struct hub_rooms *rooms, struct str id)
{
    struct room *room = NULL;
    HASH_FIND(hh, rooms->table, id.ptr, id.len, room);
    return room;
}

bool hub_rooms_has(const struct hub_client *c, struct str room)
{
    for (const struct hub_member *m = c->rooms; m != NULL; m = m->client_next) {
        if (str_eq((struct str){m->room->id, m->room->len}, room)) {
            return true;
        }
    }
    return false;
}

void hub_rooms_join(struct hub_rooms *rooms, struct str id, struct hub_client *c)
{
    if (hub_rooms_has(c, id)) {
        return;
    }
    struct room *room = find(rooms, id);
    if (room == NULL) {
        room = mem_zalloc(1, sizeof(*room) + id.len + 1);
        memcpy(room->id, id.ptr, id.len);
        room->len = id.len;
        HASH_ADD_KEYPTR(hh, rooms->table, room->id, room->len, room);
    }
    struct hub_member *m = mem_zalloc(1, sizeof(*m));
    m->client = c;
    m->room = room;
    DL_APPEND(room->members, m);
    DL_APPEND2(c->rooms, m, client_prev, client_next);
}

void hub_rooms_leave_all(struct hub_rooms *rooms, struct hub_client *c)
{
    while (c->rooms != NULL) {
        struct hub_member *m = c->rooms;
        struct room *room = m->room;
        DL_DELETE2(c->rooms, m, client_prev, client_next);
        DL_DELETE(room->members, m);
        mem_free(m);
        if (room->members == NULL) {
            HASH_DELETE(hh, rooms->table, room);
            mem_free(room);
        }
    }
}

void hub_rooms_each(struct hub_rooms *rooms, struct str id,
                    void (*fn)(void *arg, struct hub_client *c), void *arg)
{
    struct room *room = find(rooms, id);
    struct hub_member *m, *next;
    if (room != NULL) {
        /* A client that is closed as slow leaves the index at the end of the turn, so m stays. */
        DL_FOREACH_SAFE(room->members, m, next)
        {
            fn(arg, m->client);
        }
    }
}
