#ifndef LOAD_PEOPLE_H
#define LOAD_PEOPLE_H

#include <stdbool.h>
#include <stddef.h>
#include "base/arena.h"
#include "base/attr.h"
#include "base/str.h"

/* The file of people: their cookies, their rooms, and who is in a room. All of it is the arena's.
 */

struct load_person {
    struct str cookie; /* absent: none */
    size_t *rooms;     /* places in load_people.rooms */
    size_t nrooms;
};

struct load_room {
    struct str id;
    size_t *people; /* places in load_people.people */
    size_t npeople, cap;
    size_t ready; /* streams that are expected to get what is sent to it */
};

struct load_people {
    struct arena arena;
    struct load_person *people;
    size_t npeople;
    struct load_room *rooms;
    size_t nrooms;
};

/* False: it cannot be read, or nobody is in it; which has been said. */
NODISCARD bool load_people_read(struct load_people *out, const char *path);
void load_people_finish(struct load_people *people);

/* Is the room one of the person's? */
bool load_people_is_in(const struct load_person *person, size_t room);

#endif
