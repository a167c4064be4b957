#include "cli/feed.h"

#include <stdlib.h>
#include <string.h>
#include "base/mem.h"
#include "base/rand.h"
#include "cli/show.h"

/* Of so many rooms the newest messages are looked at in the beginning, where none is named. */
#define ROOMS_MAX 12
#define PAGE      200 /* messages in one answer */

void cli_feed_init(struct cli_feed *feed, struct cli_remote *remote, const struct str *wanted,
                   size_t nwanted)
{
    *feed = (struct cli_feed){.remote = remote, .wanted = wanted, .nwanted = nwanted};
    arena_init(&feed->arena);
    cli_names_init(&feed->names);
}

void cli_feed_finish(struct cli_feed *feed)
{
    cli_names_finish(&feed->names);
    mem_free(feed->rooms);
    arena_finish(&feed->arena);
}

static bool is_wanted(const struct cli_feed *feed, struct str room)
{
    for (size_t i = 0; i < feed->nwanted; i++) {
        if (str_eq(feed->wanted[i], room)) {
            return true;
        }
    }
    return feed->nwanted == 0;
}

static struct cli_feed_room *find(const struct cli_feed *feed, struct str id)
{
    for (size_t i = 0; i < feed->n; i++) {
        if (str_eq(feed->rooms[i].id, id)) {
            return &feed->rooms[i];
        }
    }
    return NULL;
}

static void pass(struct cli_feed_room *room, struct str id)
{
    if (room != NULL && id.len > 0 && id.len < sizeof(room->last)) {
        memcpy(room->last, id.ptr, id.len);
        room->last[id.len] = '\0';
    }
}

/* What it is called; where it is new, it is taken in. */
static struct cli_feed_room *learn(struct cli_feed *feed, struct str id, struct str name)
{
    struct cli_feed_room *room = find(feed, id);
    if (room == NULL) {
        if (feed->n == feed->cap) {
            feed->cap = feed->cap == 0 ? 16 : 2 * feed->cap;
            feed->rooms = mem_realloc(feed->rooms, feed->cap * sizeof(*feed->rooms));
        }
        room = &feed->rooms[feed->n++];
        *room = (struct cli_feed_room){.id = arena_str(&feed->arena, id), .name = STR("")};
    }
    if (!str_eq(room->name, name)) {
        room->name = arena_str(&feed->arena, name);
    }
    return room;
}

/* As people write it. */
static struct str name_of(struct arena *arena, const struct remote_room *room)
{
    return arena_printf(arena, "%s%.*s", str_eq(room->kind, STR("direct")) ? "@" : "",
                        STR_FMT(str_is_set(room->name) ? room->name : room->id));
}

/* Was it shown already? Notes that it is from here on. */
static bool was_seen(struct cli_feed *feed, const struct remote_message *message)
{
    struct arena arena;
    arena_init(&arena);
    const uint64_t mark = rand_hash64(
        arena_printf(&arena, "%.*s %.*s", STR_FMT(message->room), STR_FMT(message->id)));
    arena_finish(&arena);
    const size_t n = feed->nseen < CLI_FEED_SEEN ? feed->nseen : CLI_FEED_SEEN;
    for (size_t i = 0; i < n; i++) {
        if (feed->seen[i] == mark) {
            return true;
        }
    }
    feed->seen[feed->nseen++ % CLI_FEED_SEEN] = mark;
    return false;
}

/* A line as the stream has it. */
static void say_json(struct cli_feed *feed, struct str type, struct str json)
{
    struct cli_out *out = feed->remote->cli->out;
    cli_out_raw(out, STR("{\"event\":\""));
    cli_out_raw(out, type);
    cli_out_raw(out, STR("\",\"data\":"));
    cli_out_raw(out, json);
    cli_out_raw(out, STR("}\n"));
}

/* The name of a room that may have appeared since. */
static struct str room_name(struct cli_feed *feed, struct str id)
{
    struct arena arena;
    struct remote_rooms rooms;
    const struct cli_feed_room *room = find(feed, id);
    if (room != NULL) {
        return room->name;
    }
    arena_init(&arena);
    if (cli_remote_rooms(feed->remote, &arena, &rooms) == ERR_OK) {
        for (size_t i = 0; i < rooms.n; i++) {
            if (str_eq(rooms.rooms[i].id, id)) {
                (void)learn(feed, id, name_of(&arena, &rooms.rooms[i]));
            }
        }
    }
    arena_finish(&arena);
    room = find(feed, id);
    return room != NULL ? room->name : learn(feed, id, id)->name;
}

static void show(struct cli_feed *feed, struct str type, const struct remote_message *message,
                 const char *mark)
{
    struct cli *cli = feed->remote->cli;
    if (cli->args->json) {
        say_json(feed, type, message->json);
        return;
    }
    cli_show_message(cli->out, message, room_name(feed, message->room),
                     cli_names_get(&feed->names, feed->remote, message->from), mark);
}

/* A message of history, or one that is new. */
static void show_new(struct cli_feed *feed, const struct remote_message *message)
{
    if (!is_wanted(feed, message->room) || was_seen(feed, message)) {
        return;
    }
    (void)room_name(feed, message->room);
    pass(find(feed, message->room), message->id);
    show(feed, STR("message"), message,
         message->deleted  ? "deleted"
         : message->edited ? "edited"
                           : NULL);
}

/* One that was deleted is told of by its id alone, which says when it was written. */
static void show_deleted(struct cli_feed *feed, const struct remote_event *event)
{
    struct cli *cli = feed->remote->cli;
    struct arena arena;
    struct str seconds = event->message.id, fraction;
    if (cli->args->json) {
        say_json(feed, event->type, event->json);
        return;
    }
    arena_init(&arena);
    (void)str_split(&seconds, '.', &fraction);
    const struct str when = cli_out_time(&arena, fraction);
    const struct str room = room_name(feed, event->message.room);
    cli_out_said(cli->out, NULL, 0, NULL,
                 arena_printf(&arena, "%.*s  %.*s  (deleted)", STR_FMT(when), STR_FMT(room)));
    arena_finish(&arena);
}

void cli_feed_take(struct cli_feed *feed, const struct remote_event *event)
{
    const struct remote_message *message = &event->message;
    if (str_eq(event->type, STR("user.updated"))) {
        const struct remote_user user = {message->id, event->username};
        cli_names_learn(&feed->names, &user, 1);
        return;
    }
    if (!str_is_set(message->id) || !str_is_set(message->room) || !is_wanted(feed, message->room)) {
        return;
    }
    if (str_eq(event->type, STR("message"))) {
        show_new(feed, message);
    } else if (str_eq(event->type, STR("message.edited"))) {
        show(feed, event->type, message, "edited");
    } else if (str_eq(event->type, STR("message.deleted"))) {
        show_deleted(feed, event);
    } else if (str_eq(event->type, STR("reaction")) && feed->remote->cli->args->json) {
        say_json(feed, event->type, event->json);
    }
}

/* A page of a room: after a message, or with after "" the newest. */
static enum err read_page(struct cli_feed *feed, struct arena *arena, struct str room,
                          struct str after, size_t most, struct remote_page *page)
{
    const enum err err = cli_remote_page(feed->remote, arena, room, "after", after, most, page);
    if (err == ERR_OK) {
        cli_names_learn(&feed->names, page->users, page->nusers);
    }
    return err;
}

static int by_time(const void *a, const void *b)
{
    const struct remote_message *one = a;
    const struct remote_message *other = b;
    if (one->date != other->date) {
        return one->date < other->date ? -1 : 1;
    }
    return str_cmp(one->id, other->id);
}

/* The newest of the rooms that are followed, of the first of them where there are many. */
static enum err gather(struct cli_feed *feed, const struct remote_rooms *rooms, size_t most,
                       struct remote_message *messages, size_t *n)
{
    struct arena *arena = feed->remote->cli->arena;
    const size_t most_rooms = feed->nwanted > 0 ? feed->nwanted : ROOMS_MAX;
    enum err err = ERR_OK;
    size_t looked = 0;
    for (size_t i = 0; err == ERR_OK && i < rooms->n && looked < most_rooms; i++) {
        struct remote_page page = {.n = 0};
        if (is_wanted(feed, rooms->rooms[i].id)) {
            looked++;
            err = read_page(feed, arena, rooms->rooms[i].id, STR(""), most, &page);
        }
        for (size_t k = 0; err == ERR_OK && k < page.n; k++) {
            messages[(*n)++] = page.messages[k];
        }
    }
    return err;
}

enum err cli_feed_begin(struct cli_feed *feed, const struct remote_rooms *rooms, size_t most)
{
    struct arena *arena = feed->remote->cli->arena;
    const size_t most_rooms = feed->nwanted > 0 ? feed->nwanted : ROOMS_MAX;
    struct remote_message *messages = arena_zalloc(arena, most_rooms * most + 1, sizeof(*messages));
    size_t n = 0;
    for (size_t i = 0; i < rooms->n; i++) {
        const struct remote_room *room = &rooms->rooms[i];
        pass(learn(feed, room->id, name_of(arena, room)), room->last);
    }
    const enum err err = most > 0 ? gather(feed, rooms, most, messages, &n) : ERR_OK;
    qsort(messages, n, sizeof(*messages), by_time);
    for (size_t i = n > most ? n - most : 0; err == ERR_OK && i < n; i++) {
        show_new(feed, &messages[i]);
    }
    return err;
}

/* What was said in a room since its newest message that is known. */
static enum err catch_up_room(struct cli_feed *feed, struct str id)
{
    bool more = true;
    enum err err = ERR_OK;
    while (err == ERR_OK && more) {
        struct arena arena;
        struct remote_page page = {.n = 0};
        arena_init(&arena);
        const struct str last = arena_str(&arena, str_of(find(feed, id)->last));
        err = read_page(feed, &arena, id, last, PAGE, &page);
        for (size_t i = 0; err == ERR_OK && i < page.n; i++) {
            show_new(feed, &page.messages[i]);
            pass(find(feed, id), page.messages[i].id);
        }
        more = page.more && page.n > 0 && last.len > 0;
        arena_finish(&arena);
    }
    return err;
}

enum err cli_feed_catch_up(struct cli_feed *feed, struct arena *arena, struct str *cursor)
{
    struct remote_rooms rooms;
    enum err err = cli_remote_rooms(feed->remote, arena, &rooms);
    for (size_t i = 0; err == ERR_OK && i < rooms.n; i++) {
        const struct remote_room *room = &rooms.rooms[i];
        if (!str_is_set(room->id) || !is_wanted(feed, room->id)) {
            continue;
        }
        const struct cli_feed_room *known = learn(feed, room->id, name_of(arena, room));
        if (str_is_set(room->last) && !str_eq(room->last, str_of(known->last))) {
            err = catch_up_room(feed, room->id);
        }
    }
    if (err == ERR_OK) {
        *cursor = rooms.cursor;
    }
    return err;
}
