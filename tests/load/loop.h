#ifndef LOAD_LOOP_H
#define LOAD_LOOP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One epoll set, timers in a heap, and the numbers that all chance comes from. One thread. */

/* Something with a descriptor; the first member of what owns it, or reached through self. */
struct load_io {
    int fd; /* -1: none */
    void (*ready)(void *self, uint32_t events);
    void *self;
};

struct load_timer {
    int64_t at_ns;
    size_t place; /* in the heap, from 1; 0: it is not set */
    void (*due)(void *self);
    void *self;
};

struct load_loop {
    int epoll;
    bool is_over;
    void (*turned)(void *self); /* after what has come in one turn; NULL: nothing */
    void *self;
    struct load_timer **heap; /* heap[1..count], the earliest first */
    size_t count, cap;
    uint64_t chance;
};

void load_loop_init(struct load_loop *loop, uint64_t seed);
void load_loop_finish(struct load_loop *loop);

/* Runs until is_over. */
void load_loop_run(struct load_loop *loop);

/* CLOCK_MONOTONIC in nanoseconds. */
int64_t load_loop_now(void);

/* Waits for these EPOLL events; anything but the first time with modify. */
void load_loop_watch(struct load_loop *loop, struct load_io *io, uint32_t events, bool modify);
void load_loop_unwatch(struct load_loop *loop, struct load_io *io);

/* Sets it, or sets it anew. */
void load_loop_set(struct load_loop *loop, struct load_timer *timer, int64_t at_ns);
void load_loop_unset(struct load_loop *loop, struct load_timer *timer);

/* A number below limit (limit > 0), from the seed. */
uint64_t load_loop_below(struct load_loop *loop, uint64_t limit);

#endif
