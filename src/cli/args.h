#ifndef CLI_ARGS_H
#define CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * Arguments, read as a synopsis says: the text that help and the manual show is what the parser
 * goes by, so that they cannot differ. A synopsis is made of
 *     NAME            an argument that must be given
 *     [CODE]          one that may be
 *     --name N        an option with a value, --name=N as well
 *     [--admin]       a flag that may be given; [-f] is one, too
 *     [ROOM ...]      the last argument, which may be given many times
 *     [--a | --b]     the bar is for people: that both make no sense, the command says
 * Options stand anywhere; "--" ends them. --json and --help are understood everywhere.
 */

#define CLI_ARGS_MAX  12  /* arguments and options of a synopsis */
#define CLI_ARGS_MORE 100 /* further values of one that may be given many times */

struct cli_args {
    size_t n;
    struct cli_arg {
        struct str name;  /* "NAME" or "--admin" */
        struct str value; /* absent: not given; of a flag that was given: empty */
        bool required;
        bool has_value; /* false: a flag */
        bool is_list;   /* its further values are in more */
    } item[CLI_ARGS_MAX];
    struct str more[CLI_ARGS_MORE];
    size_t nmore;
    bool json, help;
};

/*
 * Reads argv, NULL-terminated, by the synopsis. Values are borrowed from argv, names from the
 * synopsis. ERR_INVALID: *why, in the arena, is a sentence without its first words.
 */
NODISCARD enum err cli_args_read(const char *synopsis, char *const *argv, struct arena *arena,
                                 struct cli_args *out, struct str *why);

/* What was given under this name; absent: nothing was. */
struct str cli_args_get(const struct cli_args *args, const char *name);

bool cli_args_has(const struct cli_args *args, const char *name);

/* "90s", "30m", "12h", "7d", in seconds; false for anything else, for 0, and for over ten years. */
NODISCARD bool cli_args_duration(struct str s, uint64_t *seconds);

#endif
