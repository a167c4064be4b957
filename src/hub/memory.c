#include "hub/memory.h"

#include "base/log.h"

static void on_told(void *arg, const struct redisReply *reply)
{
    struct hub_memory *m = arg;
    enum store_memory_level level;
    m->is_asking = false;
    if (reply == NULL || store_memory_told_read(reply, &level) != ERR_OK || level == m->level) {
        return;
    }
    m->level = level;
    log_warn("redis_memory", "level=%s used=%llu max=%llu", store_memory_name(level),
             (unsigned long long)m->seen.used, (unsigned long long)m->seen.max);
}

static void tell(struct hub_memory *m)
{
    struct arena arena;
    arena_init(&arena);
    m->is_asking = true;
    hub_redis_send(m->redis, store_memory_tell_cmd(&arena, m->server, m->event_log, &m->seen),
                   on_told, m);
    arena_finish(&arena);
}

static void on_seen(void *arg, const struct redisReply *reply)
{
    struct hub_memory *m = arg;
    m->is_asking = false;
    if (reply == NULL || store_memory_read(reply, &m->seen) != ERR_OK) {
        return;
    }
    if (m->max > 0 && (m->seen.max == 0 || m->max < m->seen.max)) {
        m->seen.max = m->max;
    }
    if (m->level != STORE_MEMORY_OK || store_memory_level(&m->seen) != STORE_MEMORY_OK) {
        tell(m);
    }
}

void hub_memory_check(struct hub_memory *m, int64_t now_ms)
{
    struct arena arena;
    if (m->is_asking || now_ms < m->next_ms || !hub_redis_is_up(m->redis)) {
        return;
    }
    m->next_ms = now_ms + HUB_MEMORY_EVERY_MS;
    m->is_asking = true;
    arena_init(&arena);
    hub_redis_send(m->redis, store_memory_ask_cmd(&arena), on_seen, m);
    arena_finish(&arena);
}
