#ifndef CLI_AUDIT_H
#define CLI_AUDIT_H

#include "base/attr.h"

/*
 * The audit of what is changed from the shell: a line of logfmt to syslog, facility authpriv, under
 * the events that the web programs log when an admin does the same:
 *     event=user_changed by=root uid=0 sudo=pablo whom=7 role=admin
 * by and uid are who runs the command; sudo, where sudo(8) says so, who they are otherwise. Never a
 * password, a token or a code. Where no syslog listens, the line is lost, and the command goes on.
 */

/* event is a literal; fmt adds key=value pairs, text from outside through log_text(). */
void cli_audit_say(const char *event, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
