#include "base/log.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>
#include "base/clock.h"
#include "support/check.h"

/* Standard error is a socket that keeps writes apart, so that one line is seen to be one write. */
static int ends[2], real_stderr;
static char received[8192];

static int setup(void **state)
{
    (void)state;
    clock_set(1795514400123, 0);
    real_stderr = dup(STDERR_FILENO);
    return real_stderr < 0 || socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0 ||
           dup2(ends[1], STDERR_FILENO) < 0;
}

static int teardown(void **state)
{
    (void)state;
    (void)dup2(real_stderr, STDERR_FILENO);
    (void)close(real_stderr);
    (void)close(ends[0]);
    (void)close(ends[1]);
    log_init("snug", LOG_INFO);
    log_request(STR_NONE);
    clock_set(-1, -1);
    return 0;
}

/* The next write to standard error; absent where there was none. */
static struct str next_write(void)
{
    const ssize_t n = recv(ends[0], received, sizeof(received), MSG_DONTWAIT);
    return n < 0 ? STR_NONE : (struct str){received, (size_t)n};
}

/* The next line is this level's, with this between the process and the end. */
static void check_line(const char *prog, const char *level, const char *rest)
{
    char wanted[4096];
    (void)snprintf(wanted, sizeof(wanted),
                   "ts=2026-11-24T10:00:00.123Z level=%s prog=%s pid=%d%s\n", level, prog,
                   (int)getpid(), rest);
    check_str(next_write(), wanted);
}

static void one_line_an_event(void **state)
{
    (void)state;
    log_line(LOG_INFO, "src/a/x.c", 9, "sent", " room=%d user=%s", 0, "7");
    check_line("snug", "info", " event=sent at=x.c:9 room=0 user=7");
    log_line(LOG_ERROR, "x.c", 10, "broken", " why=%s", "bug");
    check_line("snug", "error", " event=broken at=x.c:10 why=bug");
    assert_false(str_is_set(next_write()));
}

static void macros(void **state)
{
    (void)state;
    log_init("rooms", LOG_DEBUG);
    char wanted[64];
    const int line = __LINE__ + 1;
    log_error("a", "n=%d", 1);
    log_warn("b", "n=%d", 2);
    log_info("c", "n=%d", 3);
    log_debug("d");
    static const char *const levels[] = {"error", "warn", "info"};
    for (int i = 0; i < 3; i++) {
        (void)snprintf(wanted, sizeof(wanted), " event=%c at=test_log.c:%d n=%d", 'a' + i, line + i,
                       i + 1);
        check_line("rooms", levels[i], wanted);
    }
    (void)snprintf(wanted, sizeof(wanted), " event=d at=test_log.c:%d", line + 3);
    check_line("rooms", "debug", wanted);
}

static void levels_above_the_threshold_are_silent(void **state)
{
    (void)state;
    for (int threshold = LOG_ERROR; threshold <= LOG_DEBUG; threshold++) {
        log_init("p", (enum log_level)threshold);
        for (int level = LOG_ERROR; level <= LOG_DEBUG; level++) {
            log_line((enum log_level)level, "x.c", 1, "e", " ");
            assert_int_equal(str_is_set(next_write()), level <= threshold);
        }
    }
}

static void requests(void **state)
{
    (void)state;
    char id[] = "ab12";
    log_request(str_of(id));
    id[0] = '?';
    log_line(LOG_INFO, "x.c", 1, "e", " ");
    check_line("snug", "info", " req=ab12 event=e at=x.c:1");
    log_request(STR("a b\n"));
    log_line(LOG_INFO, "x.c", 1, "e", " ");
    check_line("snug", "info", " req=\"a b\\n\" event=e at=x.c:1");
    log_request(STR(""));
    log_line(LOG_INFO, "x.c", 1, "e", " ");
    check_line("snug", "info", " event=e at=x.c:1");
    log_request(STR("x"));
    log_request(STR_NONE);
    log_line(LOG_INFO, "x.c", 1, "e", " ");
    check_line("snug", "info", " event=e at=x.c:1");
}

static void request_ids_are_cut(void **state)
{
    (void)state;
    char id[100], rest[400];
    memset(id, 'i', sizeof(id));
    log_request((struct str){id, sizeof(id)});
    log_line(LOG_INFO, "x.c", 1, "e", " ");
    (void)snprintf(rest, sizeof(rest), " req=%.64s event=e at=x.c:1", id);
    check_line("snug", "info", rest);
    memset(id, '\x01', sizeof(id)); /* each takes four bytes when it is quoted */
    log_request((struct str){id, sizeof(id)});
    log_line(LOG_INFO, "x.c", 1, "e", " ");
    const struct str line = next_write();
    const struct str end = STR("\\x01\" event=e at=x.c:1\n");
    assert_true(str_ends(line, end));
}

static void no_line_can_be_forged(void **state)
{
    (void)state;
    log_line(LOG_INFO, "x.c", 1, "e", " a=%s", "1\nts=forged\r\x1b[31m\x7f");
    check_line("snug", "info", " event=e at=x.c:1 a=1?ts=forged??[31m?");
}

static void long_lines_are_cut(void **state)
{
    (void)state;
    static char text[5000];
    memset(text, 't', sizeof(text) - 1);
    log_line(LOG_INFO, "x.c", 1, "e", " a=%s", text);
    const struct str line = next_write();
    assert_int_equal(line.len, 2048);
    assert_ptr_equal(memchr(line.ptr, '\n', line.len), line.ptr + line.len - 1);
    assert_false(str_is_set(next_write()));
}

static void errno_stays(void **state)
{
    (void)state;
    errno = ENOSPC;
    log_line(LOG_INFO, "x.c", 1, "e", " a=%d", 1);
    (void)close(STDERR_FILENO);
    log_line(LOG_INFO, "x.c", 1, "e", " a=%d", 2);
    assert_int_equal(errno, ENOSPC);
}

static void quoted_text(void **state)
{
    (void)state;
    static const struct {
        struct str s;
        const char *text;
    } rows[] = {
        {LIT("plain-text_1.2:/~@"), "plain-text_1.2:/~@"},
        {LIT(""), "\"\""},
        {{NULL, 0}, "\"\""},
        {LIT("two words"), "\"two words\""},
        {LIT("a=b"), "\"a=b\""},
        {LIT("a\"b\\c"), "\"a\\\"b\\\\c\""},
        {LIT("a\nb"), "\"a\\nb\""},
        {LIT("a\0b\r\t\x1b\x7f"), "\"a\\x00b\\x0d\\x09\\x1b\\x7f\""},
        {LIT("\xc3\xa4\xff"), "\"\\xc3\\xa4\\xff\""},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        assert_string_equal(log_text(rows[i].s), rows[i].text);
    }
}

static void text_is_cut(void **state)
{
    (void)state;
    char text[300], wanted[1000];
    memset(text, 'a', sizeof(text));
    (void)snprintf(wanted, sizeof(wanted), "%.200s", text);
    assert_string_equal(log_text((struct str){text, 200}), wanted);
    (void)snprintf(wanted, sizeof(wanted), "%.200s...", text);
    assert_string_equal(log_text((struct str){text, 201}), wanted);
    memset(text, '\xff', sizeof(text));
    const char *worst = log_text((struct str){text, sizeof(text)});
    assert_int_equal(strlen(worst), 200 * 4 + 3 + 2);
    assert_true(str_ends(str_of(worst), STR("\\xff...\"")));
}

/* Eight texts stand side by side in one line, a request's id notwithstanding. */
static void eight_texts_in_a_line(void **state)
{
    (void)state;
    log_request(STR("r"));
    log_line(LOG_INFO, "x.c", 1, "e", " %s %s %s %s %s %s %s %s", log_text(STR("1")),
             log_text(STR("2")), log_text(STR("3")), log_text(STR("4")), log_text(STR("5")),
             log_text(STR("6")), log_text(STR("7")), log_text(STR("8")));
    check_line("snug", "info", " req=r event=e at=x.c:1 1 2 3 4 5 6 7 8");
}

#define captured(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        captured(one_line_an_event),
        captured(macros),
        captured(levels_above_the_threshold_are_silent),
        captured(requests),
        captured(request_ids_are_cut),
        captured(no_line_can_be_forged),
        captured(long_lines_are_cut),
        captured(errno_stays),
        cmocka_unit_test(quoted_text),
        cmocka_unit_test(text_is_cut),
        captured(eight_texts_in_a_line),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
