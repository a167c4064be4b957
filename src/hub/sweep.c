#include "hub/sweep.h"

#include <stdio.h>
#include "base/log.h"
#include "store/reply.h"
#include "store/retention.h"
#include "store/room.h"

#define AWAY_MS 1000 /* until Redis is looked for again */

static void wait(struct hub_sweep *s, int ms)
{
    if (!s->is_over) {
        ev_timer_set(&s->timer, ms / 1000.0, 0.0);
        ev_timer_start(s->loop, &s->timer);
    }
}

static void begin_anew(struct hub_sweep *s)
{
    if (s->removed > 0) {
        log_info("retention", "removed=%llu", (unsigned long long)s->removed);
    }
    s->removed = 0;
    snprintf(s->cursor, sizeof(s->cursor), "0");
}

/* Takes what a step has done; in how many milliseconds the next one is due. */
static int take(struct hub_sweep *s, const struct store_retention_step *step)
{
    s->removed += step->removed;
    s->stats->removed += step->removed;
    /* After a full step the walk goes on where it was, which may be its beginning. */
    const bool is_full = step->removed >= STORE_RETENTION_BATCH;
    if (!step->is_ours || (!is_full && str_eq(step->cursor, STR("0")))) {
        begin_anew(s);
        return s->has_gone ? HUB_SWEEP_STEP_MS : HUB_SWEEP_REST_MS;
    }
    snprintf(s->cursor, sizeof(s->cursor), "%.*s", STR_FMT(step->cursor));
    return HUB_SWEEP_STEP_MS;
}

/* Comes before the answer to the step. */
static void on_gone(void *arg, const struct redisReply *reply)
{
    struct hub_sweep *s = arg;
    int64_t more;
    s->has_gone = reply != NULL && store_reply_i64(reply, &more) == ERR_OK && more == 1;
}

static void on_step(void *arg, const struct redisReply *reply)
{
    struct hub_sweep *s = arg;
    struct store_retention_step step;
    struct arena arena;
    int wait_ms = AWAY_MS;
    arena_init(&arena);
    if (reply != NULL && store_retention_step_read(reply, &arena, &step) == ERR_OK) {
        wait_ms = take(s, &step);
    }
    arena_finish(&arena);
    wait(s, wait_ms);
}

static void on_time(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct hub_sweep *s = timer->data;
    struct arena arena;
    (void)loop;
    (void)events;
    arena_init(&arena);
    hub_redis_send(s->redis, store_room_sweep_cmd(&arena, s->server, s->event_log), on_gone, s);
    hub_redis_send(s->redis,
                   store_retention_step_cmd(&arena, s->hub, str_of(s->cursor), s->config->retain,
                                            s->config->retain_days),
                   on_step, s);
    arena_finish(&arena);
}

void hub_sweep_start(struct hub_sweep *s)
{
    begin_anew(s);
    ev_timer_init(&s->timer, on_time, 0.0, 0.0);
    s->timer.data = s;
    wait(s, AWAY_MS);
}

void hub_sweep_stop(struct hub_sweep *s)
{
    s->is_over = true;
    ev_timer_stop(s->loop, &s->timer);
}
