#include "model/spot.h"

#include "model/id.h"
#include "model/score.h"

bool model_spot_make(struct str score, uint64_t skip, struct str room, struct model_spot *out)
{
    double at;
    if (!model_score_read(score, &at)) {
        return false;
    }
    *out = (struct model_spot){.score = score, .at = at, .skip = skip, .room = room};
    return true;
}

int model_spot_cmp(const struct model_spot *a, const struct model_spot *b)
{
    if (a->at > b->at || a->at < b->at) {
        return a->at > b->at ? -1 : 1;
    }
    const int by_room = str_cmp(a->room, b->room);
    if (by_room != 0 || a->skip == b->skip) {
        return by_room;
    }
    return a->skip < b->skip ? -1 : 1;
}

struct str model_spot_text(struct arena *arena, const struct model_spot *spot)
{
    return arena_printf(arena, "%.*s~%llu~%.*s", STR_FMT(spot->score),
                        (unsigned long long)spot->skip, STR_FMT(spot->room));
}

bool model_spot_read(struct str text, struct model_spot *out)
{
    struct str score, skip, room = text;
    enum model_room_kind kind;
    uint64_t n;
    return str_split(&room, '~', &score) && str_split(&room, '~', &skip) &&
           str_u64_max(skip, MODEL_SPOT_SKIP_MAX, &n) && model_id_is_room(room, &kind) &&
           model_spot_make(score, n, room, out);
}
