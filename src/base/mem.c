#include "base/mem.h"

#include <unistd.h>

void *mem_alloc(size_t len)
{
    void *p = malloc(len > 0 ? len : 1);
    if (p == NULL) {
        mem_die("memory");
    }
    return p;
}

void *mem_zalloc(size_t n, size_t size)
{
    size_t len;
    if (__builtin_mul_overflow(n, size, &len)) {
        mem_die("the size of an array");
    }
    void *p = calloc(1, len > 0 ? len : 1);
    if (p == NULL) {
        mem_die("memory");
    }
    return p;
}

void *mem_realloc(void *p, size_t len)
{
    void *q = realloc(p, len > 0 ? len : 1);
    if (q == NULL) {
        mem_die("memory");
    }
    return q;
}

void mem_free(void *p)
{
    free(p);
}

void mem_die(const char *what)
{
    char line[160];
    const int len = snprintf(line, sizeof(line), "snug: out of bounds: %s\n", what);
    if (len > 0) {
        const size_t n = (size_t)len < sizeof(line) ? (size_t)len : sizeof(line) - 1;
        if (write(2, line, n) < 0) {
            abort();
        }
    }
    abort();
}
