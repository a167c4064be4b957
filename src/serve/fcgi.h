#ifndef SERVE_FCGI_H
#define SERVE_FCGI_H

#include <signal.h>
#include <stdbool.h>
#include "serve/loop.h"

/* Requests over FastCGI, on the listening socket that is descriptor 0. */

/* Is there one? */
bool serve_fcgi_is_there(void);

/*
 * Answers requests until *stop is set. waiting: the signal mask while there is nothing to do; a
 * handler that sets *stop runs then, and only then. Returns main's exit status.
 */
int serve_fcgi_run(struct serve_loop *loop, const sigset_t *waiting,
                   const volatile sig_atomic_t *stop);

#endif
