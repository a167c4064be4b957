#ifndef BASE_SETTINGS_H
#define BASE_SETTINGS_H

#include <stddef.h>
#include <stdint.h>
#include "base/arena.h"
#include "base/str.h"

/*
 * The table of settings: what there is to configure, what each may be, and where in struct config
 * it lives. base/config.c reads files and the environment by it. A new setting is a line of it and
 * a member of struct config.
 */

enum setting_type {
    SETTING_TEXT,   /* const char * */
    SETTING_FLAG,   /* bool */
    SETTING_NUMBER, /* uint64_t */
    SETTING_CHOICE  /* an enum, by the place of the word in the list */
};

struct setting {
    const char *name;
    enum setting_type type;
    size_t offset; /* in struct config */
    const char *fallback;
    uint64_t min, max;                     /* of a number */
    const char *const *choices;            /* of a choice, NULL-terminated */
    const char *(*complain)(struct str s); /* of a text: NULL, or what it must be */
    const char *range;                     /* of a text, for people */
    const char *help;

    /* Of a secret: it, as it may be shown; borrowed from s, or in the arena. */
    struct str (*hide)(struct arena *arena, struct str s);
};

extern const struct setting settings_table[];
extern const size_t settings_count; /* at most CONFIG_VALUES_MAX */

/* The place of a setting in the table, or settings_count. */
size_t settings_find(struct str name);

#endif
