#include "load/people.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "base/mem.h"

#define ROOMS_MAX 10000

static size_t find_room(struct load_people *p, struct str id)
{
    for (size_t i = 0; i < p->nrooms; i++) {
        if (str_eq(p->rooms[i].id, id)) {
            return i;
        }
    }
    if (p->nrooms == ROOMS_MAX) {
        mem_die("rooms");
    }
    p->rooms[p->nrooms] = (struct load_room){.id = arena_str(&p->arena, id)};
    return p->nrooms++;
}

static void enter(struct load_room *room, size_t person)
{
    if (room->npeople == room->cap) {
        room->cap = room->cap > 0 ? room->cap * 2 : 8;
        room->people = mem_realloc(room->people, room->cap * sizeof(size_t));
    }
    room->people[room->npeople++] = person;
}

static void take_line(struct load_people *p, struct str line)
{
    const size_t at = p->npeople++;
    struct load_person *person = &p->people[at];
    struct str rest = line;
    struct str cookie;
    struct str room;
    (void)str_split(&rest, '\t', &cookie);
    *person =
        (struct load_person){.cookie = cookie.len > 0 ? arena_str(&p->arena, cookie) : STR_NONE};
    rest = rest.len > 0 ? rest : STR("0");
    size_t most = 1;
    for (size_t i = 0; i < rest.len; i++) {
        most += rest.ptr[i] == ',';
    }
    person->rooms = arena_alloc(&p->arena, most * sizeof(size_t));
    while (str_split(&rest, ',', &room)) {
        person->rooms[person->nrooms] = find_room(p, room);
        enter(&p->rooms[person->rooms[person->nrooms++]], at);
    }
}

bool load_people_read(struct load_people *out, const char *path)
{
    FILE *file = fopen(path, "re");
    char *line = NULL;
    size_t cap = 0;
    size_t room = 0;
    ssize_t len;
    if (file == NULL) {
        fprintf(stderr, "load: %s: %s\n", path, strerror(errno));
        return false;
    }
    *out = (struct load_people){0};
    arena_init(&out->arena);
    out->rooms = mem_zalloc(ROOMS_MAX, sizeof(struct load_room));
    while ((len = getline(&line, &cap, file)) > 0) {
        if (out->npeople == room) {
            room = room > 0 ? room * 2 : 1024;
            out->people = mem_realloc(out->people, room * sizeof(struct load_person));
        }
        take_line(out, (struct str){line, (size_t)len - (line[len - 1] == '\n')});
    }
    free(line);
    fclose(file);
    if (out->npeople == 0) {
        fprintf(stderr, "load: %s: nobody\n", path);
        load_people_finish(out);
        return false;
    }
    return true;
}

void load_people_finish(struct load_people *people)
{
    for (size_t i = 0; i < people->nrooms; i++) {
        mem_free(people->rooms[i].people);
    }
    mem_free(people->rooms);
    mem_free(people->people);
    arena_finish(&people->arena);
}

bool load_people_is_in(const struct load_person *person, size_t room)
{
    for (size_t i = 0; i < person->nrooms; i++) {
        if (person->rooms[i] == room) {
            return true;
        }
    }
    return false;
}
