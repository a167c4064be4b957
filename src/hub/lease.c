#include "hub/lease.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/mem.h"
#include "store/presence.h"

struct hub_lease {
    struct hub_redis *redis;
    struct str server, hub;
    struct hub_lease_hooks hooks;
    bool is_asking; /* an answer is due */
    bool was_up;    /* Redis was there once, so that it comes means that it was away */
    bool has_begun; /* there was a lease once, so that there is none means that it was lost */
    bool is_ending, is_over;
    int64_t next_ms; /* the next beat */
    int64_t hold_ms; /* nobody is reaped before this */
};

struct hub_lease *hub_lease_create(struct hub_redis *redis, struct str server, struct str hub,
                                   struct hub_lease_hooks hooks)
{
    struct hub_lease *l = mem_zalloc(1, sizeof(*l));
    l->redis = redis;
    l->server = server;
    l->hub = hub;
    l->hooks = hooks;
    return l;
}

void hub_lease_destroy(struct hub_lease *l)
{
    mem_free(l);
}

static void on_beaten(void *arg, const struct redisReply *reply);
static void on_ended(void *arg, const struct redisReply *reply);

/* One at a time is under way. */
static void beat(struct hub_lease *l)
{
    const int64_t now = clock_mono_ms();
    struct arena arena;
    if (l->is_asking || l->is_over || !hub_redis_is_up(l->redis)) {
        return;
    }
    arena_init(&arena);
    l->is_asking = true;
    l->next_ms = now + HUB_LEASE_BEAT_MS;
    if (l->is_ending) {
        hub_redis_send(l->redis, store_presence_end_cmd(&arena, l->server, l->hub), on_ended, l);
    } else {
        const bool reaps = now >= l->hold_ms;
        hub_redis_send(l->redis, store_presence_beat_cmd(&arena, l->server, l->hub, reaps),
                       on_beaten, l);
    }
    arena_finish(&arena);
}

/* Reaps nobody for so many lease times from here on. */
static void hold(struct hub_lease *l, int times)
{
    l->hold_ms = clock_mono_ms() + (int64_t)times * HUB_LEASE_MS;
}

/* Comes again when the hold ends or due_ms have passed, where that is before the next beat. */
static void plan(struct hub_lease *l, int64_t due_ms)
{
    const int64_t now = clock_mono_ms();
    const int64_t at_ms = l->hold_ms > now ? l->hold_ms : now + due_ms;
    if (at_ms < l->next_ms) {
        l->next_ms = at_ms;
    }
}

static void take_beat(struct hub_lease *l, const struct store_presence_beat *answer)
{
    if (!answer->kept && l->has_begun) {
        log_warn("lease_lost", "hub=%.*s", STR_FMT(l->hub));
        hold(l, 2);
        l->hooks.lost(l->hooks.arg);
    }
    l->has_begun = true;
    plan(l, answer->next_ms);
}

/* Without a reply Redis went away; hub_lease_up() is called when it is back. */
static void on_beaten(void *arg, const struct redisReply *reply)
{
    struct hub_lease *l = arg;
    struct store_presence_beat answer;
    const bool read = reply != NULL && store_presence_beat_read(reply, &answer) == ERR_OK;
    l->is_asking = false;
    if (read) {
        take_beat(l, &answer);
    }
    if (l->is_ending || (read && answer.next_ms == 0)) {
        beat(l);
    }
}

/* A refusal is an end, too: what is left of us goes when the lease has run out. */
static void on_ended(void *arg, const struct redisReply *reply)
{
    struct hub_lease *l = arg;
    struct store_presence_beat answer;
    l->is_asking = false;
    if (reply != NULL) {
        l->is_over = store_presence_beat_read(reply, &answer) != ERR_OK || answer.next_ms > 0;
        beat(l);
    }
}

void hub_lease_up(struct hub_lease *l)
{
    hold(l, l->was_up ? 2 : 1);
    l->was_up = true;
    beat(l);
}

void hub_lease_check(struct hub_lease *l)
{
    if (clock_mono_ms() >= l->next_ms) {
        beat(l);
    }
}

void hub_lease_end(struct hub_lease *l)
{
    l->is_ending = true;
    beat(l);
}

bool hub_lease_is_over(const struct hub_lease *l)
{
    return l->is_over || !hub_redis_is_up(l->redis);
}
