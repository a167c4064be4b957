#include "base/arena.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sanitizer/asan_interface.h>
#include "base/mem.h"

/*
 * Memory that is not handed out is poisoned for the address sanitizer, which would otherwise take a
 * block for one object and see no overrun inside it. The macros are empty in other builds.
 */

#define ALIGN     _Alignof(max_align_t)
#define FIRST_CAP ((size_t)8 * 1024)
#define GROWN_MAX                                                                                  \
    ((size_t)256 * 1024) /* blocks double up to here, and none that is larger is kept */

struct arena_block {
    struct arena_block *next;
    size_t cap, used;
    _Alignas(max_align_t) char bytes[];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){0};
}

static void wipe(struct arena_block *block)
{
    ASAN_UNPOISON_MEMORY_REGION(block->bytes, block->cap);
    explicit_bzero(block->bytes, block->used);
    block->used = 0;
}

/* The larger of two blocks is kept, if it may be; the other one is given back. */
static struct arena_block *keep(struct arena_block *kept, struct arena_block *block)
{
    if (block->cap > GROWN_MAX || (kept != NULL && kept->cap >= block->cap)) {
        mem_free(block);
        return kept;
    }
    mem_free(kept);
    return block;
}

void arena_reset(struct arena *a)
{
    struct arena_block *block = a->blocks;
    struct arena_block *kept = NULL;
    while (block != NULL) {
        struct arena_block *next = block->next;
        wipe(block);
        kept = keep(kept, block);
        block = next;
    }
    *a = (struct arena){.blocks = kept};
    if (kept != NULL) {
        kept->next = NULL;
        ASAN_POISON_MEMORY_REGION(kept->bytes, kept->cap);
    }
}

void arena_finish(struct arena *a)
{
    arena_reset(a);
    if (a->blocks != NULL) {
        ASAN_UNPOISON_MEMORY_REGION(a->blocks->bytes, a->blocks->cap);
        mem_free(a->blocks);
        a->blocks = NULL;
    }
}

/* Puts a block with room for len bytes in front: twice the newest, or as large as it has to be. */
static struct arena_block *grow(struct arena *a, size_t len)
{
    size_t cap = a->blocks == NULL ? FIRST_CAP : a->blocks->cap * 2;
    if (cap > GROWN_MAX) {
        cap = GROWN_MAX;
    }
    if (cap < len) {
        cap = len;
    }
    struct arena_block *block = mem_alloc(sizeof(*block) + cap);
    *block = (struct arena_block){.next = a->blocks, .cap = cap};
    ASAN_POISON_MEMORY_REGION(block->bytes, cap);
    a->blocks = block;
    return block;
}

void *arena_alloc(struct arena *a, size_t len)
{
    if (len > SIZE_MAX / 2) {
        mem_die("memory: a size that overflows");
    }
    const size_t room = len == 0 ? ALIGN : (len + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *block = a->blocks;
    if (block == NULL || block->cap - block->used < room) {
        block = grow(a, room);
    }
    void *p = block->bytes + block->used;
    block->used += room;
    a->used += room;
    ASAN_UNPOISON_MEMORY_REGION(p, len);
    return p;
}

void *arena_zalloc(struct arena *a, size_t n, size_t size)
{
    if (size > 0 && n > SIZE_MAX / size) {
        mem_die("memory: a size that overflows");
    }
    return memset(arena_alloc(a, n * size), 0, n * size);
}

/* A copy of s with a NUL after it. */
static char *copy(struct arena *a, struct str s)
{
    char *p = arena_alloc(a, s.len + 1);
    if (s.len > 0) {
        memcpy(p, s.ptr, s.len);
    }
    p[s.len] = '\0';
    return p;
}

struct str arena_str(struct arena *a, struct str s)
{
    return (struct str){copy(a, s), s.len};
}

const char *arena_cstr(struct arena *a, struct str s)
{
    return copy(a, s);
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        mem_die("bounds: a format that cannot be printed");
    }
    char *p = arena_alloc(a, (size_t)len + 1);
    vsnprintf(p, (size_t)len + 1, fmt, again);
    va_end(again);
    return (struct str){p, (size_t)len};
}
