#include "cli/whom.h"

#include "model/id.h"
#include "store/user.h"

/* Takes the word off the front of the text, where it stands there. */
static bool take(struct str *text, struct str word)
{
    if (!str_starts(*text, word)) {
        return false;
    }
    *text = str_skip(*text, word.len);
    return true;
}

/* The id that the text is, or that the user of this name has. */
static enum err find_id(struct cli *cli, struct str text, struct str *id)
{
    struct model_user user;
    struct str hash;
    const bool is_id = take(&text, STR("id:"));
    const bool is_name = !is_id && take(&text, STR("name:"));
    if (is_id || (!is_name && str_is_digits(text))) {
        *id = text;
        return model_id_is_user(text) ? ERR_OK : ERR_NOT_FOUND;
    }
    const enum err err = store_user_find(cli->store, cli->arena, text, &user, &hash);
    if (err == ERR_OK) {
        *id = user.id;
    }
    return err;
}

static enum err find(struct cli *cli, struct str text, struct cli_whom *whom)
{
    struct model_user *users = NULL;
    size_t count = 0;
    struct str id = STR_NONE;
    enum err err = find_id(cli, text, &id);
    if (err == ERR_OK) {
        whom->asker = store_asker_operator_for(cli->arena, id);
        err = store_user_list(cli->store, cli->arena, &whom->asker, &id, 1, &users, &count);
    }
    if (err != ERR_OK) {
        return err;
    }
    if (count == 0) {
        return ERR_NOT_FOUND;
    }
    whom->user = users[0];
    return ERR_OK;
}

enum err cli_whom_find(struct cli *cli, struct cli_whom *whom)
{
    const struct str text = cli_args_get(cli->args, "USER");
    const enum err err = find(cli, text, whom);
    if (err != ERR_NOT_FOUND) {
        return err;
    }
    return cli_refuse(
        cli, err,
        str_is_digits(text)
            ? arena_printf(
                  cli->arena,
                  "There is no user with the id %.*s; a name that is a number is name:%.*s.",
                  STR_FMT(text), STR_FMT(text))
            : STR("There is no such user."));
}

enum err cli_whom_user(struct cli *cli, struct model_user *user)
{
    struct cli_whom whom = {0};
    const enum err err = cli_whom_find(cli, &whom);
    if (err == ERR_OK) {
        *user = whom.user;
    }
    return err;
}
