#include "wire/fcgi.h"

#include "support/check.h"

/* The pairs and the writers. */

static struct arena arena;

static struct buf fresh(void)
{
    struct buf out;
    buf_init(&out, &arena, 1 << 20);
    return out;
}

/* Section 3.4: lengths of one and of four bytes. */
static void pairs(void **state)
{
    (void)state;
    static const struct {
        struct str in;
        const char *name, *value; /* NULL: none */
        enum err err;
    } rows[] = {
        {LIT(""), NULL, NULL, ERR_OK},
        {LIT("\0\0"), "", "", ERR_OK},
        {LIT("\1\1ab"), "a", "b", ERR_OK},
        {LIT("\1\1abrest"), "a", "b", ERR_OK},
        {LIT("\200\0\0\1\1ab"), "a", "b", ERR_OK},
        {LIT("\1\200\0\0\1ab"), "a", "b", ERR_OK},
        {LIT("\200\0\0\1\200\0\0\1ab"), "a", "b", ERR_OK},
        {LIT("\200\0\0\0\200\0\0\0"), "", "", ERR_OK},
        {LIT("\1"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\1\1"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\1\1a"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\0\2a"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\200"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\200\0\0"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\200\0\0\1"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\1\200\0\0a"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\377\377\377\377\377\377\377\377ab"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\377\377\377\377\1ab"), NULL, NULL, ERR_PROTOCOL},
        {LIT("\1\377\377\377\377ab"), NULL, NULL, ERR_PROTOCOL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rest = rows[i].in, name = STR_NONE, value = STR_NONE;
        enum err err = ERR_INTERNAL;
        const bool found = wire_fcgi_pair(&rest, &name, &value, &err);
        check_row(found == (rows[i].name != NULL), rows[i].in);
        check_row(err == rows[i].err, rows[i].in);
        check_str(name, rows[i].name);
        check_str(value, rows[i].value);
        check_row(found || rest.len == rows[i].in.len, rows[i].in);
        check_row(!found || str_eq(rest, STR("")) || str_eq(rest, STR("rest")), rows[i].in);
    }
    /* Names and values of 127 and 128 bytes stand at the edge between the two forms. */
    struct buf in = fresh();
    buf_add(&in, "\177\200\0\0\200", 5);
    for (size_t i = 0; i < 127 + 128; i++) {
        buf_add_byte(&in, i < 127 ? 'n' : 'v');
    }
    struct str rest = buf_str(&in), name, value;
    enum err err;
    assert_true(wire_fcgi_pair(&rest, &name, &value, &err));
    assert_int_equal(name.len, 127);
    assert_int_equal(value.len, 128);
    assert_int_equal(value.ptr[0], 'v');
    assert_int_equal(rest.len, 0);
}

static void writes(void **state)
{
    (void)state;
    struct buf out = fresh();
    wire_fcgi_write_stdout(&out, 258, STR("hello"));
    wire_fcgi_write_stdout(&out, 258, STR(""));
    wire_fcgi_write_stdout(&out, 258, STR_NONE);
    wire_fcgi_write_end(&out, 258, 0x01020304, WIRE_FCGI_OVERLOADED);
    wire_fcgi_write_unknown(&out, 77);
    check_eq(buf_str(&out), STR("\1\6\1\2\0\5\0\0hello"
                                "\1\6\1\2\0\0\0\0"
                                "\1\3\1\2\0\10\0\0\1\2\3\4\2\0\0\0"
                                "\1\13\0\0\0\10\0\0\115\0\0\0\0\0\0\0"));
    unsigned char header[WIRE_FCGI_HEADER_LEN];
    wire_fcgi_stdout_header(header, 0xfffe, 0x1234, 7);
    assert_memory_equal(header, "\1\6\377\376\22\64\7\0", sizeof header);
}

static void writes_long_content(void **state)
{
    (void)state;
    static char bulk[2 * WIRE_FCGI_CONTENT_MAX + 1];
    static const struct {
        size_t len, records;
    } rows[] = {{1, 1}, {65535, 1}, {65536, 2}, {2 * 65535, 2}, {2 * 65535 + 1, 3}};
    memset(bulk, 'x', sizeof bulk);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct buf out = fresh();
        wire_fcgi_write_stdout(&out, 1, (struct str){bulk, rows[i].len});
        struct str rest = buf_str(&out);
        assert_int_equal(rest.len, rows[i].len + 8 * rows[i].records);
        size_t sum = 0;
        for (size_t j = 0; j < rows[i].records; j++) {
            const unsigned char *h = (const unsigned char *)rest.ptr;
            const size_t len = (size_t)(h[4] << 8 | h[5]);
            assert_memory_equal(h, "\1\6\0\1", 4);
            assert_in_range(len, 1, 65535);
            assert_memory_equal(h + 8, bulk, len);
            sum += len;
            rest = str_skip(rest, 8 + len);
        }
        assert_int_equal(sum, rows[i].len);
    }
    struct buf small;
    buf_init(&small, &arena, 10);
    wire_fcgi_write_stdout(&small, 1, STR("too long for it"));
    assert_int_equal(buf_err(&small), ERR_TOO_LARGE);
}

static void values(void **state)
{
    (void)state;
    static const struct {
        struct str query, answer;
    } rows[] = {
        {LIT(""), LIT("\1\12\0\0\0\0\0\0")},
        {LIT("\7\0UNKNOWN"), LIT("\1\12\0\0\0\0\0\0")},
        {LIT("\17\0FCGI_MPXS_CONNS"), LIT("\1\12\0\0\0\22\0\0\17\1FCGI_MPXS_CONNS0")},
        {LIT("\17\0FCGI_MPXS_CONNS\17\3FCGI_MPXS_CONNSxyz\15\0FCGI_MAX_REQS\1\0x"
             "\16\0FCGI_MAX_CONNS"),
         LIT("\1\12\0\0\0\73\0\0\16\5FCGI_MAX_CONNS65535\15\5FCGI_MAX_REQS65535"
             "\17\1FCGI_MPXS_CONNS0")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct wire_fcgi p;
        wire_fcgi_init(&p);
        struct buf out = fresh();
        const unsigned char header[] = {1, 9, 0, 0, 0, (unsigned char)rows[i].query.len, 0, 0};
        struct buf record = fresh();
        buf_add(&record, header, sizeof(header));
        buf_add_str(&record, rows[i].query);
        struct str in = buf_str(&record);
        enum wire_fcgi_event event;
        assert_int_equal(wire_fcgi_feed(&p, &in, &event), ERR_OK);
        assert_int_equal(event, WIRE_FCGI_GET_VALUES);
        wire_fcgi_write_values(&out, &p);
        check_eq(buf_str(&out), rows[i].answer);
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
        cmocka_unit_test(pairs),
        cmocka_unit_test(writes),
        cmocka_unit_test(writes_long_content),
        cmocka_unit_test(values),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("wire/fcgi, pairs and writers", tests, NULL, reset);
}
