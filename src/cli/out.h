#ifndef CLI_OUT_H
#define CLI_OUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/err.h"
#include "base/str.h"

/*
 * What a command answers, on standard output. For people: lists as aligned columns under a header,
 * else a sentence. With --json: one document, whose fields are named as in the HTTP interface.
 * Text comes from anybody: for people every control character, direction mark and byte that is not
 * UTF-8 is shown as "?", so that no name and no user agent can steer a terminal.
 */

#define CLI_OUT_COLUMNS 8
#define CLI_OUT_ROWS    1000 /* that are aligned together; columns never get narrower after that */

enum cli_kind {
    CLI_TEXT,
    CLI_ID,     /* hex digits, of which people see the first (cli/id.h) */
    CLI_NUMBER, /* decimal text */
    CLI_TIME,   /* seconds since 1970, decimal text */
    CLI_FLAG,   /* "1" or "0" */
    CLI_WORDS   /* "read,write": an array in JSON */
};

struct cli_column {
    const char *title; /* over the column */
    const char *field; /* in JSON; what is absent has none there */
    enum cli_kind kind;
};

struct cli_out {
    FILE *file;
    bool json;
    int reason;       /* errno of the write that failed first, or 0 */
    bool open;        /* a document was begun */
    const char *name; /* of the list that is open, or NULL */
    const struct cli_column *columns;
    size_t ncolumns;
    size_t written; /* rows of the list so far */
    struct arena arena;
    struct str *rows; /* that wait to be aligned */
    size_t nrows;
    size_t width[CLI_OUT_COLUMNS];
};

void cli_out_init(struct cli_out *out, FILE *file, bool json);

/* s as people are shown it, in the arena; for what is said elsewhere than on standard output. */
struct str cli_out_shown(struct arena *arena, struct str s);

/* Begins a list, a member of the document of this name; ends the one before it. */
void cli_out_list(struct cli_out *out, const char *name, const struct cli_column *columns,
                  size_t n);

/* A row of it: a value for each column, absent where there is none. Copied. */
void cli_out_row(struct cli_out *out, const struct str *values);

/* One thing instead of a list: the document in JSON, the sentence for people. */
void cli_out_said(struct cli_out *out, const struct cli_column *columns, size_t n,
                  const struct str *values, struct str sentence);

/* Seconds since 1970 as people read them, "2026-11-24T16:20:05Z"; "-" for what is no time. */
struct str cli_out_time(struct arena *arena, struct str seconds);

/* Text as it is, with --json or without: for what only programs read. */
void cli_out_raw(struct cli_out *out, struct str text);

/* Writes what waits, for who follows what comes. */
void cli_out_flush(struct cli_out *out);

/* Can more be written? False once the reader has gone, or the disk is full. */
bool cli_out_is_good(const struct cli_out *out);

/*
 * Ends what is open, and writes it all. Releases what it holds. ERR_UNAVAILABLE, with errno set:
 * standard output did not take it.
 */
NODISCARD enum err cli_out_finish(struct cli_out *out);

#endif
