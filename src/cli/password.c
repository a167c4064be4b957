#include "cli/password.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/*
 * Signals that end or stop the command while the echo is off. They are blocked but while nothing is
 * done but wait. (Those that stop a background job which uses the terminal come before it has.)
 */
static const int ending[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP};

static volatile sig_atomic_t caught; /* one of them, or 0 */

static void on_signal(int signal)
{
    caught = signal;
}

struct str cli_password_str(const struct cli_password *password)
{
    return (struct str){password->bytes, password->len};
}

void cli_password_wipe(struct cli_password *password)
{
    explicit_bzero(password, sizeof(*password));
}

/*
 * A line, byte by byte: what follows it is not ours to take, and no buffer of stdio's keeps a copy.
 * ERR_INVALID: no line, or one too long.
 */
static enum err read_line(int fd, struct cli_password *out, const char **why)
{
    bool too_long = false;
    char byte = '\0';
    ssize_t n;
    out->len = 0;
    while ((n = read(fd, &byte, 1)) == 1 && byte != '\n') {
        if (out->len < sizeof(out->bytes)) {
            out->bytes[out->len++] = byte;
        } else {
            too_long = true;
        }
    }
    if (n < 0 || (n == 0 && out->len == 0)) {
        *why = "no password was given";
        return ERR_INVALID;
    }
    if (too_long) {
        *why = "the password is too long";
        return ERR_INVALID;
    }
    return ERR_OK;
}

static void say(int fd, struct str s)
{
    const ssize_t written = write(fd, s.ptr, s.len);
    (void)written; /* a prompt that cannot be shown changes nothing */
}

/* Lets the signals in until there is a line to read. False: one came. */
static bool wait_for_line(int tty, const sigset_t *waiting)
{
    struct pollfd fd = {.fd = tty, .events = POLLIN};
    while (ppoll(&fd, 1, NULL, waiting) < 0) {
        if (errno != EINTR || caught != 0) {
            return false;
        }
    }
    return true;
}

/* Asks once, with the echo off. ERR_UNAVAILABLE: a signal came. */
static enum err ask(int tty, const sigset_t *waiting, struct str prompt, struct str name,
                    struct cli_password *out, const char **why)
{
    struct termios before;
    *why = "the terminal cannot be told to be quiet";
    if (tcgetattr(tty, &before) != 0) {
        return ERR_INVALID;
    }
    struct termios quiet = before;
    quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
    /* What was typed ahead, with the echo on, is thrown away. */
    if (tcsetattr(tty, TCSAFLUSH, &quiet) != 0) {
        return ERR_INVALID;
    }
    say(tty, prompt);
    say(tty, name);
    say(tty, STR(": "));
    enum err err = ERR_UNAVAILABLE;
    if (wait_for_line(tty, waiting)) {
        err = read_line(tty, out, why);
    }
    say(tty, STR("\n"));
    (void)tcsetattr(tty, TCSAFLUSH, &before);
    return err;
}

/* What is asked, and of whom. */
struct question {
    struct str prompt, name;
    bool twice; /* since nobody sees what they type, and it is new */
};

static enum err ask_all(int tty, const sigset_t *waiting, const struct question *question,
                        struct cli_password *out, const char **why)
{
    struct cli_password again = {0};
    enum err err = ask(tty, waiting, question->prompt, question->name, out, why);
    if (!question->twice) {
        return err;
    }
    if (err == ERR_OK) {
        err = ask(tty, waiting, STR("Once more, for "), question->name, &again, why);
    }
    if (err == ERR_OK && !str_eq(cli_password_str(out), cli_password_str(&again))) {
        *why = "the two passwords differ";
        err = ERR_CONFLICT;
    }
    cli_password_wipe(&again);
    return err;
}

/*
 * With the signals caught. One that came is let through when the terminal is as it was; a command
 * that goes on after it asks from the start.
 */
static enum err ask_until_done(int tty, const struct question *question, struct cli_password *out,
                               const char **why)
{
    const struct sigaction catching = {.sa_handler = on_signal};
    struct sigaction usual[ARRAY_LEN(ending)];
    sigset_t blocked;
    sigset_t waiting;
    enum err err;
    sigemptyset(&blocked);
    for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
        sigaddset(&blocked, ending[i]);
    }
    do {
        caught = 0;
        sigprocmask(SIG_BLOCK, &blocked, &waiting);
        for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
            sigaction(ending[i], &catching, &usual[i]);
        }
        err = ask_all(tty, &waiting, question, out, why);
        for (size_t i = 0; i < ARRAY_LEN(ending); i++) {
            sigaction(ending[i], &usual[i], NULL);
        }
        if (caught != 0) {
            cli_password_wipe(out);
            (void)raise(caught);
        }
        sigprocmask(SIG_SETMASK, &waiting, NULL);
    } while (caught != 0);
    return err;
}

static enum err read_secret(const struct question *question, bool from_stdin,
                            struct cli_password *out, const char **why)
{
    if (from_stdin || isatty(STDIN_FILENO) == 0) {
        return read_line(STDIN_FILENO, out, why);
    }
    const int tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
    if (tty < 0) {
        *why = "there is no terminal to ask on; give the password on standard input";
        return ERR_INVALID;
    }
    const enum err err = ask_until_done(tty, question, out, why);
    close(tty);
    return err;
}

enum err cli_password_read(struct str name, bool from_stdin, struct cli_password *out,
                           const char **why)
{
    const struct question question = {STR("Password for "), name, true};
    return read_secret(&question, from_stdin, out, why);
}

enum err cli_password_known(struct str prompt, struct str name, struct cli_password *out,
                            const char **why)
{
    const struct question question = {prompt, name, false};
    return read_secret(&question, false, out, why);
}
