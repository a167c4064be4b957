#include "load/report.h"

#include <inttypes.h>
#include "base/buf.h"

#define REPORT_MAX ((size_t)64 * 1024)

static void add_hist(struct buf *out, const char *name, const struct load_hist *hist)
{
    buf_printf(out, "\"%s\":{\"count\":%" PRIu64 ",\"p50_ms\":%.3f,\"p95_ms\":%.3f,", name,
               hist->count, load_hist_ms(hist, 0.5), load_hist_ms(hist, 0.95));
    buf_printf(out, "\"p99_ms\":%.3f,\"max_ms\":%.3f}", load_hist_ms(hist, 0.99),
               (double)hist->max_us / 1000.0);
}

static void add_statuses(struct buf *out, const uint64_t statuses[LOAD_STATUSES])
{
    const char *comma = "";
    buf_add_cstr(out, "\"statuses\":{");
    for (unsigned i = 0; i < LOAD_STATUSES; i++) {
        if (statuses[i] > 0) {
            buf_printf(out, "%s\"%u\":%" PRIu64, comma, i, statuses[i]);
            comma = ",";
        }
    }
    buf_add_cstr(out, "}");
}

static void add_streams(struct buf *out, const struct load *load, uint64_t unknown_fields)
{
    const struct load_stats *s = &load->stats;
    const double up_ms = s->up > 0 ? (double)(s->up_ns - load->began_ns) / 1e6 : 0;
    buf_printf(out, "\"streams\":{\"wanted\":%" PRIu64 ",\"up\":%zu,\"up_ms\":%.1f,",
               load->options.streams, s->up, up_ms);
    add_statuses(out, s->statuses);
    buf_printf(out, ",\"connect_errors\":%" PRIu64 ",\"protocol_errors\":%" PRIu64,
               s->connect_errors, s->protocol_errors);
    buf_printf(out, ",\"bad_types\":%" PRIu64 ",\"unknown_fields\":%" PRIu64 "},\n", s->bad_types,
               unknown_fields);
}

static void add_ends(struct buf *out, const struct load_stats *s)
{
    buf_printf(out, "\"ends\":{\"eof\":%" PRIu64 ",\"reset\":%" PRIu64, s->eof, s->reset);
    buf_printf(out, ",\"planned\":%" PRIu64 ",\"dropped\":%" PRIu64 ",\"bye\":{", s->planned,
               s->dropped);
    for (size_t i = 0; i < LOAD_REASONS && s->reasons[i].count > 0; i++) {
        buf_add_cstr(out, i > 0 ? "," : "");
        buf_add_json(out, str_of(s->reasons[i].text));
        buf_printf(out, ":%" PRIu64, s->reasons[i].count);
    }
    buf_printf(out, "},\"per_100ms_max\":%" PRIu64 "},\n", s->slice_most);
    add_hist(out, "back", &s->back);
    if (s->retry_min <= s->retry_max) {
        buf_printf(out, ",\n\"retry\":{\"min_ms\":%" PRIu64 ",\"max_ms\":%" PRIu64 "},\n",
                   s->retry_min, s->retry_max);
    } else {
        buf_add_cstr(out, ",\n\"retry\":{\"min_ms\":null,\"max_ms\":null},\n");
    }
}

static void add_messages(struct buf *out, const struct load *load)
{
    const struct load_ledger *l = &load->ledger;
    buf_printf(out, "\"messages\":{\"wanted\":%zu,\"begun\":%zu,\"acknowledged\":%zu,", l->wanted,
               l->begun, l->acked);
    buf_printf(out, "\"unacknowledged\":%zu,", l->begun - l->acked);
    add_statuses(out, load->posts.statuses);
    buf_printf(out, ",\"errors\":%" PRIu64 ",\"repeats\":%" PRIu64 ",\"wrong_ids\":%" PRIu64 ",",
               load->posts.errors, load->posts.repeats, l->wrong_ids);
    add_hist(out, "ack", &l->ack);
    buf_add_cstr(out, "},\n");
}

static void add_check(struct buf *out, const struct load_ledger *l, uint64_t expected,
                      uint64_t missing)
{
    const struct {
        const char *name;
        uint64_t n;
    } numbers[] = {
        {"expected", expected},
        {"received", l->received},
        {"missing", missing},
        {"excused", l->excused},
        {"out_of_order", l->out_of_order},
        {"duplicates_raw", l->duplicates_raw},
        {"duplicates", l->duplicates},
        {"foreign", l->foreign},
        {"others", l->others},
        {"bad_ids", l->bad_ids},
        {"holes", l->holes},
        {"resets", l->resets},
        {"events", l->events},
    };
    buf_add_cstr(out, "\"check\":{");
    for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
        buf_printf(out, "%s\"%s\":%" PRIu64, i > 0 ? "," : "", numbers[i].name, numbers[i].n);
    }
    buf_add_cstr(out, "},\n");
}

static void add_rate(struct buf *out, const struct load *load)
{
    const struct load_ledger *l = &load->ledger;
    const double seconds = (double)(l->last_ns - l->first_ns) / 1e9;
    const double n = (double)l->latency.count;
    struct load_hist last;
    load_ledger_last(l, &last);
    add_hist(out, "latency", &l->latency);
    buf_add_cstr(out, ",\n");
    add_hist(out, "last_receiver", &last);
    buf_printf(out, ",\n\"rate\":{\"deliveries\":%.0f,\"seconds\":%.3f,\"per_second\":%.0f,", n,
               seconds, seconds > 0 ? n / seconds : 0);
    buf_printf(out, "\"reads_per_delivery\":%.3f},\n", n > 0 ? (double)load->stats.reads / n : 0);
}

static void add_three(struct buf *out, const char *name, const struct load_watch_look *looks,
                      size_t at)
{
    buf_printf(out, ",\"%s\":[", name);
    for (size_t i = 0; i < LOAD_WATCH__MAX; i++) {
        const uint64_t *n = (const uint64_t *)(const void *)((const char *)&looks[i] + at);
        buf_printf(out, "%s%" PRIu64, i > 0 ? "," : "", *n);
    }
    buf_add_cstr(out, "]");
}

static void add_watches(struct buf *out, const struct load *load, const struct load_watch *watch)
{
    const struct load_options *o = &load->options;
    const double n = (double)load->ledger.latency.count;
    buf_add_cstr(out, "\"watch\":{");
    for (size_t i = 0; i < o->nwatches; i++) {
        const double cpu_s = load_watch_cpu_s(watch, i);
        buf_add_cstr(out, i > 0 ? ",\n" : "");
        buf_add_json(out, str_of(o->watches[i].name));
        buf_printf(out, ":{\"cpu_s\":%.2f,\"cpu_us_per_delivery\":%.3f", cpu_s,
                   n > 0 ? cpu_s * 1e6 / n : 0);
        add_three(out, "pss_kib", watch->processes[i], offsetof(struct load_watch_look, pss_kib));
        add_three(out, "rss_kib", watch->processes[i], offsetof(struct load_watch_look, rss_kib));
        add_three(out, "fds", watch->processes[i], offsetof(struct load_watch_look, fds));
        buf_add_cstr(out, "}");
    }
    buf_printf(out,
               "},\n\"machine\":{\"load_cpu_s\":%.2f,\"others_cpu_s\":%.2f,\"seconds\":%.2f},\n",
               watch->own_cpu_s[LOAD_WATCH_END] - watch->own_cpu_s[LOAD_WATCH_UP],
               load_watch_others_s(watch, o->nwatches),
               (double)(watch->at_ns[LOAD_WATCH_END] - watch->at_ns[LOAD_WATCH_UP]) / 1e9);
}

/* Answers to streams that were not 200. */
static uint64_t refusals(const struct load_stats *s)
{
    uint64_t n = 0;
    for (unsigned i = 0; i < LOAD_STATUSES; i++) {
        n += i != 200 ? s->statuses[i] : 0;
    }
    return n;
}

static bool is_good(const struct load *load, uint64_t missing, uint64_t unknown_fields)
{
    const struct load_ledger *l = &load->ledger;
    const struct load_stats *s = &load->stats;
    const uint64_t bad = missing + l->out_of_order + l->duplicates + l->foreign + l->bad_ids +
                         l->wrong_ids + (l->begun - l->acked) + refusals(s) + s->protocol_errors +
                         s->bad_types + unknown_fields;
    return bad == 0 && !load->is_cut && s->up == load->options.streams;
}

bool load_report(const struct load *load, const struct load_stream *streams,
                 const struct load_watch *watch, FILE *file)
{
    struct buf out;
    uint64_t expected = 0;
    uint64_t missing = 0;
    uint64_t unknown_fields = load->stats.unknown_fields;
    for (size_t i = 0; i < load->options.streams; i++) {
        missing +=
            load_ledger_view_missing(&streams[i].view, &load->ledger, streams[i].person, &expected);
    }
    const bool good = is_good(load, missing, unknown_fields);
    buf_init(&out, NULL, REPORT_MAX);
    buf_printf(&out, "{\"seed\":%" PRIu64 ",\"seconds\":%.3f,\"run\":\"%s\",\"cut\":%s,\n",
               load->options.seed, (double)(load_loop_now() - load->began_ns) / 1e9,
               load->ledger.run, load->is_cut ? "true" : "false");
    add_streams(&out, load, unknown_fields);
    add_ends(&out, &load->stats);
    add_messages(&out, load);
    add_check(&out, &load->ledger, expected, missing);
    add_rate(&out, load);
    add_watches(&out, load, watch);
    buf_printf(&out, "\"ok\":%s}\n", good ? "true" : "false");
    fwrite(out.ptr, 1, out.len, file);
    buf_finish(&out);
    return good;
}
