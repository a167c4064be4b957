#ifndef MODEL_MENTION_H
#define MODEL_MENTION_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/str.h"

/*
 * Whom a text speaks to: "@joe", or "@room", which is everybody in the room. Said here are names
 * only; whose they are, and who is in the room, is for the store. A message carries what that came
 * to: ["2","room"], ids of users and the word "room".
 */

#define MODEL_MENTION_MAX 20 /* names of a text; those that follow are only text */

/*
 * The names, borrowed from the text, each once (without regard to case), and how many. A name is
 * what follows "@" of ASCII letters, digits, ".", "_" and "-": up to 32 bytes that end in a letter
 * or digit. Whether ".", "_" and "-" that stand behind it belong to it, only who knows the names
 * can say: so they come along, as far as 32 bytes go. None in a word, a mail address, a URL or
 * another server's "@joe@there".
 */
size_t model_mention_find(struct str text, struct str names[MODEL_MENTION_MAX]);

/* The same names as one text, with a space between two. */
struct str model_mention_words(struct arena *arena, struct str text);

/* Takes ["2","room"], as a message has it, off the front of *rest. False for anything else. */
bool model_mention_take(struct str *rest, struct str *list);

#endif
