#include "cli/report.h"

#include <stdarg.h>
#include <stdio.h>

#define DETAIL_MAX 512 /* bytes; what is longer is cut */

void cli_report_begin(struct cli_report *report, struct cli_out *out)
{
    static const struct cli_column columns[] = {
        {"STATE", "state", CLI_TEXT}, {"CHECK", "name", CLI_TEXT}, {"DETAIL", "detail", CLI_TEXT}};
    *report = (struct cli_report){.out = out};
    cli_out_list(out, "checks", columns, ARRAY_LEN(columns));
}

static void say(struct cli_report *report, struct str state, const char *what, const char *fmt,
                va_list args) PRINTF_LIKE(4, 0);

static void say(struct cli_report *report, struct str state, const char *what, const char *fmt,
                va_list args)
{
    char detail[DETAIL_MAX];
    (void)vsnprintf(detail, sizeof(detail), fmt, args);
    const struct str row[] = {state, str_of(what), str_of(detail)};
    cli_out_row(report->out, row);
    report->said++;
}

void cli_report_ok(struct cli_report *report, const char *what, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(report, STR("ok"), what, fmt, args);
    va_end(args);
}

void cli_report_warn(struct cli_report *report, const char *what, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(report, STR("warn"), what, fmt, args);
    va_end(args);
}

void cli_report_fail(struct cli_report *report, const char *what, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(report, STR("fail"), what, fmt, args);
    va_end(args);
    report->failed++;
}
