#include "base/log.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include "base/clock.h"

#define LINE_MAX_LEN    2048
#define REQUEST_MAX_LEN 64
#define TEXT_MAX_LEN    200
#define TEXT_BUFFERS    8

static const char *program = "snug";
static enum log_level threshold = LOG_INFO;
static int pid; /* ours; 0: not asked for yet. No process logs and then forks. */
static char request[REQUEST_MAX_LEN * 4 + 8]; /* " req=..."; empty: none */

void log_init(const char *prog, enum log_level level)
{
    program = prog;
    threshold = level;
}

void log_request(struct str id)
{
    if (id.len == 0) {
        request[0] = '\0';
        return;
    }
    if (id.len > REQUEST_MAX_LEN) {
        id.len = REQUEST_MAX_LEN;
    }
    (void)snprintf(request, sizeof(request), " req=%s", log_text(id));
}

/* Everything before the pairs. Returns its length, which is far below size. */
static size_t write_head(char *out, size_t size, const char *level, const char *at, int line,
                         const char *event)
{
    const int64_t now_ms = clock_wall_ms();
    if (pid == 0) {
        pid = (int)getpid();
    }
    const time_t now = (time_t)(now_ms / 1000);
    struct tm utc;
    gmtime_r(&now, &utc);
    char date[32];
    strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%S", &utc);
    const int len =
        snprintf(out, size, "ts=%s.%03dZ level=%s prog=%s pid=%d%s event=%s at=%s:%d", date,
                 (int)(now_ms % 1000), level, program, pid, request, event, at, line);
    return len < 0 ? 0 : (size_t)len < size ? (size_t)len : size - 1;
}

/* Ends the line, without what an empty format leaves, and without anything that begins another. */
static size_t write_tail(char *line, size_t len)
{
    while (len > 0 && line[len - 1] == ' ') {
        len--;
    }
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)line[i] < 0x20 || line[i] == 0x7f) {
            line[i] = '?';
        }
    }
    line[len] = '\n';
    return len + 1;
}

/*
 * One write(2) a line, so that lines of several processes on one descriptor do not mix. What cannot
 * be written is lost: there is nobody to tell.
 */
void log_line(enum log_level level, const char *file, int line, const char *event, const char *fmt,
              ...)
{
    static const char *const levels[] = {"error", "warn", "info", "debug"};
    if (level > threshold) {
        return;
    }
    const int saved = errno;
    const char *slash = strrchr(file, '/');
    char text[LINE_MAX_LEN];
    size_t len =
        write_head(text, sizeof(text), levels[level], slash ? slash + 1 : file, line, event);
    va_list args;
    va_start(args, fmt);
    const int more = vsnprintf(text + len, sizeof(text) - len, fmt, args);
    va_end(args);
    if (more > 0) {
        const size_t room = sizeof(text) - len - 1;
        len += (size_t)more < room ? (size_t)more : room;
    }
    len = write_tail(text, len);
    const ssize_t written = write(STDERR_FILENO, text, len);
    (void)written;
    errno = saved;
}

/* Can s stand after key= as it is? */
static bool is_bare(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (c <= ' ' || c >= 0x7f || c == '"' || c == '\\' || c == '=') {
            return false;
        }
    }
    return s.len > 0;
}

/* Writes a byte to out, escaped where it must be; returns what follows it. */
static char *quote_byte(char *out, char c)
{
    static const char hex[] = "0123456789abcdef";
    if (c >= ' ' && c < 0x7f && c != '"' && c != '\\') {
        *out++ = c;
        return out;
    }
    *out++ = '\\';
    if (c == '"' || c == '\\') {
        *out++ = c;
    } else if (c == '\n') {
        *out++ = 'n';
    } else {
        *out++ = 'x';
        *out++ = hex[(unsigned char)c >> 4];
        *out++ = hex[(unsigned char)c & 0xf];
    }
    return out;
}

const char *log_text(struct str s)
{
    static const char cut_mark[] = "...";
    /* Every byte as \xNN, two quotes, the mark, and the NUL. */
    static char buffers[TEXT_BUFFERS][TEXT_MAX_LEN * 4 + 2 + sizeof(cut_mark)];
    static unsigned turn;
    char *const buffer = buffers[turn++ % TEXT_BUFFERS];
    const bool cut = s.len > TEXT_MAX_LEN;
    if (cut) {
        s.len = TEXT_MAX_LEN;
    }
    char *out = buffer;
    const bool bare = is_bare(s);
    if (!bare) {
        *out++ = '"';
    }
    for (size_t i = 0; i < s.len; i++) {
        out = quote_byte(out, s.ptr[i]);
    }
    if (cut) {
        memcpy(out, cut_mark, sizeof(cut_mark) - 1);
        out += sizeof(cut_mark) - 1;
    }
    if (!bare) {
        *out++ = '"';
    }
    *out = '\0';
    return buffer;
}
