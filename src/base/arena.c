#include "base/arena.h"

#include <stdint.h>
#include "base/mem.h"

#define BLOCK_LEN ((size_t)8 * 1024)
#define ALIGN     _Alignof(max_align_t)

struct arena_block {
    struct arena_block *older;
    size_t cap, used; /* bytes of data */
    _Alignas(max_align_t) char data[];
};

void arena_init(struct arena *a)
{
    *a = (struct arena){.blocks = NULL};
}

static struct arena_block *block_create(struct arena_block *older, size_t cap)
{
    struct arena_block *block = mem_alloc(sizeof(*block) + cap);
    block->older = older;
    block->cap = cap;
    block->used = 0;
    return block;
}

/* Wipes and releases blocks down to, and without, keep. */
static void blocks_release(struct arena *a, const struct arena_block *keep)
{
    while (a->blocks != keep) {
        struct arena_block *block = a->blocks;
        a->blocks = block->older;
        explicit_bzero(block->data, block->used);
        mem_free(block);
    }
}

void arena_reset(struct arena *a)
{
    struct arena_block *first = a->blocks;
    while (first != NULL && first->older != NULL) {
        first = first->older;
    }
    /* A first block that was made for one large object is not worth keeping. */
    if (first != NULL && first->cap > BLOCK_LEN) {
        first = NULL;
    }
    blocks_release(a, first);
    if (first != NULL) {
        explicit_bzero(first->data, first->used);
        first->used = 0;
    }
    a->used = 0;
}

void arena_finish(struct arena *a)
{
    blocks_release(a, NULL);
    a->used = 0;
}

void *arena_alloc(struct arena *a, size_t len)
{
    if (len > SIZE_MAX / 2) {
        mem_die("the size of an object");
    }
    const size_t need = (len + ALIGN - 1) / ALIGN * ALIGN;
    struct arena_block *block = a->blocks;
    if (block == NULL || block->cap - block->used < need) {
        /* Blocks grow with what was asked for, so that large requests take few of them. */
        const size_t wish = a->used > BLOCK_LEN ? a->used : BLOCK_LEN;
        block = block_create(a->blocks, need > wish ? need : wish);
        a->blocks = block;
    }
    void *p = block->data + block->used;
    block->used += need;
    a->used += need;
    return p;
}

void *arena_zalloc(struct arena *a, size_t n, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(n, size, &len)) {
        mem_die("the size of an array");
    }
    return memset(arena_alloc(a, len), 0, len);
}

struct str arena_str(struct arena *a, struct str s)
{
    char *copy = arena_alloc(a, s.len + 1);
    if (s.len > 0) {
        memcpy(copy, s.ptr, s.len);
    }
    copy[s.len] = '\0';
    return (struct str){copy, s.len};
}

const char *arena_cstr(struct arena *a, struct str s)
{
    return arena_str(a, s).ptr;
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    const int len = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    if (len < 0) {
        mem_die("a format");
    }
    char *text = arena_alloc(a, (size_t)len + 1);
    if (vsnprintf(text, (size_t)len + 1, fmt, again) != len) {
        mem_die("a format");
    }
    va_end(again);
    return (struct str){text, (size_t)len};
}
