#include "model/score.h"

#include <math.h>
#include "support/check.h"

static struct arena arena;

/* Text that Redis prints or reads, and what it is printed as. */
static void reads(void **state)
{
    (void)state;
    static const struct {
        struct str text;
        const char *printed; /* NULL: no score */
    } rows[] = {
        {LIT("1795485893"), "1795485893"},
        {LIT("1795485764.2830355"), "1795485764.2830355"},
        {LIT("1795485764.28303550"), "1795485764.2830355"},
        {LIT("1795485764.0"), "1795485764"},
        {LIT("0"), "0"},
        {LIT("-0"), "0"},
        {LIT("-5"), "-5"},
        {LIT("0.5"), "0.5"},
        {LIT("1e3"), "1000"},
        {LIT("1E+3"), "1000"},
        {LIT("25e-1"), "2.5"},
        {LIT("1e20"), "1e+20"},
        {LIT("inf"), "inf"},
        {LIT("-inf"), "-inf"},
        {LIT(""), NULL},
        {{NULL, 0}, NULL},
        {LIT("-"), NULL},
        {LIT("+1"), NULL},
        {LIT("1."), NULL},
        {LIT(".5"), NULL},
        {LIT("1.e5"), NULL},
        {LIT("1e"), NULL},
        {LIT("1e+"), NULL},
        {LIT("1e999"), NULL},
        {LIT("nan"), NULL},
        {LIT("INF"), NULL},
        {LIT("infinity"), NULL},
        {LIT("0x1p3"), NULL},
        {LIT(" 1"), NULL},
        {LIT("1 "), NULL},
        {LIT("1\0"), NULL},
        {LIT("1,5"), NULL},
        {LIT("1.2.3"), NULL},
        {LIT("111111111111111111111111111111111111111111111111111111111111111"),
         "1.1111111111111112e+62"},
        {LIT("1111111111111111111111111111111111111111111111111111111111111111"), NULL},
    };
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        double score = (double)NAN;
        const bool good = model_score_read(rows[i].text, &score);
        check_row(good == (rows[i].printed != NULL), rows[i].text);
        check_row(good != (bool)isnan(score), rows[i].text);
        if (good) {
            check_str(model_score_text(&arena, score), rows[i].printed);
        }
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
    const struct CMUnitTest tests[] = {cmocka_unit_test(reads)};
    arena_init(&arena);
    return cmocka_run_group_tests_name("model/score", tests, NULL, reset);
}
