#include "serve/serve.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include "base/log.h"
#include "base/rand.h"
#include "serve/cgi.h"
#include "serve/fcgi.h"
#include "serve/loop.h"
#include "store/scripts.h"

#define BAD_USE         2 /* exit status: settings or arguments */
#define SERVER_ID_BYTES 9 /* of randomness after "snug:" */

static volatile sig_atomic_t stop;

static void on_stop(int signal UNUSED)
{
    stop = 1;
}

static const int ending[] = {SIGTERM, SIGUSR1};

/*
 * The signals that end the loop are blocked but while there is nothing to do, so that none of them
 * comes between a look at stop and the wait, and none cuts a request short.
 */
static void catch_stop(sigset_t *waiting)
{
    const struct sigaction ends = {.sa_handler = on_stop};
    sigset_t blocked;

    sigemptyset(&blocked);
    for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
        sigaddset(&blocked, ending[i]);
        sigaction(ending[i], &ends, NULL);
    }
    sigprocmask(SIG_BLOCK, &blocked, waiting);
    for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
        sigdelset(waiting, ending[i]);
    }
}

/* A process of one request has no loop to end: there the signals do what they always do. */
static void leave_stop(const sigset_t *waiting)
{
    const struct sigaction usual = {.sa_handler = SIG_DFL};
    for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
        sigaction(ending[i], &usual, NULL);
    }
    sigprocmask(SIG_SETMASK, waiting, NULL);
}

static int run(struct serve_loop *loop)
{
    /* Before libfcgi, which catches these signals itself where nobody else does. */
    sigset_t waiting;
    catch_stop(&waiting);
    const bool fcgi = serve_fcgi_is_there();

    /* After libfcgi, which does so even where they are ignored. A peer that is gone is an error of
     * a write. */
    const struct sigaction ignored = {.sa_handler = SIG_IGN};
    sigaction(SIGPIPE, &ignored, NULL);

    if (!fcgi) {
        store_scripts_set_preload(false);
        leave_stop(&waiting);
        return serve_cgi_run(loop);
    }
    serve_loop_seed(loop);
    serve_loop_done(loop);
    return serve_fcgi_run(loop, &waiting, &stop);
}

/* The arguments are ours. A web server that runs us as CGI may make some of a query string
 * (RFC 3875 section 4.4): those say nothing. */
static bool has_arguments(int argc)
{
    return argc > 1 && getenv("GATEWAY_INTERFACE") == NULL;
}

static int answer_arguments(const struct api_routes *routes, int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        config_help(stdout);
        return 0;
    }
    fprintf(stderr, "%s: the only argument is --help; settings are SNUG_ variables\n",
            routes->program);
    return BAD_USE;
}

/* A connection under a name of this process's own. */
static enum err make_store(const struct config *config, struct store_conn **out)
{
    struct arena arena;
    arena_init(&arena);
    const struct str word = rand_word(&arena, SERVER_ID_BYTES);
    const struct str id = arena_printf(&arena, "snug:%.*s", STR_FMT(word));
    const enum err err = store_conn_create(config->redis, id.ptr, (size_t)config->event_log, out);
    arena_finish(&arena);
    return err;
}

int serve_run(const struct api_routes *routes, int argc, char **argv)
{
    struct config config;
    struct store_conn *store;
    struct serve_loop loop;
    const char *why;

    if (has_arguments(argc)) {
        return answer_arguments(routes, argc, argv);
    }
    if (config_read(environ, &config, &why) != ERR_OK) {
        fprintf(stderr, "%s: %s\n", routes->program, why);
        return BAD_USE;
    }
    rand_init();
    log_init(routes->program, config.log_level);
    if (make_store(&config, &store) != ERR_OK) {
        fprintf(stderr, "%s: SNUG_REDIS is no address of a Redis.\n", routes->program);
        return BAD_USE;
    }
    serve_loop_init(&loop, routes, &config, store);
    const int status = run(&loop);
    serve_loop_finish(&loop);
    store_conn_destroy(store);
    return status;
}
