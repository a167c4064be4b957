#ifndef MODEL_TOKEN_H
#define MODEL_TOKEN_H

#include <stdbool.h>
#include "base/attr.h"
#include "base/str.h"

/* What may be asked of an API token, in the browser and in the shell. */

#define MODEL_TOKEN_NAME_MAX  64 /* bytes */
#define MODEL_TOKEN_ROOMS_MAX 50 /* that it may be narrowed to */
#define MODEL_TOKEN_DAYS_MAX  3650

/* 1 to MODEL_TOKEN_NAME_MAX bytes without control characters? */
bool model_token_is_name(struct str name);

/*
 * Reads "write read", or "write,read", into the words as they are stored: "read", "write" or "read
 * write". False, and *scope untouched, for anything else.
 */
NODISCARD bool model_token_scope(struct str text, struct str *scope);

#endif
