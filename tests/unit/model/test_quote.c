#include "model/quote.h"

#include "support/check.h"

#define ID "1795485263.175001"

static struct arena arena;

static struct str repeated(const char *unit, size_t times, const char *more)
{
    struct buf out;
    buf_init(&out, &arena, 4096);
    for (size_t i = 0; i < times; i++) {
        buf_add_cstr(&out, unit);
    }
    buf_add_cstr(&out, more);
    return buf_str(&out);
}

/* What is quoted of a text, as JSON. */
static void quotes_the_beginning(void **state)
{
    (void)state;
    const struct {
        struct str text;
        struct str said;
    } rows[] = {
        {STR("Hello"), STR("Hello")},
        {STR(""), STR("")},
        {STR(" \n\t\n "), STR("")},
        {STR("  Hello \n"), STR("Hello")},
        {STR("\n\nHello\nMary"), STR("Hello\\u2026")},
        {STR("a \"b\" \\ \xc3\xa9 \xf0\x9f\x98\x80"),
         STR("a \\\"b\\\" \\\\ \\u00e9 \\ud83d\\ude00")},
        {repeated("a", MODEL_QUOTE_MAX, ""), repeated("a", MODEL_QUOTE_MAX, "")},
        {repeated("a", MODEL_QUOTE_MAX, "a"), repeated("a", MODEL_QUOTE_MAX, "\\u2026")},
        {repeated("\xe2\x82\xac", 46, "ab"), repeated("\\u20ac", 46, "ab")},
        {repeated("\xe2\x82\xac", 47, ""), repeated("\\u20ac", 46, "\\u2026")},
        {repeated("\xf0\x9f\x98\x80", 36, ""), repeated("\\ud83d\\ude00", 35, "\\u2026")},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const struct model_message m = {.id = STR(ID), .from = STR("2"), .text = rows[i].text};
        const struct str quote = model_quote_write(&arena, &m);
        check_eq(quote,
                 arena_printf(&arena, "{\"id\":\"" ID "\",\"from\":\"2\",\"message\":\"%.*s\"}",
                              STR_FMT(rows[i].said)));
        struct str rest = arena_printf(&arena, "%.*s,\"x\"", STR_FMT(quote)), taken;
        check_row(model_quote_take(&rest, &taken), rows[i].text);
        check_eq(taken, quote);
        check_str(rest, ",\"x\"");
    }
}

/* The demo family's messages too, and those of nobody known. */
static void takes_what_a_message_has(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"{\"id\":\"" ID "\",\"from\":\"2\",\"message\":\"x\"}", true},
        {"{\"id\":\"1795485893~0f3a9c21\",\"from\":\"0\",\"message\":\"\\\"}\"}", true},
        {"", false},
        {"{}", false},
        {"{\"id\":\"" ID "\"}", false},
        {"{\"id\":\"x\",\"from\":\"2\",\"message\":\"x\"}", false},
        {"{\"id\":\"" ID "\",\"from\":\"x\",\"message\":\"x\"}", false},
        {"{\"id\":\"" ID "\",\"from\":\"2\",\"message\":\"x}", false},
        {"{\"id\":\"" ID "\",\"from\":\"2\",\"message\":\"x\"", false},
        {"{\"id\":\"" ID "\",\"from\":\"2\",\"message\":\"\xc3\xa9\"}", false},
        {"{\"id\":\"" ID "\",\"from\":\"2\",\"message\":\"x\",\"more\":1}", false},
        {"{\"from\":\"2\",\"id\":\"" ID "\",\"message\":\"x\"}", false},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        struct str rest = str_of(rows[i].text), quote = STR_NONE;
        check_row(model_quote_take(&rest, &quote) == rows[i].good, str_of(rows[i].text));
        check_row(str_is_set(quote) == rows[i].good, str_of(rows[i].text));
        check_str(rest, rows[i].good ? "" : rows[i].text);
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
        cmocka_unit_test(quotes_the_beginning),
        cmocka_unit_test(takes_what_a_message_has),
    };
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/quote", tests, NULL, reset);
}
