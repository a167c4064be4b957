#include "base/mem.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif

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
    if (size > 0 && n > SIZE_MAX / size) {
        mem_die("memory: a size that overflows");
    }
    void *p = n * size > 0 ? calloc(n, size) : calloc(1, 1);
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

/* What stands before a secret; as wide as any object must be aligned. */
union secret {
    size_t len;
    max_align_t align;
};

void *mem_secret_alloc(size_t len)
{
    if (len > SIZE_MAX - sizeof(union secret)) {
        mem_die("memory: a size that overflows");
    }
    union secret *secret = mem_alloc(sizeof(*secret) + len);
    secret->len = len;
    return secret + 1;
}

void mem_secret_free(void *p)
{
    if (p != NULL) {
        union secret *secret = (union secret *)p - 1;
        explicit_bzero(p, secret->len);
        mem_free(secret);
    }
}

void mem_trim(void)
{
#ifdef __GLIBC__
    (void)malloc_trim(0);
#endif
}

/* Nothing here allocates or goes through a buffer: there may be no memory for either. */
void mem_die(const char *what)
{
    static const char before[] = "snug: out of ";
    char line[256];
    size_t len = sizeof(before) - 1;
    memcpy(line, before, len);
    for (const char *c = what; *c != '\0' && len < sizeof(line) - 1; c++) {
        line[len++] = *c;
    }
    line[len++] = '\n';
    const ssize_t written = write(STDERR_FILENO, line, len);
    (void)written;
    abort();
}
