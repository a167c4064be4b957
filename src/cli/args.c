#include "cli/args.h"

#define DURATION_MAX_S ((uint64_t)3650 * 24 * 3600)

static bool is_option(struct str s)
{
    return s.len > 1 && s.ptr[0] == '-';
}

/* Takes brackets off a word of the synopsis, and counts how many are open before and after it. */
static struct str take_brackets(struct str word, unsigned *before, unsigned *after)
{
    while (str_starts(word, STR("["))) {
        word = str_skip(word, 1);
        ++*before;
    }
    *after = *before;
    while (str_ends(word, STR("]"))) {
        word.len--;
        --*after;
    }
    return word;
}

/* What a synopsis may have, nothing of it given yet. */
static void read_synopsis(struct str synopsis, struct cli_args *args)
{
    struct str word;
    unsigned open = 0;
    bool wants_value = false; /* the last word is an option in the same brackets */
    args->n = 0;
    while (str_split(&synopsis, ' ', &word)) {
        unsigned after;
        word = take_brackets(word, &open, &after);
        if (wants_value && !is_option(word) && !str_eq(word, STR("|"))) {
            args->item[args->n - 1].has_value = true;
            wants_value = false;
        } else if (str_eq(word, STR("...")) && args->n > 0) {
            args->item[args->n - 1].is_list = true;
        } else if (word.len > 0 && !str_eq(word, STR("|")) && args->n < CLI_ARGS_MAX) {
            args->item[args->n++] = (struct cli_arg){
                .name = word, .required = open == 0, .has_value = !is_option(word)};
            wants_value = is_option(word) && after == open;
        } else {
            wants_value = false;
        }
        open = after;
    }
}

/* The option of this name, or the first argument that has no value yet; NULL: there is none. */
static struct cli_arg *find(struct cli_args *args, struct str option)
{
    for (size_t i = 0; i < args->n; i++) {
        struct cli_arg *item = &args->item[i];
        if (str_is_set(option) ? str_eq(item->name, option)
                               : !is_option(item->name) && !str_is_set(item->value)) {
            return item;
        }
    }
    return NULL;
}

static enum err refuse(struct str sentence, struct str *why)
{
    *why = sentence;
    return ERR_INVALID;
}

/* --json, --help, which every command has. */
static bool take_common(struct cli_args *args, struct str word)
{
    if (str_eq(word, STR("--json"))) {
        args->json = true;
        return true;
    }
    if (str_eq(word, STR("--help"))) {
        args->help = true;
        return true;
    }
    return false;
}

/* "--name", "--name=value", or "--name" and the word after it, which *argv is then moved to. */
static enum err take_option(struct cli_args *args, char *const **argv, struct arena *arena,
                            struct str *why)
{
    struct str value = str_of(**argv);
    struct str name;
    if (!str_split(&value, '=', &name)) {
        return ERR_INVALID;
    }
    struct cli_arg *item = find(args, name);
    if (item == NULL) {
        return refuse(arena_printf(arena, "there is no option %.*s", STR_FMT(name)), why);
    }
    if (str_is_set(item->value)) {
        return refuse(arena_printf(arena, "%.*s is given twice", STR_FMT(name)), why);
    }
    if (!item->has_value) {
        if (str_is_set(value)) {
            return refuse(arena_printf(arena, "%.*s takes no value", STR_FMT(name)), why);
        }
        item->value = STR("");
        return ERR_OK;
    }
    if (!str_is_set(value)) {
        value = str_of((*argv)[1]);
        if (!str_is_set(value)) {
            return refuse(arena_printf(arena, "%.*s wants a value", STR_FMT(name)), why);
        }
        ++*argv;
    }
    item->value = value;
    return ERR_OK;
}

static enum err take_argument(struct cli_args *args, struct str word, struct arena *arena,
                              struct str *why)
{
    struct cli_arg *item = find(args, STR_NONE);
    if (item == NULL && args->n > 0 && args->item[args->n - 1].is_list &&
        args->nmore < CLI_ARGS_MORE) {
        args->more[args->nmore++] = word;
        return ERR_OK;
    }
    if (item == NULL) {
        return refuse(arena_printf(arena, "one argument too many, \"%.*s\"", STR_FMT(word)), why);
    }
    item->value = word;
    return ERR_OK;
}

static enum err check_required(const struct cli_args *args, struct arena *arena, struct str *why)
{
    for (size_t i = 0; i < args->n; i++) {
        const struct cli_arg *item = &args->item[i];
        if (item->required && !str_is_set(item->value)) {
            return refuse(arena_printf(arena, "%.*s is missing", STR_FMT(item->name)), why);
        }
    }
    return ERR_OK;
}

/* A word that may be an option. */
static enum err take_word(struct cli_args *args, char *const **argv, struct arena *arena,
                          struct str *why)
{
    const struct str word = str_of(**argv);
    if (take_common(args, word)) {
        return ERR_OK;
    }
    if (is_option(word)) {
        return take_option(args, argv, arena, why);
    }
    return take_argument(args, word, arena, why);
}

enum err cli_args_read(const char *synopsis, char *const *argv, struct arena *arena,
                       struct cli_args *out, struct str *why)
{
    struct cli_args args = {0};
    bool options = true;
    enum err err = ERR_OK;
    read_synopsis(str_of(synopsis), &args);
    for (; err == ERR_OK && *argv != NULL; argv++) {
        const struct str word = str_of(*argv);
        if (!options) {
            err = take_argument(&args, word, arena, why);
        } else if (str_eq(word, STR("--"))) {
            options = false;
        } else {
            err = take_word(&args, &argv, arena, why);
        }
    }
    if (err == ERR_OK && !args.help) {
        err = check_required(&args, arena, why);
    }
    if (err == ERR_OK) {
        *out = args;
    }
    return err;
}

struct str cli_args_get(const struct cli_args *args, const char *name)
{
    for (size_t i = 0; i < args->n; i++) {
        if (str_eq(args->item[i].name, str_of(name))) {
            return args->item[i].value;
        }
    }
    return STR_NONE;
}

bool cli_args_has(const struct cli_args *args, const char *name)
{
    return str_is_set(cli_args_get(args, name));
}

bool cli_args_duration(struct str s, uint64_t *seconds)
{
    static const struct {
        char letter;
        uint64_t seconds;
    } units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 24 * 3600}};
    uint64_t n;
    for (size_t i = 0; s.len > 0 && i < ARRAY_LEN(units); i++) {
        if (s.ptr[s.len - 1] == units[i].letter) {
            const struct str number = {s.ptr, s.len - 1};
            if (!str_u64_max(number, DURATION_MAX_S / units[i].seconds, &n) || n == 0) {
                return false;
            }
            *seconds = n * units[i].seconds;
            return true;
        }
    }
    return false;
}
