#include "serve/serve.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "base/clock.h"
#include "support/check.h"

/* A program as a web server meets it: a process with a listening socket, and signals. */

#define WAIT_MS  10000
#define PROGRAMS 3

/* FastCGI records (specification, section 3.3), of a request for /messages/0 of nobody. */
#define BEGIN "\1\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0"
#define PARAMS                                                                                     \
    "\1\4\0\1\0\x48\0\0"                                                                           \
    "\13\15SCRIPT_NAME/api/messages"                                                               \
    "\11\2PATH_INFO/0"                                                                             \
    "\16\3REQUEST_METHODGET"                                                                       \
    "\14\0QUERY_STRING"                                                                            \
    "\1\4\0\1\0\0\0\0"
#define INPUT "\1\5\0\1\0\0\0\0"

/* A listening socket in the abstract namespace, named by the kernel: nothing to remove. */
struct server {
    int listener;
    struct sockaddr_un address;
    socklen_t address_len;
    pid_t pids[PROGRAMS];
};

static int begin(void **state)
{
    static struct server server;
    server =
        (struct server){.address = {.sun_family = AF_UNIX}, .address_len = sizeof(server.address)};
    server.listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(server.listener >= 0);
    assert_int_equal(bind(server.listener, (struct sockaddr *)&server.address, sizeof(sa_family_t)),
                     0);
    assert_int_equal(listen(server.listener, 64), 0);
    assert_int_equal(
        getsockname(server.listener, (struct sockaddr *)&server.address, &server.address_len), 0);
    *state = &server;
    return 0;
}

static int end(void **state)
{
    struct server *s = *state;
    close(s->listener);
    for (size_t i = 0; i < PROGRAMS; i++) {
        if (s->pids[i] > 0) {
            kill(s->pids[i], SIGKILL);
            waitpid(s->pids[i], NULL, 0);
        }
    }
    return 0;
}

/* Starts a program with fd as its standard input. */
static pid_t start(int fd, int argc, char **argv)
{
    const pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        dup2(fd, STDIN_FILENO);
        dup2(open("/dev/null", O_WRONLY), STDOUT_FILENO);
        dup2(STDOUT_FILENO, STDERR_FILENO);
        exit(serve_run(&api_routes_messages, argc, argv));
    }
    return pid;
}

/* Does the process have a handler for SIGTERM? */
static bool catches_sigterm(pid_t pid)
{
    char path[64];
    char text[4096];
    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    const ssize_t len = read(fd, text, sizeof(text) - 1);
    assert_true(len > 0);
    close(fd);
    text[len] = '\0';
    const char *mask = strstr(text, "SigCgt:");
    return mask != NULL && (strtoull(mask + 7, NULL, 16) >> (SIGTERM - 1) & 1) == 1;
}

/* Starts a program on the socket, and waits until a signal would not kill it at once. */
static pid_t start_server(const struct server *s)
{
    const int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    const pid_t pid = start(s->listener, 1, (char *[]){(char[]){"messages"}, NULL});
    while (!catches_sigterm(pid)) {
        assert_true(clock_mono_ms() < deadline_ms);
        usleep(1000);
    }
    return pid;
}

static int dial(const struct server *s)
{
    const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_true(fd >= 0);
    assert_int_equal(connect(fd, (const struct sockaddr *)&s->address, s->address_len), 0);
    return fd;
}

static void say(int fd, struct str bytes)
{
    assert_int_equal(send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL), bytes.len);
}

/* Waits until all that was said has been read by the other side. */
static void await_read(int fd)
{
    const int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    int unread = 1;
    while (unread > 0) {
        assert_true(clock_mono_ms() < deadline_ms);
        assert_int_equal(ioctl(fd, SIOCOUTQ, &unread), 0);
        usleep(1000);
    }
}

/* Reads to the end, and leaves fd open: was it the answer to our request? */
static bool has_answer(int fd)
{
    char bytes[4096];
    size_t len = 0;
    ssize_t n = 1;
    while (n > 0 && len < sizeof(bytes)) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        assert_int_equal(poll(&wait, 1, WAIT_MS), 1);
        n = read(fd, bytes + len, sizeof(bytes) - len);
        len += n > 0 ? (size_t)n : 0;
    }
    return memmem(bytes, len, "Status: 401 Unauthorized\r\n", 26) != NULL;
}

static bool is_answered(int fd)
{
    const bool answered = has_answer(fd);
    close(fd);
    return answered;
}

static bool ask(const struct server *s)
{
    const int fd = dial(s);
    say(fd, STR(BEGIN PARAMS INPUT));
    return is_answered(fd);
}

/* The exit status of a program that ends by itself; 256 for one that does not. */
static int exit_status(pid_t *pid)
{
    const int64_t deadline_ms = clock_mono_ms() + WAIT_MS;
    int status = 0;
    while (waitpid(*pid, &status, WNOHANG) == 0) {
        if (clock_mono_ms() >= deadline_ms) {
            return 256;
        }
        usleep(1000);
    }
    *pid = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 256;
}

static void it_answers_until_it_is_told_to_stop(void **state)
{
    struct server *s = *state;
    const int signals[] = {SIGTERM, SIGUSR1};
    for (size_t i = 0; i < ARRAY_LEN(signals); i++) {
        s->pids[0] = start_server(s);
        for (int n = 0; n < 3; n++) {
            assert_true(ask(s));
        }
        kill(s->pids[0], signals[i]);
        assert_int_equal(exit_status(&s->pids[0]), 0);
    }
}

/* All wake for a connection and one gets it; the others must not be stuck waiting for the next. */
static void many_share_a_socket_and_all_stop(void **state)
{
    struct server *s = *state;
    for (size_t i = 0; i < PROGRAMS; i++) {
        s->pids[i] = start_server(s);
    }
    for (int n = 0; n < 50; n++) {
        assert_true(ask(s));
    }
    for (size_t i = 0; i < PROGRAMS; i++) {
        kill(s->pids[i], SIGTERM);
    }
    for (size_t i = 0; i < PROGRAMS; i++) {
        assert_int_equal(exit_status(&s->pids[i]), 0);
    }
}

static void a_request_under_way_is_answered_first(void **state)
{
    struct server *s = *state;
    s->pids[0] = start_server(s);
    const int fd = dial(s);
    say(fd, STR(BEGIN));
    await_read(fd);
    kill(s->pids[0], SIGTERM);
    say(fd, STR(PARAMS INPUT));
    assert_true(is_answered(fd));
    assert_int_equal(exit_status(&s->pids[0]), 0);
}

/* The socket is the web server's: what comes while nobody serves waits for the next. */
static void a_request_waits_for_the_next_program(void **state)
{
    struct server *s = *state;
    s->pids[0] = start_server(s);
    assert_true(ask(s));
    kill(s->pids[0], SIGTERM);
    assert_int_equal(exit_status(&s->pids[0]), 0);
    const int fd = dial(s);
    say(fd, STR(BEGIN PARAMS INPUT));
    s->pids[0] = start_server(s);
    assert_true(is_answered(fd));
}

/* A program that waits until the web server has closed serves nobody meanwhile. */
static void an_answer_is_the_end(void **state)
{
    struct server *s = *state;
    s->pids[0] = start_server(s);
    const int fd = dial(s);
    say(fd, STR(BEGIN PARAMS INPUT));
    assert_true(has_answer(fd));
    assert_int_equal(send(fd, "x", 1, MSG_NOSIGNAL), -1);
    assert_int_equal(errno, EPIPE);
    close(fd);
}

static void a_peer_that_leaves_or_talks_nonsense_is_no_harm(void **state)
{
    struct server *s = *state;
    s->pids[0] = start_server(s);
    const struct str nonsense[] = {STR(""),
                                   STR(BEGIN),
                                   STR("GET / HTTP/1.0\r\n\r\n"),
                                   STR("\x7f\1\0\1\0\10\0\0\0\1\0\0\0\0\0\0"),
                                   STR(BEGIN "\1\4\0\1\0\4\0\0\377\377\377\377"),
                                   STR(BEGIN PARAMS INPUT)};
    for (size_t i = 0; i < ARRAY_LEN(nonsense); i++) {
        const int fd = dial(s);
        say(fd, nonsense[i]);
        close(fd);
        assert_true(ask(s));
    }
    kill(s->pids[0], SIGTERM);
    assert_int_equal(exit_status(&s->pids[0]), 0);
}

/* The exit status with these arguments, without a socket. */
static int run(char *argument)
{
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    char *argv[] = {(char[]){"messages"}, argument, NULL};
    pid_t pid = start(fd, argument != NULL ? 2 : 1, argv);
    close(fd);
    return exit_status(&pid);
}

static void arguments_and_settings_are_checked(void **state)
{
    assert_int_equal(run((char[]){"--help"}), 0);
    assert_int_equal(run((char[]){"--verbose"}), 2);
    assert_int_equal(run(NULL), 0);
    setenv("SNUG_REDIS", "redis://host:port", 1);
    assert_int_equal(run(NULL), 2);
    setenv("SNUG_REDIS", "rediss://host", 1);
    assert_int_equal(run(NULL), 2);
    assert_int_equal(run((char[]){"--help"}), 0);

    /* A web server may pass words of a query as arguments: they are not ours. */
    unsetenv("SNUG_REDIS");
    setenv("GATEWAY_INTERFACE", "CGI/1.1", 1);
    assert_int_equal(run((char[]){"--verbose"}), 0);
    unsetenv("GATEWAY_INTERFACE");
    (void)state;
}

int main(void)
{
    setenv("SNUG_CONFIG", "/dev/null", 1);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(it_answers_until_it_is_told_to_stop, begin, end),
        cmocka_unit_test_setup_teardown(an_answer_is_the_end, begin, end),
        cmocka_unit_test_setup_teardown(many_share_a_socket_and_all_stop, begin, end),
        cmocka_unit_test_setup_teardown(a_request_under_way_is_answered_first, begin, end),
        cmocka_unit_test_setup_teardown(a_request_waits_for_the_next_program, begin, end),
        cmocka_unit_test_setup_teardown(a_peer_that_leaves_or_talks_nonsense_is_no_harm, begin,
                                        end),
        cmocka_unit_test(arguments_and_settings_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
