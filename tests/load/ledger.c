#include "load/ledger.h"

#include <inttypes.h>
#include <string.h>
#include "base/mem.h"

/* How a message says which it is: "ts=NANOS run=WORD seq=K ", filled up with letters. */
#define STAMP "ts=%" PRId64 " run=%s seq=%zu "

void load_ledger_init(struct load_ledger *ledger, struct load_people *people, size_t wanted,
                      uint32_t run)
{
    memset(ledger, 0, sizeof(*ledger));
    ledger->people = people;
    ledger->wanted = wanted;
    ledger->messages = mem_zalloc(wanted + 1, sizeof(struct load_message));
    snprintf(ledger->run, sizeof(ledger->run), "%08" PRIx32, run);
}

void load_ledger_finish(struct load_ledger *ledger)
{
    mem_free(ledger->messages);
}

void load_ledger_text(const struct load_ledger *ledger, size_t k, char *out, size_t size)
{
    const int n = snprintf(out, size + 1, STAMP, ledger->messages[k].begun_ns, ledger->run, k);
    for (size_t i = (size_t)n; i < size; i++) {
        out[i] = (char)('a' + i % 26);
    }
    out[size] = '\0';
}

/* The number that follows word. */
static bool number_after(struct str data, const char *word, uint64_t *out)
{
    const size_t len = strlen(word);
    const char *at = memmem(data.ptr, data.len, word, len);
    if (at == NULL) {
        return false;
    }
    const struct str rest = str_skip(data, (size_t)(at - data.ptr) + len);
    size_t n = 0;
    while (n < rest.len && rest.ptr[n] >= '0' && rest.ptr[n] <= '9') {
        n++;
    }
    return str_u64((struct str){rest.ptr, n}, out);
}

/* The text that follows word, up to a quote. */
static struct str text_after(struct str data, const char *word)
{
    const size_t len = strlen(word);
    const char *at = memmem(data.ptr, data.len, word, len);
    struct str rest = at != NULL ? str_skip(data, (size_t)(at - data.ptr) + len) : STR_NONE;
    struct str text = STR("");
    (void)str_split(&rest, '"', &text);
    return text;
}

/* "1795480000000.4711"; others' ids are read where they are two numbers as well. */
static bool read_cursor(struct str id, struct load_cursor *out)
{
    struct str rest = id;
    struct str epoch;
    return str_split(&rest, str_has(id, '.') ? '.' : ':', &epoch) && str_is_set(rest) &&
           str_u64(epoch, &out->epoch) && str_u64(rest, &out->seq);
}

static bool is_after(struct load_cursor a, struct load_cursor b)
{
    return a.epoch != b.epoch ? a.epoch > b.epoch : a.seq > b.seq;
}

static void keep_id(char out[LOAD_LEDGER_ID_MAX], struct str id)
{
    snprintf(out, LOAD_LEDGER_ID_MAX, "%.*s", STR_FMT(id));
}

/* Messages. */

size_t load_ledger_begin(struct load_ledger *ledger, size_t room, int64_t due_ns)
{
    const size_t k = ledger->begun++;
    if (k == 0) {
        ledger->first_ns = ledger->last_ns = due_ns;
    }
    ledger->messages[k] = (struct load_message){.room = room, .begun_ns = due_ns};
    ledger->messages[k].expected = (uint32_t)ledger->people->rooms[room].ready;
    return k;
}

static void set_settled(struct load_ledger *ledger, struct load_message *m)
{
    if (m->is_settled) {
        return;
    }
    m->is_settled = true;
    ledger->settled++;
    while (ledger->oldest < ledger->begun && ledger->messages[ledger->oldest].is_settled) {
        ledger->oldest++;
    }
}

static void look_settled(struct load_ledger *ledger, struct load_message *m)
{
    if (m->is_acked && m->received >= m->expected) {
        set_settled(ledger, m);
    }
}

static void compare_ids(struct load_ledger *ledger, const struct load_message *m)
{
    if (m->acked_id[0] != '\0' && m->event_id[0] != '\0' && strcmp(m->acked_id, m->event_id) != 0) {
        ledger->wrong_ids++;
    }
}

void load_ledger_acked(struct load_ledger *ledger, size_t k, unsigned status, struct str id,
                       int64_t now_ns)
{
    struct load_message *m = &ledger->messages[k];
    m->status = (uint16_t)status;
    m->is_acked = true;
    m->acked_ns = now_ns;
    keep_id(m->acked_id, id);
    compare_ids(ledger, m);
    ledger->acked++;
    load_hist_add(&ledger->ack, now_ns - m->begun_ns);
    look_settled(ledger, m);
}

void load_ledger_refused(struct load_ledger *ledger, size_t k, unsigned status)
{
    struct load_message *m = &ledger->messages[k];
    m->status = (uint16_t)status;
    ledger->refused++;
    set_settled(ledger, m);
}

void load_ledger_give_up(struct load_ledger *ledger, int64_t before_ns)
{
    for (size_t k = ledger->oldest; k < ledger->begun; k++) {
        if (ledger->messages[k].begun_ns < before_ns && ledger->messages[k].is_acked) {
            set_settled(ledger, &ledger->messages[k]);
        }
    }
}

/* Views. */

static bool has(const struct load_ledger_view *view, size_t k)
{
    return (view->bits[k / 8] & (1U << (k % 8))) != 0;
}

void load_ledger_view_init(struct load_ledger_view *view, const struct load_ledger *ledger,
                           bool is_silent)
{
    /* Written to at once: a page that is first touched by the first message would look like its
     * latency. */
    const size_t len = ledger->wanted / 8 + 1;
    *view = (struct load_ledger_view){.from = SIZE_MAX, .is_silent = is_silent};
    view->bits = mem_alloc(len);
    memset(view->bits, 0, len);
}

void load_ledger_view_finish(struct load_ledger_view *view)
{
    mem_free(view->bits);
}

void load_ledger_view_ready(struct load_ledger_view *view, struct load_ledger *ledger,
                            const struct load_person *person, struct str id)
{
    if (!view->has_last) {
        view->has_last = read_cursor(id, &view->last);
    }
    if (view->from != SIZE_MAX || view->is_silent) {
        return;
    }
    view->from = ledger->begun;
    for (size_t i = 0; i < person->nrooms; i++) {
        ledger->people->rooms[person->rooms[i]].ready++;
    }
}

void load_ledger_view_reset(struct load_ledger_view *view, struct load_ledger *ledger,
                            const struct load_person *person)
{
    ledger->resets++;
    view->has_last = false;
    if (view->from == SIZE_MAX) {
        return;
    }
    for (size_t k = view->from; k < ledger->begun; k++) {
        struct load_message *m = &ledger->messages[k];
        if (!has(view, k) && load_people_is_in(person, m->room)) {
            ledger->excused++;
            m->expected--;
            look_settled(ledger, m);
        }
    }
    view->from = ledger->begun;
}

/* True: the cursor was passed already. */
static bool is_repeated(struct load_ledger_view *view, struct load_ledger *ledger, struct str id)
{
    struct load_cursor at;
    if (!str_is_set(id)) {
        return false;
    }
    if (!read_cursor(id, &at)) {
        ledger->bad_ids++;
        return false;
    }
    if (view->has_last && !is_after(at, view->last)) {
        return true;
    }
    if (view->has_last && (at.epoch != view->last.epoch || at.seq != view->last.seq + 1)) {
        ledger->holes++;
    }
    view->has_last = true;
    view->last = at;
    return false;
}

/* The message that data is of; NULL: somebody else's. */
static struct load_message *find(struct load_ledger *ledger, struct str data, size_t *k)
{
    uint64_t seq;
    const char *run = memmem(data.ptr, data.len, ledger->run, strlen(ledger->run));
    if (run == NULL || !number_after(data, " seq=", &seq) || seq >= ledger->begun) {
        return NULL;
    }
    *k = (size_t)seq;
    return &ledger->messages[seq];
}

static void receive(struct load_ledger_view *view, struct load_ledger *ledger, size_t k,
                    struct str data, int64_t now_ns)
{
    struct load_message *m = &ledger->messages[k];
    view->bits[k / 8] |= (unsigned char)(1U << (k % 8));
    ledger->received++;
    if (m->event_id[0] == '\0') {
        keep_id(m->event_id, text_after(data, "\"id\":\""));
        m->cursor = view->last;
        compare_ids(ledger, m);
    }
    if (view->is_silent) {
        return;
    }
    load_hist_add(&ledger->latency, now_ns - m->begun_ns);
    m->last_ns = ledger->last_ns = now_ns;
    if (k >= view->from) {
        m->received++;
        look_settled(ledger, m);
    }
}

bool load_ledger_view_event(struct load_ledger_view *view, struct load_ledger *ledger,
                            const struct load_person *person, struct str type, struct str id,
                            struct str data, int64_t now_ns)
{
    size_t k;
    ledger->events++;
    const bool repeated = is_repeated(view, ledger, id);
    if (type.len > 0 && !str_eq(type, STR("message"))) {
        ledger->duplicates_raw += repeated;
        return false;
    }
    struct load_message *m = find(ledger, data, &k);
    if (m == NULL) {
        ledger->others++;
        ledger->duplicates_raw += repeated;
        return false;
    }
    if (!load_people_is_in(person, m->room)) {
        ledger->foreign++;
        return false;
    }
    if (has(view, k)) {
        ledger->duplicates_raw++;
        ledger->duplicates += !repeated;
        return false;
    }
    ledger->out_of_order += repeated;
    receive(view, ledger, k, data, now_ns);
    return true;
}

/* Results. */

uint64_t load_ledger_view_missing(const struct load_ledger_view *view,
                                  const struct load_ledger *ledger,
                                  const struct load_person *person, uint64_t *expected)
{
    uint64_t missing = 0;
    for (size_t k = view->from; k < ledger->begun; k++) {
        const struct load_message *m = &ledger->messages[k];
        if (m->is_acked && load_people_is_in(person, m->room)) {
            ++*expected;
            missing += !has(view, k);
        }
    }
    return missing;
}

void load_ledger_last(const struct load_ledger *ledger, struct load_hist *out)
{
    memset(out, 0, sizeof(*out));
    for (size_t k = 0; k < ledger->begun; k++) {
        const struct load_message *m = &ledger->messages[k];
        if (m->last_ns > 0) {
            load_hist_add(out, m->last_ns - m->begun_ns);
        }
    }
}

static double ms(int64_t ns)
{
    return (double)ns / 1e6;
}

void load_ledger_write(const struct load_ledger *ledger, FILE *file)
{
    for (size_t k = 0; k < ledger->begun; k++) {
        const struct load_message *m = &ledger->messages[k];
        const struct str room = ledger->people->rooms[m->room].id;
        const char *id = m->acked_id[0] != '\0'   ? m->acked_id
                         : m->event_id[0] != '\0' ? m->event_id
                                                  : "-";
        fprintf(file, "%zu %.*s %s %u %" PRIu32 " %" PRIu32 " %" PRIu32 " ", k, STR_FMT(room), id,
                m->status, m->tries, m->expected, m->received);
        fprintf(file, "%" PRIu64 ".%" PRIu64 " %.3f %.3f %.3f\n", m->cursor.epoch, m->cursor.seq,
                ms(m->begun_ns), ms(m->acked_ns), ms(m->last_ns));
    }
}
