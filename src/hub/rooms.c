#include "hub/rooms.h"

#include <utlist.h>
#include "base/mem.h"
#include "base/table.h"

struct group {
    UT_hash_handle hh;
    struct hub_member *members;
    enum hub_rooms_kind kind;
    size_t size; /* members */
    size_t len;
    char id[];
};

/* One client in one group: in the group's list and in the client's. */
struct hub_member {
    struct hub_member *prev, *next;
    struct hub_member *client_prev, *client_next;
    struct hub_client *client;
    struct group *group;
};

struct hub_rooms {
    struct group *table[HUB_ROOMS__MAX];
};

struct hub_rooms *hub_rooms_create(void)
{
    return mem_zalloc(1, sizeof(struct hub_rooms));
}

void hub_rooms_destroy(struct hub_rooms *rooms)
{
    mem_free(rooms);
}

static struct group *find(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id)
{
    struct group *group = NULL;
    HASH_FIND(hh, rooms->table[kind], id.ptr, id.len, group);
    return group;
}

static struct group *create(struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id)
{
    struct group *group = mem_zalloc(1, sizeof(*group) + id.len);
    group->kind = kind;
    group->len = id.len;
    memcpy(group->id, id.ptr, id.len);
    HASH_ADD_KEYPTR(hh, rooms->table[kind], group->id, id.len, group);
    return group;
}

/* By the client's own list, which is short where a group's may be long. NULL: it is not in it. */
static struct hub_member *member_of(const struct group *group, const struct hub_client *c)
{
    struct hub_member *m = c->groups;
    while (m != NULL && m->group != group) {
        m = m->client_next;
    }
    return m;
}

void hub_rooms_join(struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                    struct hub_client *c)
{
    struct group *group = find(rooms, kind, id);
    if (group == NULL) {
        group = create(rooms, kind, id);
    } else if (member_of(group, c) != NULL) {
        return;
    }
    struct hub_member *m = mem_zalloc(1, sizeof(*m));
    m->client = c;
    m->group = group;
    DL_APPEND(group->members, m);
    group->size++;
    DL_APPEND2(c->groups, m, client_prev, client_next);
}

static void destroy_member(struct hub_rooms *rooms, struct hub_member *m)
{
    struct group *group = m->group;
    DL_DELETE2(m->client->groups, m, client_prev, client_next);
    DL_DELETE(group->members, m);
    group->size--;
    mem_free(m);
    if (group->members == NULL) {
        HASH_DELETE(hh, rooms->table[group->kind], group);
        mem_free(group);
    }
}

void hub_rooms_leave(struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                     struct hub_client *c)
{
    const struct group *group = find(rooms, kind, id);
    struct hub_member *m = group != NULL ? member_of(group, c) : NULL;
    if (m != NULL) {
        destroy_member(rooms, m);
    }
}

void hub_rooms_leave_all(struct hub_rooms *rooms, struct hub_client *c)
{
    while (c->groups != NULL) {
        destroy_member(rooms, c->groups);
    }
}

bool hub_rooms_has(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                   const struct hub_client *c)
{
    const struct group *group = find(rooms, kind, id);
    return group != NULL && member_of(group, c) != NULL;
}

struct str hub_rooms_session(const struct hub_client *c)
{
    const struct hub_member *m = c->groups;
    while (m != NULL && m->group->kind != HUB_ROOMS_SESSION) {
        m = m->client_next;
    }
    return m != NULL ? (struct str){m->group->id, m->group->len} : STR_NONE;
}

size_t hub_rooms_size(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id)
{
    const struct group *group = find(rooms, kind, id);
    return group != NULL ? group->size : 0;
}

size_t hub_rooms_count(const struct hub_rooms *rooms)
{
    size_t count = 0;
    for (size_t i = 0; i < HUB_ROOMS__MAX; i++) {
        count += HASH_COUNT(rooms->table[i]);
    }
    return count;
}

void hub_rooms_each(const struct hub_rooms *rooms, enum hub_rooms_kind kind, struct str id,
                    void (*fn)(void *arg, struct hub_client *c), void *arg)
{
    const struct group *group = find(rooms, kind, id);
    if (group != NULL) {
        struct hub_member *m;
        DL_FOREACH(group->members, m)
        {
            fn(arg, m->client);
        }
    }
}
