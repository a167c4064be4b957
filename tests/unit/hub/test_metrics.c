#include "hub/metrics.h"

#include <regex.h>
#include <stdio.h>
#include "support/check.h"

/* Every number is another one, so that none can stand where another belongs. */
static const struct hub_stats stats = {
    .connections = 101,
    .streams = 102,
    .opened = 104,
    .ended = {[HUB_END_CLOSED] = 201, [HUB_END_SLOW] = 202, [HUB_END_STOPPING] = 203},
    .pauses = 103,
    .refused = 105,
    .events = 106,
    .dropped = 107,
    .stale = 108,
    .adopted = 109,
    .gathered = 110,
    .deliveries = 111,
    .bytes = 18446744073709551615u,
    .writes = 113,
    .bad_peers = 114,
    .gaps = 115,
    .replayed_ring = 116,
    .replayed_log = 117,
    .resets = 118,
    .deaf = 119,
    .reconnects = 120,
    .removed = 121,
};

static const struct store_memory memory = {.used = 401, .max = 402};

static const struct hub_metrics now = {
    .stats = &stats,
    .is_healthy = true,
    .users = 301,
    .behind = 302,
    .queued = 303,
    .max_streams = 8000,
    .probe_ms = 4007,
    .lag_ms = 35,
    .memory = &memory,
    .memory_level = STORE_MEMORY_NEARLY_FULL,
};

static struct arena arena;
static struct str text;

static int begin(void **state)
{
    struct buf out;
    (void)state;
    arena_init(&arena);
    buf_init(&out, &arena, 16 * 1024);
    hub_metrics_write(&now, &out);
    assert_int_equal(buf_err(&out), ERR_OK);
    text = buf_str(&out);
    return 0;
}

static int end(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

static void says_every_number(void **state)
{
    (void)state;
    static const char *const lines[] = {
        "snug_healthy 1",
        "snug_connections 101",
        "snug_streams 102",
        "snug_streams_max 8000",
        "snug_streams_behind 302",
        "snug_users_online 301",
        "snug_queue_bytes 303",
        "snug_redis_memory_bytes 401",
        "snug_redis_memory_max_bytes 402",
        "snug_redis_memory_level 1",
        "snug_probe_age_seconds 4.007",
        "snug_loop_lag_seconds 0.035",
        "snug_streams_opened_total 104",
        "snug_streams_ended_total{reason=\"closed\"} 201",
        "snug_streams_ended_total{reason=\"slow\"} 202",
        "snug_streams_ended_total{reason=\"stopping\"} 203",
        "snug_streams_ended_total{reason=\"logout\"} 0",
        "snug_streams_refused_total 105",
        "snug_accept_pauses_total 103",
        "snug_resets_total 118",
        "snug_replayed_events_total{from=\"ring\"} 116",
        "snug_replayed_events_total{from=\"log\"} 117",
        "snug_deliveries_total 111",
        "snug_written_bytes_total 18446744073709551615",
        "snug_writes_total 113",
        "snug_bad_peers_total 114",
        "snug_events_total 106",
        "snug_events_dropped_total 107",
        "snug_events_stale_total 108",
        "snug_event_gaps_total 115",
        "snug_adoptions_total 109",
        "snug_presence_gathered_total 110",
        "snug_messages_removed_total 121",
        "snug_redis_reconnects_total 120",
        "snug_deaf_subscriptions_total 119",
    };
    for (size_t i = 0; i < ARRAY_LEN(lines); i++) {
        char wanted[128];
        (void)snprintf(wanted, sizeof(wanted), "\n%s\n", lines[i]);
        if (strstr(text.ptr, wanted) == NULL) {
            fail_msg("no line %s in\n%.*s", lines[i], STR_FMT(text));
        }
    }
}

static bool matches(const char *pattern, struct str line)
{
    regex_t regex;
    char copy[256];
    (void)snprintf(copy, sizeof(copy), "%.*s", STR_FMT(line));
    assert_int_equal(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    const bool fits = regexec(&regex, copy, 0, NULL, 0) == 0;
    regfree(&regex);
    return fits;
}

/* Each metric once: its help, its type, its samples; counters and nothing else end in _total. */
static void keeps_to_the_format(void **state)
{
    (void)state;
    struct str rest = text, line;
    char name[64] = "", pattern[256], seen[4096] = " ";
    unsigned samples = 1;
    assert_true(str_ends(rest, STR("\n")));
    rest.len--;
    while (str_split(&rest, '\n', &line)) {
        if (str_starts(line, STR("# HELP "))) {
            assert_true(samples > 0);
            samples = 0;
            assert_int_equal(sscanf(line.ptr, "# HELP %63[a-z_] ", name), 1);
            assert_true(matches("^# HELP snug_[a-z_]+ [^\\\\]+[.?]$", line));
            (void)snprintf(pattern, sizeof(pattern), " %s ", name);
            assert_null(strstr(seen, pattern));
            (void)strncat(seen, pattern + 1, sizeof(seen) - strlen(seen) - 1);
            assert_true(str_split(&rest, '\n', &line));
            const bool counts = str_ends(str_of(name), STR("_total"));
            (void)snprintf(pattern, sizeof(pattern), "^# TYPE %s %s$", name,
                           counts ? "counter" : "gauge");
        } else {
            samples++;
            (void)snprintf(pattern, sizeof(pattern),
                           "^%s(\\{[a-z]+=\"[a-z]+\"\\})? [0-9]+(\\.[0-9]+)?$", name);
        }
        if (!matches(pattern, line)) {
            fail_msg("%.*s is not %s", STR_FMT(line), pattern);
        }
    }
    assert_true(samples > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(says_every_number),
        cmocka_unit_test(keeps_to_the_format),
    };
    return cmocka_run_group_tests_name("hub/metrics", tests, begin, end);
}
