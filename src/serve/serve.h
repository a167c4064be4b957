#ifndef SERVE_SERVE_H
#define SERVE_SERVE_H

#include "api/api.h"

/*
 * The loop of a request program: FastCGI where descriptor 0 is a listening socket (FCGX_IsCGI),
 * plain CGI otherwise, from one binary. Requests are answered one after the other; several
 * processes share the socket. SIGTERM and SIGUSR1 end the loop after the request under way.
 */

/* Reads the settings, serves until told to stop; returns main's exit status. argv: --help prints
 * the settings. */
int serve_run(const struct api_routes *routes, int argc, char **argv);

#endif
