#include "cli/cli.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include "cli/audit.h"
#include "model/record.h"
#include "store/import.h"

/* An import under way. */
struct reader {
    struct cli *cli;
    struct store_import import;
    uint64_t line;
    bool begun, ended;
};

static enum err refuse_line(struct reader *reader, const char *what)
{
    return cli_refuse(reader->cli, ERR_INVALID,
                      arena_printf(reader->cli->arena, "Line %" PRIu64 " %s", reader->line, what));
}

/* The first line says what the rest is. */
static enum err begin(struct reader *reader, const struct model_record *record)
{
    if (record->kind != MODEL_RECORD_BEGIN) {
        return refuse_line(reader, "is not the first of an export.");
    }
    reader->begun = true;
    store_import_init(&reader->import, reader->cli->store, record->room);
    return ERR_OK;
}

static enum err take(struct reader *reader, const struct model_record *record)
{
    if (!reader->begun) {
        return begin(reader, record);
    }
    if (reader->ended || record->kind == MODEL_RECORD_BEGIN) {
        return refuse_line(reader, "is not of this export, which has ended.");
    }
    if (record->kind == MODEL_RECORD_END) {
        reader->ended = true;
        return ERR_OK;
    }
    const enum err err = store_import_add(&reader->import, record);
    return err == ERR_INVALID ? refuse_line(reader, "is no record that is imported.") : err;
}

static enum err read_line(struct reader *reader, struct str line, struct arena *arena)
{
    struct model_record record;
    reader->line++;
    enum err err = model_record_read(line, arena, &record);
    if (err == ERR_CONFLICT) {
        return refuse_line(reader, "is of another version of snug.");
    }
    return err == ERR_OK ? take(reader, &record) : refuse_line(reader, "is no line of an export.");
}

/* Every line of standard input. getline() has memory of its own. */
static enum err read_all(struct reader *reader)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    struct arena arena;
    enum err err = ERR_OK;
    arena_init(&arena);
    errno = 0;
    while (err == ERR_OK && (len = getline(&line, &cap, stdin)) >= 0) {
        const size_t n = len > 0 && line[len - 1] == '\n' ? (size_t)len - 1 : (size_t)len;
        err = n <= MODEL_RECORD_MAX ? read_line(reader, (struct str){line, n}, &arena)
                                    : refuse_line(reader, "is too long.");
        arena_reset(&arena);
    }
    if (err == ERR_OK && ferror(stdin) != 0) {
        err = cli_refuse(reader->cli, ERR_INVALID, STR("Standard input cannot be read."));
    }
    free(line);
    arena_finish(&arena);
    return err;
}

/* Ends it, however it went: what was added is there, and is told to those who look. */
static enum err finish(struct reader *reader, enum err err)
{
    struct cli *cli = reader->cli;
    const enum err done = store_import_done(&reader->import);
    if (reader->import.added > 0) {
        cli_audit_say("imported", "added=%" PRIu64, reader->import.added);
    }
    err = err != ERR_OK ? err : done;
    if (err == ERR_CONFLICT) {
        return cli_refuse(cli, err,
                          arena_printf(cli->arena,
                                       "%.*s is somebody else here; an import is for an empty "
                                       "Redis, or for the one that it came from.",
                                       STR_FMT(reader->import.refused)));
    }
    if (err == ERR_OK && !reader->ended) {
        return cli_refuse(cli, ERR_INVALID,
                          STR("The export has no end, it was cut off; what it has was imported."));
    }
    return err;
}

enum err cli_import_run(struct cli *cli)
{
    static const struct cli_column columns[] = {{"RECORDS", "records", CLI_NUMBER},
                                                {"ADDED", "added", CLI_NUMBER}};
    struct reader reader = {.cli = cli};
    enum err err = read_all(&reader);
    if (!reader.begun) {
        return err == ERR_OK ? cli_refuse(cli, ERR_INVALID, STR("There is no export to read."))
                             : err;
    }
    err = finish(&reader, err);
    if (err == ERR_OK) {
        const struct str values[] = {arena_printf(cli->arena, "%" PRIu64, reader.import.records),
                                     arena_printf(cli->arena, "%" PRIu64, reader.import.added)};
        cli_out_said(cli->out, columns, ARRAY_LEN(columns), values,
                     arena_printf(cli->arena, "%.*s records, of which %.*s were not there.",
                                  STR_FMT(values[0]), STR_FMT(values[1])));
    }
    store_import_finish(&reader.import);
    return err;
}
