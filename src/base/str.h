#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/attr.h"

/*
 * Borrowed text: a pointer and a length, not terminated, owned by somebody else (an arena, a
 * buffer, a literal). Copies of the struct are free. Text may hold any byte, NUL included. A str
 * with ptr NULL is "absent"; an empty one has a pointer and len 0.
 */

struct str {
    const char *ptr;
    size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})

/* For printf: "%.*s", STR_FMT(s). */
#define STR_FMT(s) (int)(s).len, ((s).ptr ? (s).ptr : "")

/* Borrows a C string; NULL gives the absent str. */
struct str str_of(const char *cstr);

/* Is there text at all, be it empty? */
bool str_is_set(struct str s);

bool str_eq(struct str a, struct str b);

/* Without regard to the case of ASCII letters; other bytes compare as they are. */
bool str_eq_nocase(struct str a, struct str b);

bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);

/* memcmp order, then length. */
int str_cmp(struct str a, struct str b);

/* s without its first n bytes; all of them where it has no more. */
struct str str_skip(struct str s, size_t n);

/* s without leading and trailing space and tab. */
struct str str_trim(struct str s);

/*
 * Takes what stands before the first sep off the front of *rest, sep with it. Where there is no sep
 * the whole rest is taken and *rest becomes absent. False, and nothing taken, when *rest is absent.
 * An empty rest gives one empty piece, as in any list.
 */
bool str_split(struct str *rest, char sep, struct str *piece);

/* Is the byte anywhere in s? */
bool str_has(struct str s, char byte);

/*
 * A whole decimal number without sign, of 1 to 20 digits, and leading zeros only in "0" itself.
 * False, and *out untouched, for anything else, overflow included.
 */
NODISCARD bool str_u64(struct str s, uint64_t *out);

/* The same with a limit: false for a number over max. */
NODISCARD bool str_u64_max(struct str s, uint64_t max, uint64_t *out);

/* Is s well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF)? */
bool str_is_utf8(struct str s);

/*
 * The bytes of the character that s begins with, 1 to 4, and the character in *code; 0, and *code
 * untouched, where s is empty or does not begin with well-formed UTF-8.
 */
NODISCARD size_t str_utf8_next(struct str s, uint32_t *code);

/* The length of the well-formed UTF-8 character that s begins with; 0 where there is none. */
size_t str_utf8_len(struct str s);

/*
 * Are all bytes of s ASCII letters, digits, or bytes of more? True for an empty s: how long a word
 * may be is for who asks.
 */
bool str_is_made_of(struct str s, struct str more);

/* Are all bytes of s decimal digits, and is there one? */
bool str_is_digits(struct str s);

#endif
