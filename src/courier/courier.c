#include "courier/courier.h"

#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/rand.h"
#include "courier/send.h"
#include "store/conn.h"

#define PROGRAM    "hooks"
#define BAD_USE    2 /* exit status: settings or arguments */
#define NAME_BYTES 9 /* of randomness in a courier's name */
#define SPREAD_PCT 20
#define REST_MS    2000 /* until Redis is asked again, where it is away */

static volatile sig_atomic_t stop;

static void on_stop(int signal UNUSED)
{
    stop = 1;
}

struct courier {
    struct store_conn *store;
    struct courier_send *send;
    struct arena names; /* what lives as long as the courier */
    struct arena arena; /* of one turn */
    struct str name;
    int64_t rests_until_ms;
};

/* Gives a lease back, and says what came of it: never where to, for an address may hold a secret.
 */
static void settle(struct courier *c, struct store_outbox_result *result)
{
    bool paused = false;
    result->spread_pct = 100 - SPREAD_PCT + rand_below(2 * SPREAD_PCT + 1);
    const enum err err = store_outbox_done(c->store, &c->arena, c->name, result, &paused);
    if (result->end == STORE_OUTBOX_DELIVERED) {
        log_debug("delivered", "bot=%s id=%s", log_text(result->bot), log_text(result->id));
    } else {
        log_info("delivery_failed", "bot=%s id=%s status=%s paused=%d", log_text(result->bot),
                 log_text(result->id), log_text(result->status), paused);
    }
    if (err != ERR_OK) {
        log_warn("lease_not_returned", "bot=%s reason=%s", log_text(result->bot), err_code(err));
    }
}

static void settle_all(struct courier *c)
{
    struct store_outbox_result result;
    while (courier_send_next(c->send, &result)) {
        settle(c, &result);
    }
}

static void start(struct courier *c, const struct store_outbox_job *job)
{
    if (courier_send_start(c->send, job) != ERR_OK) {
        struct store_outbox_result bad = {
            .bot = job->bot, .id = job->id, .end = STORE_OUTBOX_FAILED, .status = STR("unusable")};
        settle(c, &bad);
    }
}

/* Begins what is due, as far as there are places. Where Redis is away, what is under way goes on,
 * and it is asked again in a while. */
static void begin(struct courier *c)
{
    struct store_outbox_job *jobs;
    size_t count;
    const size_t most = COURIER_AT_ONCE - courier_send_count(c->send);
    if (most == 0 || clock_mono_ms() < c->rests_until_ms) {
        return;
    }
    if (store_outbox_take(c->store, &c->arena, c->name, most, &jobs, &count) != ERR_OK) {
        c->rests_until_ms = clock_mono_ms() + REST_MS;
        return;
    }
    for (size_t i = 0; i < count; i++) {
        start(c, &jobs[i]);
    }
}

static void work(struct courier *c)
{
    log_info("carrying");
    while (!stop) {
        begin(c);
        courier_send_work(c->send, COURIER_POLL_MS);
        settle_all(c);
        arena_reset(&c->arena);
    }
    log_info("stopped");
}

static enum err create(struct courier *c, const struct config *config)
{
    arena_init(&c->names);
    arena_init(&c->arena);
    const struct str word = rand_word(&c->names, NAME_BYTES);
    c->name = arena_printf(&c->names, "snug:%.*s", STR_FMT(word));
    enum err err =
        store_conn_create(config->redis, c->name.ptr, (size_t)config->event_log, &c->store);
    if (err == ERR_OK) {
        err = courier_send_create(str_of(config->hook_networks), &c->send);
    }
    return err;
}

static void finish(struct courier *c)
{
    courier_send_destroy(c->send);
    store_conn_destroy(c->store);
    arena_finish(&c->arena);
    arena_finish(&c->names);
}

static void catch_signals(void)
{
    const struct sigaction ends = {.sa_handler = on_stop};
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGTERM, &ends, NULL);
    sigaction(SIGINT, &ends, NULL);
    sigaction(SIGUSR1, &ends, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
}

int courier_run(int argc, char **argv)
{
    struct config config;
    struct courier courier = {0};
    const char *why;
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        config_help(stdout);
        return 0;
    }
    if (argc > 1) {
        fprintf(stderr, PROGRAM ": the only argument is --help; settings are SNUG_ variables\n");
        return BAD_USE;
    }
    if (config_read(environ, &config, &why) != ERR_OK) {
        fprintf(stderr, PROGRAM ": %s\n", why);
        return BAD_USE;
    }
    rand_init();
    log_init(PROGRAM, config.log_level);
    catch_signals();
    const enum err err = create(&courier, &config);
    if (err == ERR_OK) {
        work(&courier);
    } else {
        fprintf(stderr, PROGRAM ": SNUG_REDIS is no address of a Redis.\n");
    }
    finish(&courier);
    return err == ERR_OK ? 0 : BAD_USE;
}
