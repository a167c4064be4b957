#include "cli/cli.h"

#include "base/buf.h"
#include "model/id.h"
#include "model/record.h"
#include "store/export.h"

/* What a record is written with. */
struct writer {
    struct cli_out *out;
    struct buf line;
};

static enum err write_record(void *arg, const struct model_record *record)
{
    struct writer *writer = arg;
    buf_clear(&writer->line);
    model_record_write(&writer->line, record);
    if (buf_err(&writer->line) == ERR_OK) {
        cli_out_raw(writer->out, buf_str(&writer->line));
    }
    /* Nobody reads on: there is no use in going on, and cli_out_finish() says why. */
    return cli_out_is_good(writer->out) ? buf_err(&writer->line) : ERR_UNAVAILABLE;
}

enum err cli_export_run(struct cli *cli)
{
    const struct str room = cli_args_get(cli->args, "ROOM");
    const struct model_record begin = {.kind = MODEL_RECORD_BEGIN, .room = room};
    const struct model_record end = {.kind = MODEL_RECORD_END};
    struct writer writer = {.out = cli->out};
    enum model_room_kind kind;
    if (str_is_set(room) && !model_id_is_room(room, &kind)) {
        return cli_misused(cli, STR("ROOM is the id of a room here, such as 0, 1:2 or g7"));
    }
    buf_init(&writer.line, NULL, MODEL_RECORD_MAX);
    enum err err = write_record(&writer, &begin);
    if (err == ERR_OK) {
        err = store_export_run(cli->store, room, write_record, &writer);
    }
    if (err == ERR_OK) {
        err = write_record(&writer, &end);
    }
    buf_finish(&writer.line);
    if (err == ERR_NOT_FOUND) {
        return cli_refuse(cli, err, STR("There is nothing of such a room."));
    }
    if (err == ERR_TOO_LARGE) {
        return cli_refuse(cli, err, STR("There is a value that is too large for a line."));
    }
    return cli_out_is_good(cli->out) ? err : ERR_OK;
}
