#ifndef COURIER_COURIER_H
#define COURIER_COURIER_H

/*
 * The hooks program: carries what is said to bots to their addresses (store/outbox.h). It runs
 * beside the others, one of it or several, reads no requests, and has nothing to lose: SIGTERM ends
 * it, and what was under way then is delivered again. A receiver that is slow, broken or hostile
 * costs its own deliveries and one of COURIER_AT_ONCE places for COURIER_SEND_S at most.
 *
 * The web server may start it like the other programs (bin-path); the listening socket that it then
 * has as descriptor 0 is left alone.
 */

#define COURIER_AT_ONCE 64  /* deliveries under way, of as many bots */
#define COURIER_POLL_MS 250 /* how long a message waits before it is seen, at most */

/* Reads the settings, works until it is told to stop; returns main's exit status. argv: --help
 * prints the settings. */
int courier_run(int argc, char **argv);

#endif
