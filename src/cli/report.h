#ifndef CLI_REPORT_H
#define CLI_REPORT_H

#include "base/attr.h"
#include "cli/out.h"

/* What `snug check` has found: a line each, ok, warn or fail; of the latter two, what to do. */

struct cli_report {
    struct cli_out *out;
    unsigned said, failed;
};

void cli_report_begin(struct cli_report *report, struct cli_out *out);

/* what is a word, the same in every run. */
void cli_report_ok(struct cli_report *report, const char *what, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void cli_report_warn(struct cli_report *report, const char *what, const char *fmt, ...)
    PRINTF_LIKE(3, 4);
void cli_report_fail(struct cli_report *report, const char *what, const char *fmt, ...)
    PRINTF_LIKE(3, 4);

#endif
