#ifndef LOAD_REPORT_H
#define LOAD_REPORT_H

#include <stdbool.h>
#include <stdio.h>
#include "load/state.h"
#include "load/stream.h"
#include "load/watch.h"

/* Writes the JSON object of usage.txt. True: the run was good. */
bool load_report(const struct load *load, const struct load_stream *streams,
                 const struct load_watch *watch, FILE *out);

#endif
