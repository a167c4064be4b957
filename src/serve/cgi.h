#ifndef SERVE_CGI_H
#define SERVE_CGI_H

#include "serve/loop.h"

/* One request, plain CGI (RFC 3875): the environment and standard input, to standard output. */

/* Returns main's exit status. */
int serve_cgi_run(struct serve_loop *loop);

#endif
