#include "hub/reader.h"

#include <utlist.h>
#include "base/mem.h"
#include "hub/deliver.h"
#include "store/event.h"

struct hub_reading {
    struct hub_reading *prev, *next; /* those that wait */
    struct hub *hub;
    struct hub_client *client; /* NULL: nobody waits any more */
};

static void ask(struct hub_reading *r);

/* The next ones in turn, as many as may be under way. */
static void go_on(struct hub *hub)
{
    while (hub->reader.waiting != NULL && hub->reader.asking < HUB_READER_ASKING_MAX) {
        struct hub_reading *r = hub->reader.waiting;
        DL_DELETE(hub->reader.waiting, r);
        if (r->client != NULL) {
            ask(r);
        } else {
            mem_free(r);
        }
    }
}

/* The rest of the page is read again when what was taken of it has left; but what the hub itself
 * has not come to yet, such as a change of who is in a room, comes when it has. */
static void take(struct hub *hub, struct hub_client *c, const struct store_event_log *log)
{
    if (!log->found) {
        hub_deliver_reload(hub, c);
        return;
    }
    c->is_proven = true;
    const struct model_cursor last = hub_replay_last(hub->replay);
    for (size_t i = 0; i < log->n && c->queue.bytes < HUB_CLIENT_FILL_MAX &&
                       !hub_replay_after(log->events[i].cursor, last);
         i++) {
        hub_deliver_replayed(hub, c, &log->events[i]);
    }
    hub_deliver_more(hub, c);
}

static void on_page(void *arg, const struct redisReply *reply)
{
    struct hub_reading *r = arg;
    struct hub *hub = r->hub;
    struct hub_client *c = r->client;
    struct store_event_log log;
    struct arena arena;
    arena_init(&arena);
    hub->reader.asking--;
    if (c != NULL) {
        c->reading = NULL;
        /* Where it cannot be read, the next second tries again. */
        if (reply != NULL && store_event_log_read(reply, &arena, &log) == ERR_OK) {
            take(hub, c, &log);
        }
    }
    arena_finish(&arena);
    mem_free(r);
    go_on(hub);
}

static void ask(struct hub_reading *r)
{
    struct arena arena;
    r->hub->reader.asking++;
    arena_init(&arena);
    hub_redis_send(r->hub->redis, store_event_log_cmd(&arena, r->client->cursor), on_page, r);
    arena_finish(&arena);
}

void hub_reader_read(struct hub *hub, struct hub_client *c)
{
    if (!hub_redis_is_up(hub->redis)) {
        return;
    }
    struct hub_reading *r = mem_zalloc(1, sizeof(*r));
    r->hub = hub;
    r->client = c;
    c->reading = r;
    DL_APPEND(hub->reader.waiting, r);
    go_on(hub);
}

void hub_reader_forget(struct hub_client *c)
{
    if (c->reading != NULL) {
        c->reading->client = NULL;
        c->reading = NULL;
    }
}
