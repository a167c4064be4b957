#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/attr.h"
#include "base/str.h"

/*
 * One line of logfmt per event on standard error, at most 2 KiB of it:
 *     ts=2026-11-24T10:00:00.123Z level=info prog=rooms pid=12 req=ab12 event=sent at=x.c:9 room=0
 *
 * event is a literal word, unique to its place. fmt adds key=value pairs; text from outside goes
 * through log_text(), so that no line can be forged. Never a body, a token, a cookie or a password.
 * Bad input of a user is info, a broken peer warn, our own bug error.
 */

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

/* prog is a literal. Until this is called: "snug", LOG_INFO. */
void log_init(const char *prog, enum log_level level);

/* The request id of the lines that follow, up to 64 bytes, copied; none where it is empty. */
void log_request(struct str id);

/* What the macros below call; fmt begins with a space. Leaves errno as it was. */
void log_line(enum log_level level, const char *file, int line, const char *event, const char *fmt,
              ...) PRINTF_LIKE(5, 6);

/*
 * s, safe to stand after key=: quoted where it must be, quotes and all that is not printable ASCII
 * escaped, cut after 200 bytes with "..." to show it. Points into one of eight static buffers that
 * are used in turn.
 */
const char *log_text(struct str s);

/* log_info("sent", "room=%s", room), or log_info("stopped"): event and format are literals. */
#define log_error(event, ...) log_line(LOG_ERROR, __FILE__, __LINE__, event, " " __VA_ARGS__)
#define log_warn(event, ...)  log_line(LOG_WARN, __FILE__, __LINE__, event, " " __VA_ARGS__)
#define log_info(event, ...)  log_line(LOG_INFO, __FILE__, __LINE__, event, " " __VA_ARGS__)
#define log_debug(event, ...) log_line(LOG_DEBUG, __FILE__, __LINE__, event, " " __VA_ARGS__)

#endif
