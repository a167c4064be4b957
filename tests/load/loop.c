#include "load/loop.h"

#include <errno.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>
#include "base/mem.h"

#define EVENTS 512

void load_loop_init(struct load_loop *loop, uint64_t seed)
{
    *loop = (struct load_loop){.chance = seed};
    loop->epoll = epoll_create1(EPOLL_CLOEXEC);
    if (loop->epoll < 0) {
        mem_die("descriptors");
    }
}

void load_loop_finish(struct load_loop *loop)
{
    close(loop->epoll);
    mem_free(loop->heap);
}

int64_t load_loop_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

/* splitmix64 */
uint64_t load_loop_below(struct load_loop *loop, uint64_t limit)
{
    loop->chance += 0x9e3779b97f4a7c15U;
    uint64_t z = loop->chance;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
    return (z ^ (z >> 31)) % limit;
}

void load_loop_watch(struct load_loop *loop, struct load_io *io, uint32_t events, bool modify)
{
    struct epoll_event event = {.events = events, .data = {.ptr = io}};
    if (epoll_ctl(loop->epoll, modify ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, io->fd, &event) != 0) {
        mem_die("epoll_ctl");
    }
}

void load_loop_unwatch(struct load_loop *loop, struct load_io *io)
{
    (void)epoll_ctl(loop->epoll, EPOLL_CTL_DEL, io->fd, NULL);
}

/* The heap. */

static void put(struct load_loop *loop, size_t place, struct load_timer *timer)
{
    loop->heap[place] = timer;
    timer->place = place;
}

static void rise(struct load_loop *loop, size_t place, struct load_timer *timer)
{
    while (place > 1 && loop->heap[place / 2]->at_ns > timer->at_ns) {
        put(loop, place, loop->heap[place / 2]);
        place /= 2;
    }
    put(loop, place, timer);
}

static void sink(struct load_loop *loop, size_t place, struct load_timer *timer)
{
    for (;;) {
        size_t child = place * 2;
        if (child < loop->count && loop->heap[child + 1]->at_ns < loop->heap[child]->at_ns) {
            child++;
        }
        if (child > loop->count || loop->heap[child]->at_ns >= timer->at_ns) {
            break;
        }
        put(loop, place, loop->heap[child]);
        place = child;
    }
    put(loop, place, timer);
}

void load_loop_unset(struct load_loop *loop, struct load_timer *timer)
{
    const size_t place = timer->place;
    if (place == 0) {
        return;
    }
    timer->place = 0;
    struct load_timer *last = loop->heap[loop->count--];
    if (last != timer) {
        if (place > 1 && loop->heap[place / 2]->at_ns > last->at_ns) {
            rise(loop, place, last);
        } else {
            sink(loop, place, last);
        }
    }
}

void load_loop_set(struct load_loop *loop, struct load_timer *timer, int64_t at_ns)
{
    load_loop_unset(loop, timer);
    if (loop->count + 1 >= loop->cap) {
        loop->cap = loop->cap > 0 ? loop->cap * 2 : 64;
        loop->heap = mem_realloc(loop->heap, loop->cap * sizeof(struct load_timer *));
    }
    timer->at_ns = at_ns;
    rise(loop, ++loop->count, timer);
}

/* Milliseconds until the first timer, rounded up. */
static int run_timers(struct load_loop *loop)
{
    while (loop->count > 0 && !loop->is_over) {
        struct load_timer *first = loop->heap[1];
        const int64_t left = first->at_ns - load_loop_now();
        if (left > 0) {
            return left > 1000000000 ? 1000 : (int)((left + 999999) / 1000000);
        }
        load_loop_unset(loop, first);
        first->due(first->self);
    }
    return 1000;
}

void load_loop_run(struct load_loop *loop)
{
    struct epoll_event events[EVENTS];
    while (!loop->is_over) {
        const int wait = run_timers(loop);
        const int n = loop->is_over ? 0 : epoll_wait(loop->epoll, events, EVENTS, wait);
        if (n < 0 && errno != EINTR) {
            mem_die("epoll_wait");
        }
        for (int i = 0; i < n && !loop->is_over; i++) {
            struct load_io *io = events[i].data.ptr;
            /* Closed by what came before it in this turn. */
            if (io->fd >= 0) {
                io->ready(io->self, events[i].events);
            }
        }
        if (loop->turned != NULL) {
            loop->turned(loop->self);
        }
    }
}
