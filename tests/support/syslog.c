#include "support/syslog.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include "base/attr.h"

/* Declared here, since <syslog.h> makes an inline function of it where the library is fortified. */
void syslog(int priority, const char *fmt, ...) PRINTF_LIKE(2, 3);
void __syslog_chk(int priority, int flag, const char *fmt, ...) PRINTF_LIKE(3, 4);

static char lines[64 * 1024];
static size_t len;

static void keep(int priority, const char *fmt, va_list args) PRINTF_LIKE(2, 0);

static void keep(int priority, const char *fmt, va_list args)
{
    char text[4096];
    (void)vsnprintf(text, sizeof(text), fmt, args);
    const int n = snprintf(lines + len, sizeof(lines) - len, "%d %s\n", priority, text);
    len += n > 0 && (size_t)n < sizeof(lines) - len ? (size_t)n : 0;
    lines[len] = '\0';
}

void syslog(int priority, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    keep(priority, fmt, args);
    va_end(args);
}

void __syslog_chk(int priority, int flag, const char *fmt, ...)
{
    va_list args;
    (void)flag;
    va_start(args, fmt);
    keep(priority, fmt, args);
    va_end(args);
}

const char *syslog_said(void)
{
    return lines;
}

void syslog_forget(void)
{
    len = 0;
    lines[0] = '\0';
}
