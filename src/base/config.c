#include "base/config.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>
#include "base/arena.h"
#include "base/settings.h"

#define FILE_KEY     "SNUG_CONFIG"
#define FILE_DEFAULT "/etc/snug.conf"
#define FILE_MAX     ((size_t)64 * 1024)

/* Where settings and complaints live; never reset. */
static struct arena memory;

/* "a, b or c" */
static struct str list_choices(const char *const *choices)
{
    struct str list = str_of(choices[0]);
    for (size_t i = 1; choices[i] != NULL; i++) {
        const char *glue = choices[i + 1] == NULL ? " or " : ", ";
        list = arena_printf(&memory, "%.*s%s%s", STR_FMT(list), glue, choices[i]);
    }
    return list;
}

/* What a setting may be, in words. */
static struct str range_of(const struct setting *setting)
{
    switch (setting->type) {
    case SETTING_TEXT:
        return str_of(setting->range);
    case SETTING_FLAG:
        return STR("0 or 1");
    case SETTING_NUMBER:
        return arena_printf(&memory, "%" PRIu64 " to %" PRIu64, setting->min, setting->max);
    case SETTING_CHOICE:
        return list_choices(setting->choices);
    }
    return STR("");
}

static enum err refuse(struct str sentence, const char **why)
{
    *why = sentence.ptr;
    return ERR_INVALID;
}

static bool has_control(struct str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < 0x20 || s.ptr[i] == 0x7f) {
            return true;
        }
    }
    return false;
}

/* Puts the bytes of a value where the setting lives. */
static void store(const struct setting *setting, struct config *out, const void *value, size_t size)
{
    memcpy((char *)out + setting->offset, value, size);
}

static enum err set_text(const struct setting *setting, struct str s, struct config *out,
                         const char **why)
{
    const char *complaint = has_control(s) ? "holds a control character" : setting->complain(s);
    if (complaint != NULL) {
        return refuse(arena_printf(&memory, "%s %s.", setting->name, complaint), why);
    }
    const char *text = arena_cstr(&memory, s);
    store(setting, out, &text, sizeof(text));
    return ERR_OK;
}

/* The place of s in a list of words; false when it has none. */
static bool find_choice(const char *const *choices, struct str s, unsigned *out)
{
    for (unsigned i = 0; choices[i] != NULL; i++) {
        if (str_eq(s, str_of(choices[i]))) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* Reads s as the setting's value into its place. */
static enum err set_value(const struct setting *setting, struct str s, struct config *out,
                          const char **why)
{
    uint64_t number = 0;
    unsigned choice = 0;
    bool good = false;
    switch (setting->type) {
    case SETTING_TEXT:
        return set_text(setting, s, out, why);
    case SETTING_FLAG:
        good = str_u64_max(s, 1, &number);
        store(setting, out, &(bool){number == 1}, sizeof(bool));
        break;
    case SETTING_NUMBER:
        good = str_u64_max(s, setting->max, &number) && number >= setting->min;
        store(setting, out, &number, sizeof(number));
        break;
    case SETTING_CHOICE:
        good = find_choice(setting->choices, s, &choice);
        store(setting, out, &choice, sizeof(choice));
        break;
    }
    if (good) {
        return ERR_OK;
    }
    const struct str range = range_of(setting);
    return refuse(arena_printf(&memory, "%s must be %.*s.", setting->name, STR_FMT(range)), why);
}

/* Takes KEY=VALUE lines into texts, which stand in the order of the table. */
static enum err parse_file(const char *path, struct str rest, struct str texts[], const char **why)
{
    struct str line;
    for (unsigned n = 1; str_split(&rest, '\n', &line); n++) {
        if (str_ends(line, STR("\r"))) {
            line.len--;
        }
        line = str_trim(line);
        if (line.len == 0 || line.ptr[0] == '#') {
            continue;
        }
        struct str value = line;
        struct str key;
        if (!str_split(&value, '=', &key) || !str_is_set(value)) {
            return refuse(arena_printf(&memory, "Line %u of %s is not KEY=VALUE.", n, path), why);
        }
        key = str_trim(key);
        const size_t at = settings_find(key);
        if (at == settings_count) {
            return refuse(arena_printf(&memory, "Line %u of %s has an unknown key, %s.", n, path,
                                       log_text(key)),
                          why);
        }
        if (str_is_set(texts[at])) {
            return refuse(arena_printf(&memory, "%s is in %s twice, again in line %u.",
                                       settings_table[at].name, path, n),
                          why);
        }
        texts[at] = str_trim(value);
    }
    return ERR_OK;
}

/* Reads what is left of a file, up to FILE_MAX + 1 bytes, into *out. 0, or an errno. */
static int read_all(int fd, struct str *out)
{
    char *bytes = arena_alloc(&memory, FILE_MAX + 1);
    size_t len = 0;
    ssize_t n;
    do {
        n = read(fd, bytes + len, FILE_MAX + 1 - len);
        if (n > 0) {
            len += (size_t)n;
        }
    } while (n > 0 || (n < 0 && errno == EINTR));
    *out = (struct str){bytes, len};
    return n < 0 ? errno : 0;
}

/* Reads the settings in the file at path; without one, unless it is required, there are none. */
static enum err read_file(const char *path, bool required, struct str texts[], const char **why)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 && errno == ENOENT && !required) {
        return ERR_OK;
    }
    struct str text = STR("");
    const int failure = fd < 0 ? errno : read_all(fd, &text);
    if (fd >= 0) {
        close(fd);
    }
    if (failure != 0) {
        return refuse(arena_printf(&memory, "%s%s cannot be read: %s.",
                                   required ? FILE_KEY " names a file that" : "",
                                   required ? "" : path, strerror(failure)),
                      why);
    }
    if (text.len > FILE_MAX) {
        return refuse(arena_printf(&memory, "%s is over %zu KiB.", path, FILE_MAX / 1024), why);
    }
    return parse_file(path, text, texts, why);
}

/* Takes the SNUG_ variables of the environment into texts, over what stands there. */
static enum err read_environment(char *const *envp, struct str texts[], const char **why)
{
    for (; *envp != NULL; envp++) {
        struct str value = str_of(*envp);
        struct str name;
        if (!str_starts(value, STR("SNUG_")) || !str_split(&value, '=', &name) ||
            str_eq(name, STR(FILE_KEY))) {
            continue;
        }
        const size_t at = settings_find(name);
        if (at == settings_count) {
            return refuse(arena_printf(&memory, "The environment has an unknown setting, %s.",
                                       log_text(name)),
                          why);
        }
        texts[at] = str_is_set(value) ? value : STR("");
    }
    return ERR_OK;
}

/* The file that the environment names, or NULL. */
static const char *named_file(char *const *envp)
{
    for (; *envp != NULL; envp++) {
        if (str_starts(str_of(*envp), STR(FILE_KEY "="))) {
            return *envp + strlen(FILE_KEY "=");
        }
    }
    return NULL;
}

/* The text of each setting that has one; of file, the one in the file. */
static enum err gather(char *const *envp, struct str texts[CONFIG_VALUES_MAX],
                       struct str file[CONFIG_VALUES_MAX], const char **why)
{
    const char *named = named_file(envp);
    enum err err = read_file(named != NULL ? named : FILE_DEFAULT, named != NULL, file, why);
    if (err == ERR_OK) {
        memcpy(texts, file, CONFIG_VALUES_MAX * sizeof(*texts));
        err = read_environment(envp, texts, why);
    }
    return err;
}

enum err config_read(char *const *envp, struct config *out, const char **why)
{
    struct str texts[CONFIG_VALUES_MAX] = {0};
    struct str file[CONFIG_VALUES_MAX] = {0};
    enum err err = gather(envp, texts, file, why);
    struct config config = {0};
    for (size_t i = 0; err == ERR_OK && i < settings_count; i++) {
        const struct str text =
            str_is_set(texts[i]) ? texts[i] : str_of(settings_table[i].fallback);
        err = set_value(&settings_table[i], text, &config, why);
    }
    if (err == ERR_OK) {
        *out = config;
    }
    return err;
}

enum err config_list(char *const *envp, struct config_list *out, const char **why)
{
    struct str texts[CONFIG_VALUES_MAX] = {0};
    struct str file[CONFIG_VALUES_MAX] = {0};
    const enum err err = gather(envp, texts, file, why);
    if (err != ERR_OK) {
        return err;
    }
    const char *named = named_file(envp);
    *out = (struct config_list){.file = named != NULL ? named : FILE_DEFAULT, .n = settings_count};
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *setting = &settings_table[i];
        const struct str text = str_is_set(texts[i]) ? texts[i] : str_of(setting->fallback);
        const struct str text_shown = setting->hide != NULL ? setting->hide(&memory, text) : text;
        const bool is_files = texts[i].ptr == file[i].ptr;
        out->values[i] = (struct config_value){.name = setting->name,
                                               .text = text_shown,
                                               .source = !str_is_set(texts[i]) ? CONFIG_DEFAULT
                                                         : is_files            ? CONFIG_FILE
                                                                    : CONFIG_ENVIRONMENT};
        out->has_secret |= setting->hide != NULL && str_is_set(file[i]) &&
                           !str_eq(setting->hide(&memory, file[i]), file[i]);
    }
    return ERR_OK;
}

void config_help(FILE *out)
{
    static const char row[] = "%-24s  %-33s  %-46.*s  %s\n";
    const struct str file_range = STR("a path; in the environment only");
    fprintf(out, row, FILE_KEY, FILE_DEFAULT, STR_FMT(file_range), "the file of settings");
    for (size_t i = 0; i < settings_count; i++) {
        const struct setting *s = &settings_table[i];
        const struct str range = range_of(s);
        fprintf(out, row, s->name, s->fallback[0] == '\0' ? "-" : s->fallback, STR_FMT(range),
                s->help);
    }
}
