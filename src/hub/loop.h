#ifndef HUB_LOOP_H
#define HUB_LOOP_H

/* libev, for this folder only, with the complaints of its macros kept out of our warnings. */
#pragma GCC system_header
#include <ev.h>

#endif
