#ifndef HUB_HUB_H
#define HUB_HUB_H

/*
 * The events program: one process that holds every open stream, on descriptor 0. Owns everything
 * else in this folder; all that the hub decides can be read in hub.c.
 */

/* Reads the settings, serves until SIGTERM or SIGINT; returns main's exit status. argv: --help
 * prints the settings. */
int hub_run(int argc, char **argv);

#endif
