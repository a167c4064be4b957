#include "hub/metrics.h"

#include <inttypes.h>

static void describe(struct buf *out, const char *name, const char *type, const char *help)
{
    buf_printf(out, "# HELP snug_%s %s\n# TYPE snug_%s %s\n", name, help, name, type);
}

static void write_gauge(struct buf *out, const char *name, const char *help, uint64_t value)
{
    describe(out, name, "gauge", help);
    buf_printf(out, "snug_%s %" PRIu64 "\n", name, value);
}

static void write_seconds(struct buf *out, const char *name, const char *help, int64_t ms)
{
    describe(out, name, "gauge", help);
    buf_printf(out, "snug_%s %" PRId64 ".%03d\n", name, ms / 1000, (int)(ms % 1000));
}

static void write_counter(struct buf *out, const char *name, const char *help, uint64_t value)
{
    describe(out, name, "counter", help);
    buf_printf(out, "snug_%s %" PRIu64 "\n", name, value);
}

static void write_now(const struct hub_metrics *m, struct buf *out)
{
    write_gauge(out, "healthy", "Does the hub hear everything, 1 or 0?", m->is_healthy);
    write_gauge(out, "connections", "Open connections of the web server.", m->stats->connections);
    write_gauge(out, "streams", "Open streams.", m->stats->streams);
    write_gauge(out, "streams_max", "Open streams above which no more are opened.", m->max_streams);
    write_gauge(out, "streams_behind", "Open streams that have not had everything yet.", m->behind);
    write_gauge(out, "users_online", "Users who are online at this hub.", m->users);
    write_gauge(out, "redis_memory_bytes", "Bytes that Redis uses of what it may.",
                m->memory->used);
    write_gauge(out, "redis_memory_max_bytes", "Bytes that it may use, 0 where there is no limit.",
                m->memory->max);
    write_gauge(out, "redis_memory_level", "Is it nearly full (1), or full (2)? Else 0.",
                m->memory_level);
    write_gauge(out, "queue_bytes", "Bytes that are to be written.", m->queued);
    write_seconds(out, "probe_age_seconds",
                  "Since the hub last heard what it says to itself by way of Redis.", m->probe_ms);
    write_seconds(out, "loop_lag_seconds",
                  "The longest turn of the event loop in the last one to two minutes.", m->lag_ms);
}

/* All reasons from the start: a rate needs the zero that was before. */
static void write_ended(const struct hub_stats *stats, struct buf *out)
{
    describe(out, "streams_ended_total", "counter", "Streams that ended, by reason.");
    for (enum hub_end end = HUB_END_NONE + 1; end < HUB_END__MAX; end++) {
        buf_printf(out, "snug_streams_ended_total{reason=\"%s\"} %" PRIu64 "\n", hub_end_name(end),
                   stats->ended[end]);
    }
}

static void write_replayed(const struct hub_stats *stats, struct buf *out)
{
    describe(out, "replayed_events_total", "counter",
             "Events given to streams that were behind, from memory or from the log in Redis.");
    buf_printf(out, "snug_replayed_events_total{from=\"ring\"} %" PRIu64 "\n",
               stats->replayed_ring);
    buf_printf(out, "snug_replayed_events_total{from=\"log\"} %" PRIu64 "\n", stats->replayed_log);
}

static void write_streams(const struct hub_stats *stats, struct buf *out)
{
    write_counter(out, "streams_opened_total", "Streams that were opened.", stats->opened);
    write_ended(stats, out);
    write_counter(out, "streams_refused_total", "Streams refused above the maximum.",
                  stats->refused);
    write_counter(out, "accept_pauses_total", "Times that there was no descriptor for who came.",
                  stats->pauses);
    write_counter(out, "resets_total", "Streams told to reload.", stats->resets);
    write_replayed(stats, out);
    write_counter(out, "deliveries_total", "Events queued for a stream.", stats->deliveries);
    write_counter(out, "written_bytes_total", "Bytes written to the web server.", stats->bytes);
    write_counter(out, "writes_total", "Writes to the web server.", stats->writes);
    write_counter(out, "bad_peers_total", "Connections closed for what came, or did not come.",
                  stats->bad_peers);
}

static void write_events(const struct hub_stats *stats, struct buf *out)
{
    write_counter(out, "events_total", "Events read from the channels.", stats->events);
    write_counter(out, "events_dropped_total",
                  "Of them, those that make no sense or are not taken.", stats->dropped);
    write_counter(out, "events_stale_total", "Of them, those that had been delivered already.",
                  stats->stale);
    write_counter(out, "event_gaps_total", "Gaps between events, to be filled from the log.",
                  stats->gaps);
    write_counter(out, "adoptions_total", "Foreign events that this hub asked Redis to number.",
                  stats->adopted);
    write_counter(out, "presence_gathered_total",
                  "Announcements of people that were told only as a number.", stats->gathered);
    write_counter(out, "messages_removed_total", "Messages that rooms did not keep any more.",
                  stats->removed);
    write_counter(out, "redis_reconnects_total", "Connections to Redis that were lost.",
                  stats->reconnects);
    write_counter(out, "deaf_subscriptions_total", "Subscriptions that heard nothing, made anew.",
                  stats->deaf);
}

void hub_metrics_write(const struct hub_metrics *m, struct buf *out)
{
    write_now(m, out);
    write_streams(m->stats, out);
    write_events(m->stats, out);
}
