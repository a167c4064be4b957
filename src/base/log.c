#include "base/log.h"

#include <stdarg.h>
#include <unistd.h>
#include "base/clock.h"

#define LINE_MAX_LEN 2048
#define TEXT_MAX     200
#define REQUEST_MAX  64

static const char *log_prog = "snug";
static enum log_level log_max = LOG_INFO;
static char log_req[REQUEST_MAX + 1];

void log_init(const char *prog, enum log_level level)
{
    log_prog = prog;
    log_max = level;
}

void log_request(struct str id)
{
    const size_t len = id.len < REQUEST_MAX ? id.len : REQUEST_MAX;
    if (len > 0) {
        memcpy(log_req, id.ptr, len);
    }
    log_req[len] = '\0';
}

/* Appends to a line that stays shorter than its array; what does not fit is cut. */
static PRINTF_LIKE(3, 0) size_t add(char *line, size_t len, const char *fmt, va_list args)
{
    const size_t room = LINE_MAX_LEN - len;
    const int n = vsnprintf(line + len, room, fmt, args);
    return n < 0 ? len : (size_t)n < room ? len + (size_t)n : LINE_MAX_LEN - 1;
}

static PRINTF_LIKE(3, 4) size_t addf(char *line, size_t len, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    const size_t end = add(line, len, fmt, args);
    va_end(args);
    return end;
}

/* "ts=… level=… prog=… pid=… req=… event=… at=…" */
static size_t add_head(char *line, enum log_level level, const char *file, int at,
                       const char *event)
{
    static const char *const names[] = {"error", "warn", "info", "debug"};
    const int64_t now = clock_wall_ms();
    const time_t secs = (time_t)(now / 1000);
    struct tm tm;
    char ts[32];
    gmtime_r(&secs, &tm);
    strftime(ts, sizeof(ts), "%Y-%m-%dT%H:%M:%S", &tm);
    size_t len = addf(line, 0, "ts=%s.%03dZ level=%s prog=%s pid=%d", ts, (int)(now % 1000),
                      names[level], log_prog, (int)getpid());
    if (log_req[0] != '\0') {
        len = addf(line, len, " req=%s", log_text(str_of(log_req)));
    }
    const char *base = strrchr(file, '/');
    return addf(line, len, " event=%s at=%s:%d", event, base != NULL ? base + 1 : file, at);
}

void log_line(enum log_level level, const char *file, int line, const char *event, const char *fmt,
              ...)
{
    if (level > log_max) {
        return;
    }
    char text[LINE_MAX_LEN + 1];
    size_t len = add_head(text, level, file, line, event);
    if (fmt[0] != '\0') {
        len = addf(text, len, " ");
        va_list args;
        va_start(args, fmt);
        len = add(text, len, fmt, args);
        va_end(args);
    }
    text[len++] = '\n';
    /* There is nobody to tell when the log itself cannot be written. */
    const ssize_t done = write(2, text, len);
    (void)done;
}

static bool is_plain(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] <= ' ' || s.ptr[i] > '~' || s.ptr[i] == '"' || s.ptr[i] == '=' ||
            s.ptr[i] == '\\') {
            return false;
        }
    }
    return s.len > 0;
}

const char *log_text(struct str s)
{
    static char buffers[8][TEXT_MAX * 4 + 3];
    static unsigned turn;
    char *out = buffers[turn++ % 8];
    size_t len = 0;
    s.len = s.len < TEXT_MAX ? s.len : TEXT_MAX;
    if (is_plain(s)) {
        memcpy(out, s.ptr, s.len);
        out[s.len] = '\0';
        return out;
    }
    out[len++] = '"';
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c == '"' || c == '\\') {
            out[len++] = '\\';
            out[len++] = (char)c;
        } else if (c < ' ' || c > '~') {
            static const char hex[] = "0123456789abcdef";
            out[len++] = '\\';
            out[len++] = 'x';
            out[len++] = hex[c >> 4];
            out[len++] = hex[c & 15];
        } else {
            out[len++] = (char)c;
        }
    }
    out[len++] = '"';
    out[len] = '\0';
    return out;
}
