#include "model/record.h"

#include "support/check.h"

static struct arena arena;

static struct str written(const struct model_record *record)
{
    struct buf out;
    buf_init(&out, &arena, MODEL_RECORD_MAX);
    model_record_write(&out, record);
    assert_int_equal(buf_err(&out), ERR_OK);
    return buf_str(&out);
}

/* What is written is this line, and is read as what it was written from. */
static void check_both_ways(const struct model_record *record, struct str line)
{
    struct model_record read;
    const struct str text = written(record);
    check_eq(text, line);
    assert_int_equal(model_record_read((struct str){text.ptr, text.len - 1}, &arena, &read),
                     ERR_OK);
    assert_int_equal(read.kind, record->kind);
    check_eq(read.room, record->room);
    check_eq(read.key, record->key);
    check_eq(read.of[0], record->of[0]);
    check_eq(read.of[1], record->of[1]);
    check_eq(read.field, record->field);
    check_eq(read.score, record->score);
    check_eq(read.value, record->value);
}

static void every_form_comes_back(void **state UNUSED)
{
    arena_init(&arena);
    check_both_ways(&(struct model_record){.kind = MODEL_RECORD_BEGIN}, STR("{\"snug\":1}\n"));
    check_both_ways(&(struct model_record){.kind = MODEL_RECORD_BEGIN, .room = STR("1:2")},
                    STR("{\"snug\":1,\"room\":\"1:2\"}\n"));
    check_both_ways(&(struct model_record){.kind = MODEL_RECORD_END}, STR("{\"end\":true}\n"));
    check_both_ways(&(struct model_record){.kind = MODEL_RECORD_DATA,
                                           .key = STR("total_users"),
                                           .value = STR("5")},
                    STR("{\"key\":\"total_users\",\"value\":\"5\"}\n"));
    check_both_ways(
        &(struct model_record){.kind = MODEL_RECORD_DATA,
                               .key = STR("user"),
                               .of = {STR("1"), STR_NONE},
                               .field = STR("username"),
                               .value = STR("")},
        STR("{\"key\":\"user\",\"of\":[\"1\"],\"field\":\"username\",\"value\":\"\"}\n"));
    check_both_ways(&(struct model_record){.kind = MODEL_RECORD_DATA,
                                           .key = STR("room"),
                                           .of = {STR("0"), STR_NONE},
                                           .score = STR("1795485764.2830355"),
                                           .value = STR("{\"from\": 1}")},
                    STR("{\"key\":\"room\",\"of\":[\"0\"],\"score\":\"1795485764.2830355\","
                        "\"value\":\"{\\\"from\\\": "
                        "1}\"}\n"));
    check_both_ways(&(struct model_record){.kind = MODEL_RECORD_DATA,
                                           .key = STR("reactions"),
                                           .of = {STR("g7"), STR("1795485764.283035")},
                                           .field = STR("\xf0\x9f\x91\x8d"),
                                           .value = STR("1")},
                    STR("{\"key\":\"reactions\",\"of\":[\"g7\",\"1795485764.283035\"],\"field\":"
                        "\"\\ud83d\\udc4d\",\"value\":\"1\"}\n"));
    arena_finish(&arena);
}

/* Every byte, alone and beside others, in one line of 7-bit text. */
static void every_byte_comes_back(void **state UNUSED)
{
    for (unsigned byte = 0; byte < 256; byte++) {
        arena_init(&arena);
        const char bytes[] = {'a', (char)byte, 'b'};
        const struct model_record record = {.kind = MODEL_RECORD_DATA,
                                            .key = STR("username"),
                                            .of = {{bytes, 3}, STR_NONE},
                                            .field = {bytes + 1, 1},
                                            .value = {bytes, 2}};
        struct model_record read;
        const struct str text = written(&record);
        for (size_t i = 0; i + 1 < text.len; i++) {
            assert_in_range(text.ptr[i], 0x20, 0x7e);
        }
        assert_int_equal(model_record_read((struct str){text.ptr, text.len - 1}, &arena, &read),
                         ERR_OK);
        check_eq(read.of[0], record.of[0]);
        check_eq(read.field, record.field);
        check_eq(read.value, record.value);
        arena_finish(&arena);
    }
}

static void others_are_refused(void **state UNUSED)
{
    static const struct {
        struct str line;
        enum err err;
    } rows[] = {
        {LIT(""), ERR_PROTOCOL},
        {LIT("{"), ERR_PROTOCOL},
        {LIT("[]"), ERR_PROTOCOL},
        {LIT("{}"), ERR_PROTOCOL},
        {LIT("{\"snug\":2}"), ERR_CONFLICT},
        {LIT("{\"snug\":\"1\"}"), ERR_PROTOCOL},
        {LIT("{\"snug\":1,\"more\":1}"), ERR_PROTOCOL},
        {LIT("{\"snug\":1,\"room\":7}"), ERR_PROTOCOL},
        {LIT("{\"end\":false}"), ERR_PROTOCOL},
        {LIT("{\"end\":true,\"value\":\"1\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":5}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":null}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":\"5\",\"value\":\"6\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":\"5\",\"ttl\":\"6\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"user\",\"of\":[],\"value\":\"5\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"user\",\"of\":\"1\",\"value\":\"5\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"user\",\"of\":[\"1\",\"2\",\"3\"],\"value\":\"5\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"room\",\"of\":[\"0\"],\"score\":\"x\",\"value\":\"5\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"room\",\"of\":[\"0\"],\"score\":\"nan\",\"value\":\"5\"}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":{\"hex\":\"f\"}}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":{\"hex\":\"FF\"}}"), ERR_PROTOCOL},
        {LIT("{\"key\":\"total_users\",\"value\":{\"hex\":\"ff\",\"more\":1}}"), ERR_PROTOCOL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct model_record record;
        arena_init(&arena);
        check_row(model_record_read(rows[i].line, &arena, &record) == rows[i].err, rows[i].line);
        arena_finish(&arena);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_comes_back),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(others_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
