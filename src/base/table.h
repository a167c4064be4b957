#ifndef BASE_TABLE_H
#define BASE_TABLE_H

/*
 * uthash: on our allocator, which does not fail, with our hash, and with the complaints of its
 * macros kept out of our warnings.
 */
#pragma GCC system_header
#include "base/mem.h"
#include "base/rand.h"

#define HASH_FUNCTION(key, len, hash) ((hash) = (unsigned)rand_hash64((struct str){(key), (len)}))
#define uthash_malloc(size)           mem_alloc(size)
#define uthash_free(ptr, size)        mem_free(ptr)
#include <uthash.h>

#endif
