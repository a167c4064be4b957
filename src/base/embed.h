#ifndef BASE_EMBED_H
#define BASE_EMBED_H

#include <stdint.h>

/*
 * EMBED(lua_seed, "src/store/lua/seed.lua"); puts a file into this object, as lua_seed[] and its
 * length in bytes, lua_seed_len. The compiler runs in the checkout's root; the Makefile says which
 * objects depend on which files. The labels are local: no other object sees them.
 */
/* NOLINTBEGIN(bugprone-macro-parentheses): a name is declared */
#define EMBED(name, path)                                                                          \
    __asm__(".pushsection .rodata\n" #name ":\n"                                                   \
            ".incbin \"" path "\"\n" #name "_end:\n"                                               \
            ".balign 8\n" #name "_len:\n"                                                          \
            ".quad " #name "_end - " #name "\n"                                                    \
            ".popsection\n");                                                                      \
    extern const char name[];                                                                      \
    extern const uint64_t name##_len
/* NOLINTEND(bugprone-macro-parentheses) */

#endif
