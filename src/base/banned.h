#ifndef BASE_BANNED_H
#define BASE_BANNED_H

/*
 * Force-included into every file of ours: after the C library's headers have been read, names that
 * cannot be used safely stop compiling. Use struct buf, arena_printf() or snprintf() instead of the
 * string builders, str_u64() instead of the ato family, and mem_alloc() instead of malloc.
 * "random" and "alloca" are left out, since library headers use those words for members.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Macros where clang compiles with _FORTIFY_SOURCE; clang refuses to poison a macro. */
#undef sprintf
#undef vsprintf

#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf gets strtok atoi atol atoll atof
#pragma GCC poison asctime ctime localtime gmtime

#endif
