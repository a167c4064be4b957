#include "cli/audit.h"

#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "base/log.h"
/* Takes the names of log levels, of which none is used here. */
#include <syslog.h>

#define PAIRS_MAX 1024 /* bytes; what is longer is cut */

void cli_audit_say(const char *event, const char *fmt, ...)
{
    char pairs[PAIRS_MAX];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(pairs, sizeof(pairs), fmt, args);
    va_end(args);
    const uid_t uid = getuid();
    const struct passwd *account = getpwuid(uid);
    const char *sudo = getenv("SUDO_USER");
    openlog("snug", LOG_PID, LOG_AUTHPRIV);
    syslog(LOG_AUTHPRIV | LOG_NOTICE, "event=%s by=%s uid=%lu%s%s %s", event,
           account != NULL ? log_text(str_of(account->pw_name)) : "-", (unsigned long)uid,
           sudo != NULL ? " sudo=" : "", sudo != NULL ? log_text(str_of(sudo)) : "", pairs);
    closelog();
}
