#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include "base/mem.h"
#include "load/publish.h"
#include "load/report.h"
#include "load/state.h"
#include "load/stream.h"
#include "load/watch.h"

#define TICK_NS   50000000
#define LINGER_NS 200000000 /* for what comes twice */
#define VIEWS_MAX ((size_t)2 * 1024 * 1024 * 1024)

/* A run: what all parts share, and the parts. */
struct run {
    struct load load;
    struct load_stream *streams;
    struct load_publisher publisher;
    struct load_watch watch;
    struct load_timer tick;
    struct load_io signals;
    int64_t phase_ns;   /* when this phase began */
    int64_t settled_ns; /* when nothing was missing any more; 0: something is */
};

static void set_phase(struct run *run, enum load_phase phase)
{
    run->load.phase = phase;
    run->phase_ns = load_loop_now();
}

static double seconds_in_phase(const struct run *run)
{
    return (double)(load_loop_now() - run->phase_ns) / 1e9;
}

static void end_run(struct run *run)
{
    set_phase(run, LOAD_OVER);
    run->load.loop.is_over = true;
}

static void begin_sending(struct run *run)
{
    load_watch_look(&run->watch, &run->load.options, LOAD_WATCH_UP);
    set_phase(run, LOAD_SENDING);
    if (run->load.ledger.wanted > 0) {
        fprintf(stderr, "sending\n");
        load_publisher_start(&run->publisher);
    }
}

/* --take: all have what they came for. */
static bool have_all_left(const struct run *run)
{
    return run->load.stats.done == run->load.options.streams;
}

static void look_at_sending(struct run *run)
{
    const struct load_options *o = &run->load.options;
    if (o->take > 0 && o->messages == 0 && !have_all_left(run)) {
        return;
    }
    if (o->rate <= 0) {
        load_ledger_give_up(&run->load.ledger, load_loop_now() - (int64_t)(o->settle_s * 1e9));
    }
    load_publisher_go_on(&run->publisher);
    if (load_publisher_is_done(&run->publisher)) {
        if (o->messages > 0) {
            fprintf(stderr, "sent %zu\n", run->load.ledger.begun);
        }
        set_phase(run, LOAD_SETTLING);
    }
}

static void look_at_settling(struct run *run)
{
    const struct load_ledger *ledger = &run->load.ledger;
    const int64_t now = load_loop_now();
    const bool is_settled = ledger->settled == ledger->begun;
    if (is_settled && run->settled_ns == 0) {
        run->settled_ns = now;
        load_watch_look(&run->watch, &run->load.options, LOAD_WATCH_END);
    }
    if ((is_settled && now - run->settled_ns > LINGER_NS) ||
        (!is_settled && seconds_in_phase(run) > run->load.options.settle_s)) {
        end_run(run);
    }
}

/* After every turn of the loop. */
static void on_turn(void *self)
{
    struct run *run = self;
    const struct load_options *o = &run->load.options;
    switch (run->load.phase) {
    case LOAD_OPENING:
        if (run->load.stats.up == o->streams) {
            fprintf(stderr, "up %zu\n", run->load.stats.up);
            set_phase(run, LOAD_HOLDING);
        }
        break;
    case LOAD_HOLDING:
        if (seconds_in_phase(run) >= o->hold_s) {
            begin_sending(run);
        }
        break;
    case LOAD_SENDING:
        look_at_sending(run);
        break;
    case LOAD_SETTLING:
        look_at_settling(run);
        break;
    case LOAD_OVER:
        break;
    }
}

static void on_tick(void *self)
{
    struct run *run = self;
    const int64_t now = load_loop_now();
    if ((double)(now - run->load.began_ns) / 1e9 > run->load.options.seconds) {
        run->load.is_cut = true;
        end_run(run);
        return;
    }
    load_loop_set(&run->load.loop, &run->tick, now + TICK_NS);
}

/* Asked to end: no more is sent. A second time: at once. */
static void on_signal(void *self, uint32_t events)
{
    struct run *run = self;
    struct signalfd_siginfo info;
    (void)events;
    if (read(run->signals.fd, &info, sizeof(info)) != sizeof(info)) {
        return;
    }
    if (run->publisher.is_stopped || run->load.phase < LOAD_SENDING ||
        run->load.options.messages == 0) {
        end_run(run);
    }
    load_publisher_stop(&run->publisher);
}

static void watch_signals(struct run *run)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigprocmask(SIG_BLOCK, &set, NULL);
    run->signals = (struct load_io){signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC), on_signal, run};
    load_loop_watch(&run->load.loop, &run->signals, EPOLLIN, false);
}

static void raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static void create_streams(struct run *run)
{
    const struct load_options *o = &run->load.options;
    run->streams = mem_zalloc(o->streams, sizeof(struct load_stream));
    for (size_t i = 0; i < o->streams; i++) {
        const int64_t wait = (int64_t)(o->spread_ms * 1000000 * i / o->streams);
        load_stream_init(&run->streams[i], &run->load, i, run->load.began_ns + wait);
    }
}

/* False: not possible, which has been said. */
static bool prepare(struct run *run)
{
    struct load *load = &run->load;
    struct load_options *o = &load->options;
    if (!load_people_read(&load->people, o->people)) {
        return false;
    }
    o->streams = o->streams > 0 ? o->streams : load->people.npeople;
    if (o->log != NULL && (load->log = fopen(o->log, "we")) == NULL) {
        fprintf(stderr, "load: %s: %s\n", o->log, strerror(errno));
        return false;
    }
    if (o->streams * (o->messages / 8 + 1) > VIEWS_MAX || o->stall + o->slow > o->streams) {
        fprintf(stderr, "load: too many streams or messages\n");
        return false;
    }
    raise_limit();
    load_loop_init(&load->loop, o->seed);
    load->loop.turned = on_turn;
    load->loop.self = run;
    load_ledger_init(&load->ledger, &load->people, o->messages,
                     (uint32_t)load_loop_below(&load->loop, UINT32_MAX));
    load->stats.retry_min = UINT64_MAX;
    load_publisher_init(&run->publisher, load);
    load->began_ns = load_loop_now();
    create_streams(run);
    return true;
}

static void finish(struct run *run)
{
    for (size_t i = 0; i < run->load.options.streams; i++) {
        load_stream_finish(&run->streams[i]);
    }
    mem_free(run->streams);
    load_publisher_finish(&run->publisher);
    load_ledger_finish(&run->load.ledger);
    load_people_finish(&run->load.people);
    load_loop_finish(&run->load.loop);
    close(run->signals.fd);
    if (run->load.log != NULL) {
        fclose(run->load.log);
    }
}

static bool write_ledger(const struct run *run)
{
    const char *path = run->load.options.ledger;
    FILE *file = path != NULL ? fopen(path, "we") : NULL;
    if (file == NULL) {
        return path == NULL;
    }
    load_ledger_write(&run->load.ledger, file);
    return fclose(file) == 0;
}

int main(int argc, char **argv)
{
    static struct run run;
    int status;
    if (!load_options_read(argc, argv, &run.load.options, &status)) {
        return status;
    }
    if (!prepare(&run)) {
        return 2;
    }
    watch_signals(&run);
    load_watch_look(&run.watch, &run.load.options, LOAD_WATCH_START);
    run.tick = (struct load_timer){.due = on_tick, .self = &run};
    on_tick(&run);
    load_loop_run(&run.load.loop);
    if (run.settled_ns == 0) {
        load_watch_look(&run.watch, &run.load.options, LOAD_WATCH_END);
    }
    bool good = load_report(&run.load, run.streams, &run.watch, stdout);
    good = write_ledger(&run) && good;
    finish(&run);
    return good ? 0 : 1;
}
