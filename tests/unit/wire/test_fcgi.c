#include "wire/fcgi.h"

#include "support/check.h"

/* Record types, section 8 of the specification. */
enum { BEGIN = 1, ABORT, END, PARAMS, STDIN, STDOUT, STDERR, DATA, GET_VALUES };

static struct arena arena;

#define RESPONDER "\0\1\0\0\0\0\0\0"
#define KEEP      "\0\1\1\0\0\0\0\0"

/* Appends a record, with pad bytes of padding that are not zero. */
static void record(struct buf *out, int type, int id, struct str content, size_t pad)
{
    const unsigned char header[] = {1,
                                    (unsigned char)type,
                                    (unsigned char)(id >> 8),
                                    (unsigned char)(id & 0xff),
                                    (unsigned char)(content.len >> 8),
                                    (unsigned char)(content.len & 0xff),
                                    (unsigned char)pad,
                                    0xaa};
    char padding[255];
    memset(padding, 0xbb, sizeof padding);
    buf_add(out, header, sizeof header);
    buf_add_str(out, content);
    buf_add(out, padding, pad);
}

static struct buf fresh(void)
{
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    return out;
}

/* What the parser reports, a line each, given a piece of `first` bytes, then of `piece` each. */
static struct str transcript(struct wire_fcgi *p, struct str in, size_t first, size_t piece)
{
    struct buf out = fresh();
    enum err err = ERR_OK;
    size_t want = first;
    while (in.len > 0 && err == ERR_OK) {
        struct str part = {in.ptr, want < in.len ? want : in.len};
        in = str_skip(in, part.len);
        want = piece;
        while (part.len > 0 && err == ERR_OK) {
            enum wire_fcgi_event event = WIRE_FCGI_MORE;
            err = wire_fcgi_feed(p, &part, &event);
            if (err != ERR_OK) {
                buf_printf(&out, "%s\n", err_code(err));
            } else if (event == WIRE_FCGI_REQUEST) {
                buf_printf(&out, "request %u keep=%d params=%zu:%.*s body=%.*s\n", p->id,
                           p->keep_conn, wire_fcgi_params(p).len, STR_FMT(wire_fcgi_params(p)),
                           STR_FMT(wire_fcgi_body(p)));
            } else if (event == WIRE_FCGI_ABORT) {
                buf_printf(&out, "abort %u\n", p->id);
            } else if (event == WIRE_FCGI_GET_VALUES) {
                buf_printf(&out, "values %zu\n", wire_fcgi_query(p).len);
            } else if (event == WIRE_FCGI_UNKNOWN) {
                buf_printf(&out, "unknown %u\n", p->unknown_type);
            } else if (event == WIRE_FCGI_REFUSED) {
                buf_printf(&out, "refused %u %d\n", p->refused_id, (int)p->refusal);
            } else {
                assert_int_equal(part.len, 0);
            }
        }
    }
    return buf_str(&out);
}

static struct str reports(struct str in, size_t first, size_t piece)
{
    struct wire_fcgi p;
    wire_fcgi_init(&p);
    const struct str out = transcript(&p, in, first, piece);
    wire_fcgi_finish(&p);
    return out;
}

/* The example of the specification's appendix B. */
#define PAIRS "\013\002SERVER_PORT80\013\016SERVER_ADDR199.170.183.42"

static struct str simple_request(void)
{
    struct buf in = fresh();
    record(&in, BEGIN, 1, STR(RESPONDER), 0);
    record(&in, PARAMS, 1, STR(PAIRS), 0);
    record(&in, PARAMS, 1, STR(""), 0);
    record(&in, STDIN, 1, STR(""), 0);
    return buf_str(&in);
}

static void spec_example(void **state)
{
    (void)state;
    const struct str in = simple_request();
    check_str(reports(in, in.len, in.len), "request 1 keep=0 params=42:" PAIRS " body=\n");
    struct str rest = STR(PAIRS), name, value;
    enum err err = ERR_INTERNAL;
    assert_true(wire_fcgi_pair(&rest, &name, &value, &err));
    check_str(name, "SERVER_PORT");
    check_str(value, "80");
    assert_true(wire_fcgi_pair(&rest, &name, &value, &err));
    check_str(name, "SERVER_ADDR");
    check_str(value, "199.170.183.42");
    assert_false(wire_fcgi_pair(&rest, &name, &value, &err));
    assert_int_equal(err, ERR_OK);
}

/* Streams in several records, padding, management records, refusals, strays. */
static struct str long_talk(void)
{
    struct buf in = fresh();
    record(&in, GET_VALUES, 0, STR("\017\000FCGI_MPXS_CONNS"), 7);
    record(&in, PARAMS, 9, STR("ignored"), 1);
    record(&in, BEGIN, 258, STR(KEEP), 8);
    record(&in, PARAMS, 258, STR("\013\002SERVER_"), 3);
    record(&in, 77, 0, STR("what"), 4);
    record(&in, PARAMS, 258, STR("PORT80"), 255);
    record(&in, STDIN, 258, STR("early "), 0);
    record(&in, BEGIN, 3, STR(RESPONDER), 0);
    record(&in, PARAMS, 3, STR("ignored"), 0);
    record(&in, ABORT, 3, STR(""), 0);
    record(&in, PARAMS, 258, STR(""), 5);
    record(&in, STDIN, 3, STR(""), 0);
    record(&in, DATA, 258, STR("skipped"), 2);
    record(&in, STDIN, 258, STR("body"), 4);
    record(&in, STDIN, 258, STR(""), 8);
    record(&in, DATA, 258, STR(""), 0);
    record(&in, 0, 0, STR(""), 0);
    record(&in, ABORT, 258, STR(""), 0);
    return buf_str(&in);
}

#define LONG_REPORT                                                                                \
    "values 17\n"                                                                                  \
    "unknown 77\n"                                                                                 \
    "refused 3 1\n"                                                                                \
    "request 258 keep=1 params=15:\013\002SERVER_PORT80 body=early body\n"                         \
    "unknown 0\n"                                                                                  \
    "abort 258\n"

static void every_split(void **state)
{
    (void)state;
    const struct str in = long_talk();
    check_str(reports(in, in.len, in.len), LONG_REPORT);
    for (size_t i = 1; i < in.len; i++) {
        check_str(reports(in, i, in.len), LONG_REPORT);
        check_str(reports(in, i, 1 + i % 7), LONG_REPORT);
    }
    for (size_t piece = 1; piece <= 17; piece++) {
        check_str(reports(in, piece, piece), LONG_REPORT);
    }
}

/* A record into a parser in some state, and what comes of it. */
static const struct {
    const char *before; /* r: a request begun, p: its PARAMS done, s: its STDIN done */
    int type, id;
    struct str content;
    const char *report;
} singles[] = {
    {"", BEGIN, 1, LIT(RESPONDER), ""},
    {"", BEGIN, 65535, LIT(RESPONDER), ""},
    {"", BEGIN, 1, LIT("\0\2\0\0\0\0\0\0"), "refused 1 3\n"},
    {"", BEGIN, 1, LIT("\0\3\1\0\0\0\0\0"), "refused 1 3\n"},
    {"", BEGIN, 1, LIT("\1\1\0\0\0\0\0\0"), "refused 1 3\n"},
    {"", BEGIN, 1, LIT("\0\0\0\0\0\0\0\0"), "refused 1 3\n"},
    {"", BEGIN, 1, LIT(""), "protocol\n"},
    {"", BEGIN, 1, LIT("\0\1\0\0\0\0\0"), "protocol\n"},
    {"", BEGIN, 1, LIT("\0\1\0\0\0\0\0\0\0"), "protocol\n"},
    {"", BEGIN, 0, LIT(RESPONDER), "unknown 1\n"},
    {"r", BEGIN, 1, LIT(RESPONDER), "protocol\n"},
    {"rps", BEGIN, 1, LIT(RESPONDER), "protocol\n"},
    {"r", BEGIN, 2, LIT(RESPONDER), "refused 2 1\n"},
    {"r", BEGIN, 2, LIT("\0\2\0\0\0\0\0\0"), "refused 2 1\n"},
    {"rps", BEGIN, 2, LIT(RESPONDER), "refused 2 1\n"},
    {"", PARAMS, 1, LIT("x"), ""},
    {"", STDIN, 1, LIT(""), ""},
    {"", ABORT, 1, LIT(""), ""},
    {"", DATA, 1, LIT("x"), ""},
    {"r", ABORT, 1, LIT(""), "abort 1\n"},
    {"r", ABORT, 1, LIT("content"), "abort 1\n"},
    {"rps", ABORT, 1, LIT(""), "abort 1\n"},
    {"r", ABORT, 2, LIT(""), ""},
    {"rp", PARAMS, 1, LIT("x"), "protocol\n"},
    {"rp", PARAMS, 1, LIT(""), "protocol\n"},
    {"rs", STDIN, 1, LIT("x"), "protocol\n"},
    {"rps", STDIN, 1, LIT(""), "protocol\n"},
    {"rps", PARAMS, 1, LIT("x"), "protocol\n"},
    {"rps", PARAMS, 2, LIT("x"), ""},
    {"rps", DATA, 1, LIT("x"), ""},
    {"rs", PARAMS, 1, LIT(""), "request 1 keep=0 params=0: body=\n"},
    {"rp", STDIN, 1, LIT(""), "request 1 keep=0 params=0: body=\n"},
    {"r", PARAMS, 1, LIT("\1\2x"), ""},
    {"r", END, 1, LIT(""), "protocol\n"},
    {"r", STDOUT, 1, LIT("x"), "protocol\n"},
    {"r", STDERR, 1, LIT("x"), "protocol\n"},
    {"r", GET_VALUES, 1, LIT(""), "protocol\n"},
    {"r", 10, 1, LIT(""), "protocol\n"},
    {"r", 11, 1, LIT(""), "protocol\n"},
    {"r", 0, 1, LIT(""), "protocol\n"},
    {"r", 255, 1, LIT(""), "protocol\n"},
    {"", 255, 7, LIT(""), "protocol\n"},
    {"", GET_VALUES, 0, LIT(""), "values 0\n"},
    {"", GET_VALUES, 0, LIT("\1\2x"), "protocol\n"},
    {"r", GET_VALUES, 0, LIT("\1\0x"), "values 3\n"},
    {"", PARAMS, 0, LIT(""), "unknown 4\n"},
    {"", 10, 0, LIT("x"), "unknown 10\n"},
    {"", 11, 0, LIT("x"), "unknown 11\n"},
    {"rps", 200, 0, LIT("x"), "unknown 200\n"},
};

static void single_records(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(singles); i++) {
        struct wire_fcgi p;
        wire_fcgi_init(&p);
        struct buf in = fresh();
        for (const char *c = singles[i].before; *c != '\0'; c++) {
            record(&in,
                   *c == 'r'   ? BEGIN
                   : *c == 'p' ? PARAMS
                               : STDIN,
                   1, *c == 'r' ? STR(RESPONDER) : STR(""), 0);
        }
        (void)transcript(&p, buf_str(&in), in.len, in.len);
        buf_clear(&in);
        record(&in, singles[i].type, singles[i].id, singles[i].content, i % 9);
        const struct str report = transcript(&p, buf_str(&in), in.len, in.len);
        check_row(str_eq(report, str_of(singles[i].report)),
                  arena_printf(&arena, "%s %d %d: %.*s", singles[i].before, singles[i].type,
                               singles[i].id, STR_FMT(report)));
        wire_fcgi_finish(&p);
    }
}

static void wrong_version(void **state)
{
    (void)state;
    static const struct str rows[] = {
        LIT("\0\1\0\1\0\10\0\0"),
        LIT("\2\1\0\1\0\10\0\0"),
        LIT("\377\377\377\377\377\377\377\377"),
        LIT("GET / HTTP/1.1\r\n\r\n"),
        LIT("\0\0\0\0\0\0\0\0"),
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        check_str(reports(rows[i], 3, 1), "protocol\n");
        /* Seven bytes say nothing yet. */
        check_str(reports((struct str){rows[i].ptr, 7}, 7, 7), "");
    }
}

/* A request that goes on for ever, and one that only just fits. */
static void limits(void **state)
{
    (void)state;
    static char bulk[WIRE_FCGI_CONTENT_MAX];
    static const struct {
        int type;
        size_t max;
        size_t lens[3];
        const char *report;
    } rows[] = {
        {STDIN, WIRE_FCGI_STDIN_MAX, {65535, 1, 0}, ""},
        {STDIN, WIRE_FCGI_STDIN_MAX, {65535, 1, 1}, ""},
        {STDIN, WIRE_FCGI_STDIN_MAX, {65535, 2, 65535}, ""},
        {PARAMS, WIRE_FCGI_PARAMS_MAX, {65535, 1, 0}, ""},
        {PARAMS, WIRE_FCGI_PARAMS_MAX, {65535, 1, 1}, "too_large\n"},
        {PARAMS, WIRE_FCGI_PARAMS_MAX, {2, 65535, 0}, "too_large\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct wire_fcgi p;
        wire_fcgi_init(&p);
        struct buf in = fresh();
        record(&in, BEGIN, 1, STR(RESPONDER), 0);
        for (size_t j = 0; j < ARRAY_LEN(rows[i].lens); j++) {
            if (rows[i].lens[j] > 0) {
                record(&in, rows[i].type, 1, (struct str){bulk, rows[i].lens[j]}, 0);
            }
        }
        check_str(transcript(&p, buf_str(&in), 1000, 1000), rows[i].report);
        const struct str got = rows[i].type == STDIN ? wire_fcgi_body(&p) : wire_fcgi_params(&p);
        assert_true(got.len <= rows[i].max);
        assert_int_equal(got.len == rows[i].max, rows[i].report[0] == '\0' || i % 3 == 1);
        wire_fcgi_finish(&p);
    }
}

static void number_of_pairs(void **state)
{
    (void)state;
    static const struct {
        size_t pairs;
        const char *end; /* of the parameters */
        const char *report;
    } rows[] = {
        {0, "", "request 1 keep=0 params=0:"},
        {WIRE_FCGI_PAIRS_MAX, "", "request 1 keep=0 params=768:"},
        {WIRE_FCGI_PAIRS_MAX + 1, "", "too_large\n"},
        {1, "\1", "protocol\n"},
        {1, "\5\5abc", "protocol\n"},
        {1, "\200\1", "protocol\n"},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf pairs = fresh(), in = fresh();
        for (size_t j = 0; j < rows[i].pairs; j++) {
            buf_add(&pairs, "\1\0x", 3);
        }
        buf_add_cstr(&pairs, rows[i].end);
        record(&in, BEGIN, 1, STR(RESPONDER), 0);
        if (pairs.len > 0) {
            record(&in, PARAMS, 1, buf_str(&pairs), 0);
        }
        record(&in, PARAMS, 1, STR(""), 0);
        record(&in, STDIN, 1, STR(""), 0);
        const struct str report = reports(buf_str(&in), 11, 11);
        check_row(str_starts(report, str_of(rows[i].report)), report);
    }
}

/* A peer that says little costs little; what was read is given back while its stream is open. */
static void memory(void **state)
{
    (void)state;
    struct wire_fcgi p;
    wire_fcgi_init(&p);
    struct buf in = fresh();
    record(&in, BEGIN, 1, STR(RESPONDER), 0);
    record(&in, PARAMS, 1, STR(PAIRS), 0);
    record(&in, STDIN, 1, STR("body"), 0);
    /* A header may promise anything: nothing is taken for it. */
    static char bulk[WIRE_FCGI_CONTENT_MAX];
    struct buf big = fresh();
    record(&big, BEGIN, 1, STR(RESPONDER), 0);
    record(&big, PARAMS, 1, (struct str){bulk, sizeof bulk}, 0);
    check_str(transcript(&p, (struct str){big.ptr, 16 + 8}, 5, 5), "");
    assert_null(p.input->params.ptr);
    check_str(transcript(&p, (struct str){big.ptr + 24, 10}, 10, 10), "");
    assert_in_range(p.input->params.cap, 10, 4096);
    wire_fcgi_finish(&p);

    wire_fcgi_init(&p);
    record(&in, PARAMS, 1, STR(""), 0);
    record(&in, STDIN, 1, STR(""), 0);
    (void)transcript(&p, buf_str(&in), in.len, in.len);
    assert_int_equal(wire_fcgi_body(&p).len, 4);
    wire_fcgi_release(&p);
    assert_null(p.input);
    assert_int_equal(p.id, 1);
    buf_clear(&in);
    record(&in, ABORT, 1, STR(""), 0);
    check_str(transcript(&p, buf_str(&in), 3, 3), "abort 1\n");
    wire_fcgi_finish(&p);
}

/* Released in the middle of a record, the parser still knows where it is. */
static void release_anywhere(void **state)
{
    (void)state;
    struct buf in = fresh();
    record(&in, BEGIN, 2, STR(RESPONDER), 3);
    record(&in, GET_VALUES, 0, STR("\1\0x"), 3);
    for (size_t i = 1; i < in.len; i++) {
        struct wire_fcgi p;
        wire_fcgi_init(&p);
        const struct str first = simple_request();
        (void)transcript(&p, first, first.len, first.len);
        struct buf report = fresh();
        buf_add_str(&report, transcript(&p, (struct str){in.ptr, i}, i, i));
        wire_fcgi_release(&p);
        buf_add_str(&report, transcript(&p, (struct str){in.ptr + i, in.len - i}, in.len, 1));
        check_str(buf_str(&report), "refused 2 1\nvalues 3\n");
        wire_fcgi_finish(&p);
    }
}

/* A connection that is kept carries one request after the other. */
static void next_request(void **state)
{
    (void)state;
    struct wire_fcgi p;
    wire_fcgi_init(&p);
    struct buf in = fresh();
    record(&in, BEGIN, 1, STR(KEEP), 0);
    record(&in, PARAMS, 1, STR("\1\1ab"), 0);
    record(&in, PARAMS, 1, STR(""), 0);
    record(&in, STDIN, 1, STR("first"), 0);
    record(&in, STDIN, 1, STR(""), 0);
    check_str(transcript(&p, buf_str(&in), 9, 9), "request 1 keep=1 params=4:\1\1ab body=first\n");
    wire_fcgi_end(&p);
    assert_int_equal(p.id, 0);
    assert_null(p.input);
    /* What comes late for the first one is skipped. */
    buf_clear(&in);
    record(&in, ABORT, 1, STR(""), 0);
    record(&in, STDIN, 1, STR("late"), 0);
    record(&in, BEGIN, 2, STR(RESPONDER), 0);
    record(&in, PARAMS, 2, STR(""), 0);
    record(&in, STDIN, 2, STR("second"), 0);
    record(&in, STDIN, 1, STR("late"), 0);
    record(&in, STDIN, 2, STR(""), 0);
    check_str(transcript(&p, buf_str(&in), 9, 9), "request 2 keep=0 params=0: body=second\n");
    wire_fcgi_finish(&p);

    /* An end in the middle of a record. */
    for (size_t i = 0; i < 12; i++) {
        wire_fcgi_init(&p);
        buf_clear(&in);
        record(&in, BEGIN, 1, STR(KEEP), 0);
        const size_t begun = in.len;
        record(&in, STDIN, 1, STR("body"), 0);
        check_str(transcript(&p, (struct str){in.ptr, begun + i}, begun, i + 1), "");
        wire_fcgi_end(&p);
        check_str(transcript(&p, (struct str){in.ptr + begun + i, in.len - begun - i}, 1, 1), "");
        const struct str again = simple_request();
        check_str(transcript(&p, again, 7, 7), "request 1 keep=0 params=42:" PAIRS " body=\n");
        wire_fcgi_finish(&p);
    }
}

static int reset(void **state)
{
    (void)state;
    arena_finish(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spec_example),   cmocka_unit_test(every_split),
        cmocka_unit_test(single_records), cmocka_unit_test(wrong_version),
        cmocka_unit_test(limits),         cmocka_unit_test(number_of_pairs),
        cmocka_unit_test(memory),         cmocka_unit_test(release_anywhere),
        cmocka_unit_test(next_request),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("wire/fcgi", tests, NULL, reset);
}
