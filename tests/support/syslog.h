#ifndef TESTS_SUPPORT_SYSLOG_H
#define TESTS_SUPPORT_SYSLOG_H

/* Stands in for syslog(3) in a test program that calls these: what was said is kept. */

/* All lines since the last syslog_forget(), each "PRIORITY text\n"; of more than 64 KiB the first.
 */
const char *syslog_said(void);

void syslog_forget(void);

#endif
