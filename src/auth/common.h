#ifndef AUTH_COMMON_H
#define AUTH_COMMON_H

#include <stdbool.h>
#include "base/str.h"

/*
 * The passwords that are tried first: common.txt, a line each, in lower case and in the order of
 * bytes, a part of this object. They are those of the 20,000 commonest that have 8 bytes or more,
 * which shorter ones need not be looked up for. The 20,000 are facts about leaked passwords,
 * gathered by Royce Williams, as Debian's python3-django (BSD licence) has them in
 * django/contrib/auth/common-passwords.txt.gz.
 */

/* Is it one of them, in whatever case? */
bool auth_common_has(struct str password);

#endif
