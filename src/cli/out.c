#include "cli/out.h"

#include <errno.h>
#include <time.h>
#include "base/buf.h"

#define ID_SHOWN 12          /* digits of an id: enough to name it by */
#define CELL_MAX (64 * 1024) /* bytes of one value, written out */

void cli_out_init(struct cli_out *out, FILE *file, bool json)
{
    *out = (struct cli_out){.file = file, .json = json};
    arena_init(&out->arena);
}

bool cli_out_is_good(const struct cli_out *out)
{
    return ferror(out->file) == 0;
}

static void put(struct cli_out *out, struct str s)
{
    if (s.len > 0 && cli_out_is_good(out)) {
        errno = 0;
        if (fwrite(s.ptr, 1, s.len, out->file) < s.len) {
            out->reason = errno;
        }
    }
}

/* Would the character do something to a terminal, or to the text around it? */
static bool is_steering(uint32_t code)
{
    return code < 0x20 || (code >= 0x7f && code < 0xa0) || code == 0x61c || code == 0x200e ||
           code == 0x200f || (code >= 0x2028 && code <= 0x202e) ||
           (code >= 0x2066 && code <= 0x2069);
}

/* s as it is shown; *width is how many characters it has. */
static struct str shown(struct arena *arena, struct str s, size_t *width)
{
    char *text = arena_alloc(arena, s.len + 1);
    size_t len = 0;
    *width = 0;
    while (s.len > 0) {
        uint32_t code = 0;
        const size_t n = str_utf8_next(s, &code);
        if (n == 0 || is_steering(code)) {
            text[len++] = '?';
        } else {
            for (size_t i = 0; i < n; i++) {
                text[len++] = s.ptr[i];
            }
        }
        s = str_skip(s, n > 0 ? n : 1);
        ++*width;
    }
    return (struct str){text, len};
}

struct str cli_out_shown(struct arena *arena, struct str s)
{
    size_t width;
    return shown(arena, s, &width);
}

struct str cli_out_time(struct arena *arena, struct str seconds)
{
    uint64_t n;
    struct tm tm;
    char text[32];
    if (!str_u64_max(seconds, (uint64_t)1 << 40, &n) ||
        gmtime_r(&(time_t){(time_t)n}, &tm) == NULL ||
        strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm) == 0) {
        return STR("-");
    }
    return arena_str(arena, str_of(text));
}

/* A value, as people read it. */
static struct str for_people(struct arena *arena, enum cli_kind kind, struct str value)
{
    if (value.len == 0) {
        return STR("-");
    }
    switch (kind) {
    case CLI_FLAG:
        return str_eq(value, STR("1")) ? STR("yes") : STR("no");
    case CLI_TIME:
        return cli_out_time(arena, value);
    case CLI_ID:
        return value.len > ID_SHOWN ? (struct str){value.ptr, ID_SHOWN} : value;
    case CLI_TEXT:
    case CLI_NUMBER:
    case CLI_WORDS:
        break;
    }
    return value;
}

static void add_words(struct buf *b, struct str words)
{
    struct str word;
    buf_add_byte(b, '[');
    for (size_t n = 0; words.len > 0 && str_split(&words, ',', &word); n++) {
        buf_add_cstr(b, n > 0 ? "," : "");
        buf_add_json(b, word);
    }
    buf_add_byte(b, ']');
}

static void add_value(struct buf *b, enum cli_kind kind, struct str value)
{
    switch (kind) {
    case CLI_TEXT:
    case CLI_ID:
        buf_add_json(b, value);
        break;
    case CLI_NUMBER:
    case CLI_TIME:
        buf_add_str(b, value);
        break;
    case CLI_FLAG:
        buf_add_cstr(b, str_eq(value, STR("1")) ? "true" : "false");
        break;
    case CLI_WORDS:
        add_words(b, value);
        break;
    }
}

/* {"id":"1","username":"Pablo"} */
static void put_object(struct cli_out *out, const struct cli_column *columns, size_t n,
                       const struct str *values)
{
    struct buf b;
    const char *glue = "{";
    buf_init(&b, NULL, CLI_OUT_COLUMNS * CELL_MAX);
    for (size_t i = 0; i < n; i++) {
        if (str_is_set(values[i])) {
            buf_printf(&b, "%s\"%s\":", glue, columns[i].field);
            add_value(&b, columns[i].kind, values[i]);
            glue = ",";
        }
    }
    buf_add_cstr(&b, glue[0] == '{' ? "{}" : "}");
    put(out, buf_str(&b));
    buf_finish(&b);
}

/* One line. The last column is as wide as it is, numbers stand to the right. */
static void put_line(struct cli_out *out, const struct str *cells, const size_t *widths)
{
    for (size_t i = 0; i < out->ncolumns; i++) {
        const bool last = i + 1 == out->ncolumns;
        const bool right = out->columns[i].kind == CLI_NUMBER;
        const size_t pad = out->width[i] > widths[i] ? out->width[i] - widths[i] : 0;
        for (size_t k = 0; right && k < pad; k++) {
            put(out, STR(" "));
        }
        put(out, cells[i]);
        for (size_t k = 0; !right && !last && k < pad; k++) {
            put(out, STR(" "));
        }
        put(out, last ? STR("\n") : STR("  "));
    }
}

/* Writes the rows that wait, as wide as the widest of them and of those before; the header first.
 */
static void flush(struct cli_out *out)
{
    const size_t n = out->ncolumns;
    struct str *cells = arena_zalloc(&out->arena, (out->nrows + 1) * n, sizeof(*cells));
    size_t *widths = arena_zalloc(&out->arena, (out->nrows + 1) * n, sizeof(*widths));
    const size_t head = out->written == 0 ? 0 : 1; /* the header is row 0, and is said once */
    for (size_t i = 0; i < (out->nrows + 1) * n; i++) {
        const struct str text =
            i < n ? str_of(out->columns[i].title)
                  : for_people(&out->arena, out->columns[i % n].kind, out->rows[i - n]);
        cells[i] = shown(&out->arena, text, &widths[i]);
        if (widths[i] > out->width[i % n]) {
            out->width[i % n] = widths[i];
        }
    }
    for (size_t row = head; row <= out->nrows; row++) {
        put_line(out, cells + row * n, widths + row * n);
    }
    out->written += out->nrows;
    out->nrows = 0;
    arena_reset(&out->arena);
    out->rows = NULL;
}

static void end_list(struct cli_out *out)
{
    if (out->name == NULL) {
        return;
    }
    if (out->json) {
        put(out, STR("]"));
    } else if (out->nrows > 0) {
        flush(out);
    }
    out->name = NULL;
}

void cli_out_list(struct cli_out *out, const char *name, const struct cli_column *columns, size_t n)
{
    const bool first = !out->open;
    end_list(out);
    out->open = true;
    out->name = name;
    out->columns = columns;
    out->ncolumns = n;
    out->written = 0;
    for (size_t i = 0; i < CLI_OUT_COLUMNS; i++) {
        out->width[i] = 0;
    }
    if (out->json) {
        put(out, first ? STR("{\"") : STR(",\""));
        put(out, str_of(name));
        put(out, STR("\":["));
    } else if (!first) {
        put(out, STR("\n"));
    }
}

void cli_out_row(struct cli_out *out, const struct str *values)
{
    if (out->json) {
        put(out, out->written++ > 0 ? STR(",\n") : STR("\n"));
        put_object(out, out->columns, out->ncolumns, values);
        return;
    }
    if (out->rows == NULL) {
        out->rows = arena_zalloc(&out->arena, CLI_OUT_ROWS * out->ncolumns, sizeof(*out->rows));
    }
    struct str *row = out->rows + out->nrows++ * out->ncolumns;
    for (size_t i = 0; i < out->ncolumns; i++) {
        row[i] = str_is_set(values[i]) ? arena_str(&out->arena, values[i]) : STR_NONE;
    }
    if (out->nrows == CLI_OUT_ROWS) {
        flush(out);
    }
}

void cli_out_said(struct cli_out *out, const struct cli_column *columns, size_t n,
                  const struct str *values, struct str sentence)
{
    if (out->json) {
        put_object(out, columns, n, values);
    } else {
        put(out, cli_out_shown(&out->arena, sentence));
    }
    put(out, STR("\n"));
}

void cli_out_raw(struct cli_out *out, struct str text)
{
    put(out, text);
}

void cli_out_flush(struct cli_out *out)
{
    errno = 0;
    if (cli_out_is_good(out) && fflush(out->file) != 0) {
        out->reason = errno;
    }
}

enum err cli_out_finish(struct cli_out *out)
{
    end_list(out);
    if (out->json && out->open) {
        put(out, STR("}\n"));
    }
    arena_finish(&out->arena);
    errno = 0;
    if (fflush(out->file) == 0 && cli_out_is_good(out)) {
        return ERR_OK;
    }
    errno = out->reason != 0 ? out->reason : errno;
    return ERR_UNAVAILABLE;
}
