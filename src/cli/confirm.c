#include "cli/confirm.h"

#include <fcntl.h>
#include <unistd.h>

#define ANSWER_MAX 64 /* bytes that are looked at */

static void say(int tty, struct str s)
{
    const ssize_t written = write(tty, s.ptr, s.len);
    (void)written; /* who does not see the question does not type yes */
}

/* Is the line that is typed this word? */
static bool reads(int tty, struct str word)
{
    char line[ANSWER_MAX];
    const ssize_t n = read(tty, line, sizeof(line)); /* a terminal gives a line at a time */
    struct str answer = {line, n > 0 ? (size_t)n : 0};
    if (str_ends(answer, STR("\n"))) {
        answer.len--;
    } else {
        say(tty, STR("\n"));
    }
    return str_eq(str_trim(answer), word);
}

enum err cli_confirm_ask(struct cli *cli, struct str question)
{
    if (cli_args_has(cli->args, "--yes")) {
        return ERR_OK;
    }
    const int tty =
        isatty(STDIN_FILENO) != 0 ? open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC) : -1;
    if (tty < 0) {
        return cli_misused(cli, STR("There is no terminal to ask on; --yes does it unasked"));
    }
    say(tty, cli_out_shown(cli->arena, question));
    say(tty, STR(" Type yes: "));
    const bool is_meant = reads(tty, STR("yes"));
    close(tty);
    return is_meant ? ERR_OK : cli_refuse(cli, ERR_CONFLICT, STR("Nothing was done."));
}
