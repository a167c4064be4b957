#ifndef MODEL_LINES_H
#define MODEL_LINES_H

#include <stdbool.h>
#include "base/arena.h"
#include "base/buf.h"
#include "base/str.h"

/*
 * The API's answers as lines, for pipes and for people. They are made of the JSON, which so is the
 * one form that a handler writes, and what is true of it is true of these. answer is JSON of ours:
 * an object, without white space.
 */

/*
 * A line of JSON for each element of the list that answer holds, byte for byte as it stands there.
 * What holds no list, and what has an id and so is a thing itself, is one line.
 */
void model_lines_ndjson(struct buf *out, struct str answer);

/*
 * Lines to be read: messages ("2026-11-24 20:12 Pablo: Hello", in UTC, what follows a newline
 * indented by four blanks), rooms and users (fields between tabs), see docs/API.md. False, and
 * nothing added: the answer holds none of these.
 */
bool model_lines_text(struct buf *out, struct str answer, struct arena *arena);

/*
 * Text as a terminal may show it: controls and what changes the direction of writing are shown by
 * their number, "<U+202E>", so that nothing moves the cursor, sets a title, or stands elsewhere
 * than it was written. Tabs stay; newline stands for each newline.
 */
void model_lines_plain(struct buf *out, struct str text, struct str newline);

#endif
