#ifndef SUPPORT_CHECK_H
#define SUPPORT_CHECK_H

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/attr.h"
#include "base/str.h"

/* Assertions that cmocka lacks. Each says what it saw, and where. */

/* STR() for tables of static storage. */
#define LIT(literal)                                                                               \
    {                                                                                              \
        (literal), sizeof(literal) - 1                                                             \
    }

static inline UNUSED void check_str_at(struct str s, struct str wanted, const char *file, int line)
{
    if (str_is_set(s) != str_is_set(wanted) || !str_eq(s, wanted)) {
        print_error("%s: \"%.*s\"\ninstead of \"%.*s\"\n", str_is_set(s) ? "text" : "absent",
                    STR_FMT(s), STR_FMT(wanted));
        _fail(file, line);
    }
}

/* s is the text of the literal, or of the C string; NULL stands for an absent str. */
#define check_str(s, cstr) check_str_at((s), str_of(cstr), __FILE__, __LINE__)

/* The same with a struct str. */
#define check_eq(s, wanted) check_str_at((s), (wanted), __FILE__, __LINE__)

/* Row i of a table did not come out; what says which row. */
#define check_row(good, what)                                                                      \
    do {                                                                                           \
        if (!(good)) {                                                                             \
            print_error("row \"%.*s\": %s\n", STR_FMT(what), #good);                               \
            _fail(__FILE__, __LINE__);                                                             \
        }                                                                                          \
    } while (0)

/* The function ends its process by abort(). */
static inline UNUSED void check_dies(void (*function)(void))
{
    const pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        (void)close(STDERR_FILENO);
        (void)signal(SIGABRT, SIG_DFL);
        function();
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

#endif
