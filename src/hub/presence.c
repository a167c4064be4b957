#include "hub/presence.h"

#include <utlist.h>
#include "base/clock.h"
#include "base/mem.h"
#include "hub/lease.h"
#include "base/table.h"
#include "store/presence.h"

enum place { UNKNOWN, HERE, AWAY };

struct hub_user {
    UT_hash_handle hh;
    struct hub_presence *presence;
    struct hub_client *clients;
    enum place told;  /* what Redis has heard of us */
    enum place asked; /* what it is told by the command under way; UNKNOWN: none is */
    bool is_doubted;  /* somebody spoke against us while it was */
    int64_t leave_ms; /* without clients: when the grace ends */
    int64_t next_ms;  /* nothing is said before this */
    struct str id;
};

struct hub_presence {
    struct hub_user *users;
    struct hub_redis *redis;
    struct hub_lease *lease;
    struct str server, hub;
    bool is_ending; /* the lease's end takes everybody offline */
};

static void say_all_again(void *presence);

struct hub_presence *hub_presence_create(struct hub_redis *redis, struct str server, struct str hub)
{
    struct hub_presence *p = mem_zalloc(1, sizeof(*p));
    p->redis = redis;
    p->server = server;
    p->hub = hub;
    p->lease = hub_lease_create(redis, server, hub, (struct hub_lease_hooks){p, say_all_again});
    return p;
}

static void forget(struct hub_user *user)
{
    HASH_DELETE(hh, user->presence->users, user);
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
        forget(user);
    }
    hub_lease_destroy(p->lease);
    mem_free(p);
}

static enum place wanted(const struct hub_user *user, int64_t now_ms)
{
    return user->clients != NULL || now_ms < user->leave_ms ? HERE : AWAY;
}

static void on_told(void *arg, const struct redisReply *reply);

static void tell(struct hub_user *user, enum place place)
{
    const struct hub_presence *p = user->presence;
    struct arena arena;
    arena_init(&arena);
    user->asked = place;
    user->is_doubted = false;
    hub_redis_send(p->redis,
                   place == HERE ? store_presence_join_cmd(&arena, p->server, p->hub, user->id)
                                 : store_presence_leave_cmd(&arena, p->server, p->hub, user->id),
                   on_told, user);
    arena_finish(&arena);
}

/* Brings what Redis has heard to what should be so. May forget the user. */
static void settle(struct hub_user *user)
{
    const struct hub_presence *p = user->presence;
    const int64_t now = clock_mono_ms();
    const enum place place = wanted(user, now);
    const bool is_done = p->is_ending || user->told == place;
    if (user->asked != UNKNOWN) {
        return;
    }
    if (is_done && user->clients == NULL && (p->is_ending || place == AWAY)) {
        forget(user);
    } else if (!is_done && hub_redis_is_up(p->redis) && now >= user->next_ms) {
        tell(user, place);
    }
}

static void on_told(void *arg, const struct redisReply *reply)
{
    struct hub_user *user = arg;
    bool announced;
    const bool failed = reply == NULL || store_presence_read(reply, &announced);
    user->told = failed || user->is_doubted ? UNKNOWN : user->asked;
    user->asked = UNKNOWN;
    if (reply != NULL && failed) {
        /* Redis refuses; it may not do so for ever. */
        user->next_ms = clock_mono_ms() + HUB_PRESENCE_GRACE_MS;
    }
    settle(user);
}

static struct hub_user *find(const struct hub_presence *p, struct str id)
{
    struct hub_user *user = NULL;
    HASH_FIND(hh, p->users, id.ptr, id.len, user);
    return user;
}

static struct hub_user *create(struct hub_presence *p, struct str id)
{
    struct hub_user *user = mem_zalloc(1, sizeof(*user) + id.len);
    char *text = (char *)(user + 1);
    memcpy(text, id.ptr, id.len);
    user->presence = p;
    user->told = AWAY;
    user->id = (struct str){text, id.len};
    HASH_ADD_KEYPTR(hh, p->users, user->id.ptr, user->id.len, user);
    return user;
}

void hub_presence_add(struct hub_presence *p, struct str id, struct hub_client *c)
{
    struct hub_user *user = find(p, id);
    if (user == NULL) {
        user = create(p, id);
    }
    DL_APPEND2(user->clients, c, user_prev, user_next);
    c->user = user;
    settle(user);
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
        settle(user);
    }
}

struct str hub_presence_user(const struct hub_client *c)
{
    return c->user->id;
}

void hub_presence_each(struct hub_presence *p, struct str id,
                       void (*fn)(void *arg, struct hub_client *c), void *arg)
{
    struct hub_user *user = find(p, id);
    struct hub_client *c;
    if (user != NULL) {
        DL_FOREACH2(user->clients, c, user_next)
        {
            fn(arg, c);
        }
    }
}

static void settle_all(struct hub_presence *p)
{
    struct hub_user *user, *next;
    HASH_ITER(hh, p->users, user, next)
    {
        settle(user);
    }
}

void hub_presence_check(struct hub_presence *p)
{
    hub_lease_check(p->lease);
    settle_all(p);
}

void hub_presence_contradict(struct hub_presence *p, struct str id)
{
    struct hub_user *user = find(p, id);
    if (user == NULL || user->clients == NULL) {
        return;
    }
    user->told = UNKNOWN;
    user->is_doubted = true;
    settle(user);
    if (user->next_ms <= clock_mono_ms()) {
        user->next_ms = clock_mono_ms() + HUB_PRESENCE_GRACE_MS;
    }
}

/* Redis may have forgotten our users, or others may have taken them offline. */
static void say_all_again(void *presence)
{
    struct hub_presence *p = presence;
    struct hub_user *user, *next;
    HASH_ITER(hh, p->users, user, next)
    {
        user->told = UNKNOWN;
        settle(user);
    }
}

void hub_presence_up(struct hub_presence *p)
{
    hub_lease_up(p->lease);
    say_all_again(p);
}

void hub_presence_end(struct hub_presence *p)
{
    p->is_ending = true;
    hub_lease_end(p->lease);
    settle_all(p);
}

bool hub_presence_is_over(const struct hub_presence *p)
{
    return hub_lease_is_over(p->lease);
}

size_t hub_presence_count(const struct hub_presence *p)
{
    return HASH_COUNT(p->users);
}
