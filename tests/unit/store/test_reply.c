#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include "store/reply.h"
#include "support/resp.h"

static enum err err_of(const char *resp)
{
    struct redisReply *reply = resp_reply(resp);
    const enum err err = store_reply_err(reply);
    resp_free(&reply, 1);
    return err;
}

static void tells_what_an_error_means(void **state UNUSED)
{
    static const struct {
        const char *resp;
        enum err err;
    } cases[] = {
        {"+OK\r\n", ERR_OK},
        {"$2\r\n-x\r\n", ERR_OK},
        {"*1\r\n-SNUG not_found\r\n", ERR_OK},
        {"-SNUG not_found\r\n", ERR_NOT_FOUND},
        {"-SNUG unauthenticated\r\n", ERR_UNAUTHENTICATED},
        {"-SNUG nonce_reused\r\n", ERR_NONCE_REUSED},
        {"-SNUG name_taken\r\n", ERR_NAME_TAKEN},
        {"-SNUG no_epoch\r\n", ERR_UNAVAILABLE},
        {"-SNUG ok\r\n", ERR_INTERNAL},
        {"-SNUG nonsense\r\n", ERR_INTERNAL},
        {"-SNUG\r\n", ERR_INTERNAL},
        {"-SNUGnot_found\r\n", ERR_INTERNAL},
        {"-OOM command not allowed when used memory > 'maxmemory'.\r\n", ERR_STORAGE_FULL},
        {"-LOADING Redis is loading the dataset in memory\r\n", ERR_UNAVAILABLE},
        {"-MASTERDOWN Link with MASTER is down\r\n", ERR_UNAVAILABLE},
        {"-READONLY You can't write against a read only replica.\r\n", ERR_UNAVAILABLE},
        {"-BUSY Redis is busy running a script.\r\n", ERR_UNAVAILABLE},
        {"-TRYAGAIN x\r\n", ERR_UNAVAILABLE},
        {"-NOREPLICAS Not enough good replicas to write.\r\n", ERR_UNAVAILABLE},
        {"-MISCONF Redis is configured to save RDB snapshots\r\n", ERR_UNAVAILABLE},
        {"-BUSYGROUP x\r\n", ERR_INTERNAL},
        {"-WRONGTYPE Operation against a key\r\n", ERR_INTERNAL},
        {"-ERR unknown command\r\n", ERR_INTERNAL},
        {"-\r\n", ERR_INTERNAL},
    };
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        if (err_of(cases[i].resp) != cases[i].err) {
            fail_msg("%s is read as %s", cases[i].resp, err_code(err_of(cases[i].resp)));
        }
    }
    assert_int_equal(store_reply_err(NULL), ERR_OK);
}

/* Every word that a script may refuse with is the code of one error, and comes back as that. */
static void knows_every_code(void **state UNUSED)
{
    for (int err = ERR_OK + 1; err < ERR__MAX; err++) {
        char resp[64];
        snprintf(resp, sizeof(resp), "-SNUG %s\r\n", err_code((enum err)err));
        assert_int_equal(err_of(resp), err);
    }
}

static void knows_what_was_not_run(void **state UNUSED)
{
    struct redisReply *noscript = resp_reply("-NOSCRIPT No matching script. Please use EVAL.\r\n");
    struct redisReply *no_epoch = resp_reply("-SNUG no_epoch\r\n");
    struct redisReply *text = resp_reply("+NOSCRIPT\r\n");
    assert_true(store_reply_is_noscript(noscript));
    assert_false(store_reply_is_noscript(no_epoch));
    assert_false(store_reply_is_noscript(text));
    assert_false(store_reply_is_noscript(NULL));
    assert_true(store_reply_is_no_epoch(no_epoch));
    assert_false(store_reply_is_no_epoch(noscript));
    resp_free(&noscript, 1);
    resp_free(&no_epoch, 1);
    resp_free(&text, 1);
}

static void reads_values(void **state UNUSED)
{
    struct redisReply *reply =
        resp_reply("*5\r\n$3\r\na\r\n\r\n:-7\r\n$-1\r\n*2\r\n:1\r\n:2\r\n+QUEUED\r\n");
    struct str text;
    int64_t number;
    size_t len;
    assert_int_equal(store_reply_len(reply, &len), ERR_OK);
    assert_int_equal(len, 5);
    assert_int_equal(store_reply_str(store_reply_at(reply, 0), &text), ERR_OK);
    assert_true(str_eq(text, STR("a\r\n")));
    assert_int_equal(store_reply_i64(store_reply_at(reply, 1), &number), ERR_OK);
    assert_int_equal(number, -7);
    assert_true(store_reply_is_nil(store_reply_at(reply, 2)));
    assert_int_equal(store_reply_len(store_reply_at(reply, 3), &len), ERR_OK);
    assert_int_equal(len, 2);
    assert_int_equal(store_reply_str(store_reply_at(reply, 4), &text), ERR_OK);
    assert_true(str_eq(text, STR("QUEUED")));
    assert_null(store_reply_at(reply, 5));
    assert_null(store_reply_at(store_reply_at(reply, 0), 0));
    assert_null(store_reply_at(NULL, 0));
    resp_free(&reply, 1);
}

/* Redis answered, but not what the script says: nothing is written, nothing dies. */
static void refuses_another_shape(void **state UNUSED)
{
    static const char *const resps[] = {"+OK\r\n", ":1\r\n",  "$-1\r\n",
                                        "*0\r\n",  "*-1\r\n", "-ERR x\r\n"};
    struct str text = STR("untouched");
    int64_t number = 42;
    size_t len = 42;
    for (size_t i = 0; i < ARRAY_LEN(resps); i++) {
        struct redisReply *reply = resp_reply(resps[i]);
        assert_int_equal(store_reply_str(reply, &text), resps[i][0] == '+' ? ERR_OK : ERR_INTERNAL);
        assert_int_equal(store_reply_i64(reply, &number),
                         resps[i][0] == ':' ? ERR_OK : ERR_INTERNAL);
        assert_int_equal(store_reply_len(reply, &len),
                         strcmp(resps[i], "*0\r\n") == 0 ? ERR_OK : ERR_INTERNAL);
        text = STR("untouched");
        resp_free(&reply, 1);
    }
    assert_int_equal(number, 1);
    assert_int_equal(len, 0);
    assert_int_equal(store_reply_str(NULL, &text), ERR_INTERNAL);
    assert_int_equal(store_reply_i64(NULL, &number), ERR_INTERNAL);
    assert_int_equal(store_reply_len(NULL, &len), ERR_INTERNAL);
    assert_false(store_reply_is_nil(NULL));
    assert_true(str_eq(text, STR("untouched")));
}

static void reads_texts_in_a_row(void **state UNUSED)
{
    struct redisReply *reply = resp_reply("*3\r\n:1\r\n$1\r\na\r\n$1\r\nb\r\n");
    struct str text[3];
    assert_int_equal(store_reply_strs(reply, 1, 2, text), ERR_OK);
    assert_true(str_eq(text[0], STR("a")) && str_eq(text[1], STR("b")));
    assert_int_equal(store_reply_strs(reply, 0, 2, text), ERR_INTERNAL);
    assert_int_equal(store_reply_strs(reply, 1, 3, text), ERR_INTERNAL);
    assert_int_equal(store_reply_strs(reply, 3, 0, text), ERR_OK);
    resp_free(&reply, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_what_an_error_means), cmocka_unit_test(knows_every_code),
        cmocka_unit_test(knows_what_was_not_run),    cmocka_unit_test(reads_values),
        cmocka_unit_test(refuses_another_shape),     cmocka_unit_test(reads_texts_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
