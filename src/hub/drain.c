#include "hub/drain.h"

#include <utlist.h>
#include "base/clock.h"
#include "base/log.h"
#include "base/rand.h"

#define STEP_S       0.02
#define ASK_MS       1000 /* a connection that was just accepted may take so long for its request */
#define TAKE_MS      500  /* after the drain, for those who wait in the socket's queue */
#define LAST_MS      5000 /* after the last stream's end, for its bytes and for Redis */
#define RETRY_MIN_MS 1000 /* past the drain: the next hub is there */

static int64_t length_ms(const struct hub *hub)
{
    return (int64_t)hub->config->drain * 1000;
}

static int64_t elapsed_ms(const struct hub *hub)
{
    return clock_mono_ms() - hub->drain.began_ms;
}

/* Until the last streams end, which may be sooner than the time is up. */
static int64_t left_ms(const struct hub *hub)
{
    const int64_t left = length_ms(hub) - elapsed_ms(hub);
    return hub->drain.has_left || left < 0 ? 0 : left;
}

/* Come back when this hub is gone, and not all at once. */
static void say_bye(struct hub *hub, struct hub_client *c)
{
    const uint32_t spread = RETRY_MIN_MS + (uint32_t)length_ms(hub) / 2;
    hub_client_bye(c, HUB_END_STOPPING, (uint32_t)left_ms(hub) + RETRY_MIN_MS + rand_below(spread));
    hub->drain.ended++;
}

static void end_all(struct hub *hub)
{
    struct hub_client *c;
    DL_FOREACH(hub->clients, c)
    {
        if (c->state == HUB_CLIENT_LIVE) {
            say_bye(hub, c);
        } else if (elapsed_ms(hub) >= ASK_MS) {
            hub_client_drop(c);
        }
    }
}

/* As many as should have ended by now; the oldest first. */
static void end_due(struct hub *hub)
{
    const size_t due = hub->drain.streams * (size_t)elapsed_ms(hub) / (size_t)length_ms(hub);
    struct hub_client *c;
    DL_FOREACH(hub->clients, c)
    {
        if (hub->drain.ended >= due) {
            return;
        }
        if (c->state == HUB_CLIENT_LIVE) {
            say_bye(hub, c);
        }
    }
}

static void on_step(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct hub *hub = timer->data;
    (void)loop;
    (void)events;
    if (left_ms(hub) == 0) {
        end_all(hub);
    } else {
        end_due(hub);
    }
}

void hub_drain_begin(struct hub *hub)
{
    struct hub_client *c;
    hub->accept_ms = 0;
    hub_acceptor_stop(&hub->acceptor);
    hub->drain.began_ms = clock_mono_ms();
    hub->drain.streams = hub->stats.streams;
    log_info("stopping", "streams=%zu seconds=%llu", hub->stats.streams,
             (unsigned long long)hub->config->drain);
    DL_FOREACH(hub->clients, c)
    {
        if (hub_client_is_idle(c)) {
            hub_client_drop(c);
        }
    }
    ev_timer_init(&hub->drain.step, on_step, 0.0, STEP_S);
    hub->drain.step.data = hub;
    ev_timer_start(hub->loop, &hub->drain.step);
}

bool hub_drain_has_begun(const struct hub *hub)
{
    return hub->drain.began_ms != 0;
}

bool hub_drain_is_over(struct hub *hub)
{
    if (hub->stats.streams == 0 && !hub->drain.has_left) {
        hub->drain.has_left = true;
        hub_presence_end(hub->presence);
    }
    if (elapsed_ms(hub) >= length_ms(hub) + LAST_MS) {
        return true;
    }
    if (hub->clients != NULL || !hub_presence_is_over(hub->presence)) {
        return false;
    }
    /* Where people come without end, nobody is dropped who was let in. */
    return elapsed_ms(hub) >= length_ms(hub) + TAKE_MS || hub_acceptor_take(&hub->acceptor) == 0;
}

void hub_drain_stop(struct hub *hub)
{
    if (hub_drain_has_begun(hub)) {
        ev_timer_stop(hub->loop, &hub->drain.step);
    }
}
