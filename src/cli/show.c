#include "cli/show.h"

#include <inttypes.h>
#include "base/arena.h"

#define INDENT "    "

/* A tab moves to the right and does nothing else, but the rows of others are as wide as they are.
 */
static struct str without_tabs(struct arena *arena, struct str line)
{
    char *text = arena_alloc(arena, line.len + 1);
    for (size_t i = 0; i < line.len; i++) {
        text[i] = line.ptr[i] == '\t' ? ' ' : line.ptr[i];
    }
    return (struct str){text, line.len};
}

static void say(struct cli_out *out, struct str line)
{
    cli_out_said(out, NULL, 0, NULL, line);
}

void cli_show_message(struct cli_out *out, const struct remote_message *message, struct str room,
                      struct str who, const char *mark)
{
    struct arena arena;
    struct str text = message->deleted || !str_is_set(message->text) ? STR("") : message->text;
    struct str line = STR("");
    arena_init(&arena);
    const struct str date = arena_printf(&arena, "%" PRId64, message->date);
    const struct str when = cli_out_time(&arena, date);
    const char *gap = str_is_set(room) ? "  " : "";
    (void)str_split(&text, '\n', &line);
    line = without_tabs(&arena, line);
    say(out, arena_printf(&arena, "%.*s  %.*s%s%.*s: %s%s%s%.*s", STR_FMT(when), STR_FMT(room), gap,
                          STR_FMT(who), mark != NULL ? "(" : "", mark != NULL ? mark : "",
                          mark == NULL    ? ""
                          : line.len == 0 ? ")"
                                          : ") ",
                          STR_FMT(line)));
    while (str_split(&text, '\n', &line)) {
        line = without_tabs(&arena, line);
        say(out, arena_printf(&arena, INDENT "%.*s", STR_FMT(line)));
    }
    arena_finish(&arena);
}
