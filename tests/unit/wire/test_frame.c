#include "wire/frame.h"

#include "support/check.h"
#include "wire/fcgi.h"

static void records(void **state)
{
    (void)state;
    static char content[WIRE_FCGI_CONTENT_MAX];
    memset(content, 'x', sizeof content);
    static const size_t lens[] = {1, 2, 7, 8, 9, 15, 16, 255, 256, 65528, 65529, 65534, 65535};
    for (size_t i = 0; i < ARRAY_LEN(lens); i++) {
        struct wire_frame *f =
            wire_frame_create((struct str){content, lens[i]}, 1795480000000, 4712);
        assert_int_equal(f->refs, 1);
        assert_int_equal(f->epoch, 1795480000000);
        assert_int_equal(f->seq, 4712);
        assert_int_equal(f->content, lens[i]);
        assert_int_equal(f->len, WIRE_FCGI_HEADER_LEN + f->content + f->pad);
        assert_int_equal(f->len % 8, 0);
        assert_in_range(f->pad, 0, 7);
        const unsigned char header[] = {1,
                                        6,
                                        0,
                                        1,
                                        (unsigned char)(lens[i] >> 8),
                                        (unsigned char)(lens[i] & 0xff),
                                        (unsigned char)f->pad,
                                        0};
        assert_memory_equal(f->bytes, header, sizeof header);
        assert_memory_equal(f->bytes + sizeof header, content, lens[i]);
        for (size_t j = 0; j < f->pad; j++) {
            assert_int_equal(f->bytes[sizeof header + lens[i] + j], 0);
        }
        wire_frame_unref(f);
    }
    assert_int_equal(wire_frame_count(), 0);
}

static void counts(void **state)
{
    (void)state;
    assert_int_equal(wire_frame_count(), 0);
    struct wire_frame *a = wire_frame_create(STR("a"), 0, 0);
    struct wire_frame *b = wire_frame_create(STR("b"), 0, 0);
    assert_int_equal(wire_frame_count(), 2);
    assert_ptr_equal(wire_frame_ref(a), a);
    assert_ptr_equal(wire_frame_ref(a), a);
    assert_int_equal(a->refs, 3);
    assert_int_equal(wire_frame_count(), 2);
    wire_frame_unref(a);
    wire_frame_unref(a);
    assert_int_equal(a->refs, 1);
    assert_int_equal(wire_frame_count(), 2);
    wire_frame_unref(b);
    assert_int_equal(wire_frame_count(), 1);
    assert_int_equal(a->bytes[WIRE_FCGI_HEADER_LEN], 'a');
    wire_frame_unref(NULL);
    wire_frame_unref(a);
    assert_int_equal(wire_frame_count(), 0);
}

/* The content is copied: what it was made from may go. */
static void owns_its_bytes(void **state)
{
    (void)state;
    char text[] = "data: 1\n\n";
    struct wire_frame *f = wire_frame_create(str_of(text), 0, 0);
    memset(text, 0, sizeof text);
    assert_memory_equal(f->bytes + WIRE_FCGI_HEADER_LEN, "data: 1\n\n", 9);
    wire_frame_unref(f);
}

/* Records of one connection pass as they are. */
static void whole_records(void **state)
{
    (void)state;
    struct wire_frame *f = wire_frame_records(STR("\1\3\0\7\0\0\0\0"));
    assert_int_equal(f->refs, 1);
    assert_int_equal(f->content, 0);
    assert_int_equal(f->len, 8);
    assert_memory_equal(f->bytes, "\1\3\0\7\0\0\0\0", 8);
    assert_int_equal(wire_frame_count(), 1);
    wire_frame_unref(f);
    assert_int_equal(wire_frame_count(), 0);
}

static void records_empty(void)
{
    wire_frame_unref(wire_frame_records(STR("")));
}

static void create_empty(void)
{
    wire_frame_unref(wire_frame_create(STR(""), 0, 0));
}

static void create_too_large(void)
{
    static char content[WIRE_FCGI_CONTENT_MAX + 1];
    wire_frame_unref(wire_frame_create((struct str){content, sizeof content}, 0, 0));
}

static void no_record(void **state)
{
    (void)state;
    check_dies(create_empty);
    check_dies(create_too_large);
    check_dies(records_empty);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(records),        cmocka_unit_test(counts),
        cmocka_unit_test(owns_its_bytes), cmocka_unit_test(whole_records),
        cmocka_unit_test(no_record),
    };
    return cmocka_run_group_tests_name("wire/frame", tests, NULL, NULL);
}
