#include "hub/presence.h"

/* Its usual hash falls through a switch, which clang warns of. */
#define HASH_FUNCTION HASH_FNV
#include <uthash.h>
#include <utlist.h>
#include "base/clock.h"
#include "base/mem.h"
#include "store/presence.h"

struct hub_user {
    UT_hash_handle hh;
    struct hub_client *clients;
    int64_t leave_ms; /* without clients: when to take the user offline */
    int64_t said_ms;  /* when we last contradicted somebody */
    struct str id, name;
};

struct hub_presence {
    struct hub_user *users;
    struct hub_redis *redis;
    struct str server, hub;
};

struct hub_presence *hub_presence_create(struct hub_redis *redis, struct str server, struct str hub)
{
    struct hub_presence *p = mem_zalloc(1, sizeof(*p));
    p->redis = redis;
    p->server = server;
    p->hub = hub;
    return p;
}

static void forget(struct hub_presence *p, struct hub_user *user)
{
    HASH_DELETE(hh, p->users, user);
    mem_free(user);
}

void hub_presence_destroy(struct hub_presence *p)
{
    struct hub_user *user, *next;
    if (p == NULL) {
        return;
    }
    HASH_ITER(hh, p->users, user, next)
    {
        forget(p, user);
    }
    mem_free(p);
}

typedef struct store_cmd (*command_fn)(struct arena *arena, struct str server, struct str hub,
                                       const struct model_user *user);

static void tell(struct hub_presence *p, const struct hub_user *user, command_fn command,
                 bool online)
{
    const struct model_user who = {.id = user->id, .username = user->name, .online = online};
    struct arena arena;
    arena_init(&arena);
    hub_redis_send(p->redis, command(&arena, p->server, p->hub, &who), NULL, NULL);
    arena_finish(&arena);
}

static struct hub_user *find(struct hub_presence *p, struct str id)
{
    struct hub_user *user = NULL;
    HASH_FIND(hh, p->users, id.ptr, id.len, user);
    return user;
}

static struct hub_user *create(struct hub_presence *p, const struct model_user *who)
{
    struct hub_user *user = mem_zalloc(1, sizeof(*user) + who->id.len + who->username.len);
    char *text = (char *)(user + 1);
    memcpy(text, who->id.ptr, who->id.len);
    if (who->username.len > 0) {
        memcpy(text + who->id.len, who->username.ptr, who->username.len);
    }
    user->id = (struct str){text, who->id.len};
    user->name = (struct str){text + who->id.len, who->username.len};
    HASH_ADD_KEYPTR(hh, p->users, user->id.ptr, user->id.len, user);
    return user;
}

void hub_presence_add(struct hub_presence *p, const struct model_user *who, struct hub_client *c)
{
    struct hub_user *user = find(p, who->id);
    if (user == NULL) {
        user = create(p, who);
        tell(p, user, store_presence_join_cmd, true);
    }
    DL_APPEND2(user->clients, c, user_prev, user_next);
    c->user = user;
}

void hub_presence_remove(struct hub_presence *p, struct hub_client *c)
{
    struct hub_user *user = c->user;
    (void)p;
    if (user == NULL) {
        return;
    }
    DL_DELETE2(user->clients, c, user_prev, user_next);
    c->user = NULL;
    if (user->clients == NULL) {
        user->leave_ms = clock_mono_ms() + HUB_PRESENCE_GRACE_MS;
    }
}

struct model_user hub_presence_user(const struct hub_client *c)
{
    return c->user != NULL ? (struct model_user){.id = c->user->id, .username = c->user->name}
                           : (struct model_user){.id = STR("")};
}

void hub_presence_each(struct hub_presence *p, struct str id,
                       void (*fn)(void *arg, struct hub_client *c), void *arg)
{
    struct hub_user *user = find(p, id);
    struct hub_client *c, *next;
    if (user != NULL) {
        DL_FOREACH_SAFE2(user->clients, c, next, user_next)
        {
            fn(arg, c);
        }
    }
}

void hub_presence_check(struct hub_presence *p, int64_t now_ms)
{
    struct hub_user *user, *next;
    HASH_ITER(hh, p->users, user, next)
    {
        /* Without Redis nobody can be told; the user stays until there is. */
        if (user->clients == NULL && now_ms >= user->leave_ms && hub_redis_is_up(p->redis)) {
            tell(p, user, store_presence_leave_cmd, false);
            forget(p, user);
        }
    }
}

void hub_presence_contradict(struct hub_presence *p, struct str id, int64_t now_ms)
{
    struct hub_user *user = find(p, id);
    if (user != NULL && user->clients != NULL && now_ms - user->said_ms >= HUB_PRESENCE_GRACE_MS) {
        user->said_ms = now_ms;
        tell(p, user, store_presence_join_cmd, true);
    }
}

void hub_presence_repeat(struct hub_presence *p)
{
    struct hub_user *user, *next;
    HASH_ITER(hh, p->users, user, next)
    {
        tell(p, user, store_presence_join_cmd, true);
    }
}

void hub_presence_leave_all(struct hub_presence *p)
{
    struct hub_user *user, *next;
    HASH_ITER(hh, p->users, user, next)
    {
        tell(p, user, store_presence_leave_cmd, false);
    }
}
