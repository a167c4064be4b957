#include "cli/cli.h"

#include <stdio.h>
#include <stdlib.h>
#include "base/buf.h"
#include "base/clock.h"
#include "base/rand.h"
#include "cli/pause.h"
#include "cli/remote.h"

#define TEXT_MAX    (64 * 1024) /* of standard input as one message: what a request may have */
#define NONCE_BYTES 18          /* of randomness */
#define PATIENCE_MS 60000       /* a message is tried for so long; its nonce is known for longer */

struct sending {
    struct cli *cli;
    struct cli_remote remote;
    struct str path;
    bool unsure; /* it was tried, and there was no answer */
};

/* Once: what is stored comes in *answer. */
static enum err try_once(struct sending *sending, struct arena *arena, const struct remote_ask *ask,
                         struct remote_answer *answer)
{
    *answer = (struct remote_answer){.status = 0};
    const enum err err = cli_remote_ask(&sending->remote, arena, ask, answer);
    sending->unsure = sending->unsure || (err != ERR_OK && answer->status == 0);
    return err;
}

/*
 * One message, tried until it is acknowledged. Every try has the same nonce: what was stored and
 * not acknowledged is not stored again.
 */
static enum err send_text(struct sending *sending, struct str text, struct str nonce)
{
    struct arena arena;
    struct remote_answer answer;
    int64_t pause_ms = 0;
    arena_init(&arena);
    const int64_t until_ms = clock_mono_ms() + PATIENCE_MS;
    const struct remote_ask ask = {
        .method = "POST",
        .path = sending->path,
        .type = "text/plain; charset=utf-8",
        .body = text,
        .nonce = str_is_set(nonce) ? nonce : rand_word(sending->cli->arena, NONCE_BYTES)};
    sending->unsure = false;
    enum err err = try_once(sending, &arena, &ask, &answer);
    while (cli_pause_is_worth(err)) {
        pause_ms = cli_pause_next(pause_ms, answer.retry_after_s);
        if (clock_mono_ms() + pause_ms > until_ms) {
            break;
        }
        cli_pause_wait(pause_ms);
        arena_reset(&arena);
        err = try_once(sending, &arena, &ask, &answer);
    }
    if (err == ERR_OK && sending->cli->args->json) {
        cli_out_raw(sending->cli->out, str_trim(answer.body));
        cli_out_raw(sending->cli->out, STR("\n"));
    }
    arena_finish(&arena);
    if (cli_pause_is_worth(err) && sending->unsure) {
        return cli_refuse(sending->cli, ERR_UNAVAILABLE,
                          arena_printf(sending->cli->arena,
                                       "%.*s Whether it was sent is not known; --nonce %.*s sends "
                                       "it again within ten minutes, but not twice.",
                                       STR_FMT(sending->cli->why), STR_FMT(ask.nonce)));
    }
    return cli_pause_is_worth(err) ? cli_refuse(sending->cli, ERR_UNAVAILABLE, sending->cli->why)
                                   : err;
}

/* Standard input as one message, its newlines kept but the last. */
static enum err send_all(struct sending *sending, struct str nonce)
{
    char *bytes = arena_alloc(sending->cli->arena, TEXT_MAX + 1);
    const size_t n = fread(bytes, 1, TEXT_MAX + 1, stdin);
    if (ferror(stdin) != 0) {
        return cli_refuse(sending->cli, ERR_INVALID, STR("Standard input cannot be read."));
    }
    if (n > TEXT_MAX) {
        return cli_refuse(sending->cli, ERR_TOO_LARGE, STR("That is too long for a message."));
    }
    return send_text(sending, (struct str){bytes, n}, nonce);
}

/* Each line of standard input, as it comes. What is empty is no message. */
static enum err send_lines(struct sending *sending)
{
    char *line = NULL;
    size_t cap = 0;
    ssize_t len;
    enum err err = ERR_OK;
    while (err == ERR_OK && (len = getline(&line, &cap, stdin)) >= 0) {
        struct str text = {line, (size_t)len};
        while (str_ends(text, STR("\n")) || str_ends(text, STR("\r"))) {
            text.len--;
        }
        if (text.len > 0) {
            err = send_text(sending, text, STR_NONE);
            cli_out_flush(sending->cli->out);
        }
    }
    free(line);
    return err;
}

static enum err send(struct sending *sending)
{
    const struct cli_args *args = sending->cli->args;
    const struct str text = cli_args_get(args, "TEXT");
    const struct str nonce = cli_args_get(args, "--nonce");
    if (str_is_set(text)) {
        return send_text(sending, text, nonce);
    }
    return cli_args_has(args, "--data") ? send_all(sending, nonce) : send_lines(sending);
}

enum err cli_send_run(struct cli *cli)
{
    struct sending sending = {.cli = cli};
    struct str room;
    const bool text = cli_args_has(cli->args, "TEXT");
    const bool data = cli_args_has(cli->args, "--data");
    if (text && data) {
        return cli_misused(cli, STR("Either TEXT is sent, or standard input"));
    }
    if (!text && !data && cli_args_has(cli->args, "--nonce")) {
        return cli_misused(cli, STR("--nonce is for one message, TEXT or --data"));
    }
    enum err err = cli_remote_open(cli, &sending.remote);
    if (err == ERR_OK) {
        err = cli_remote_room(&sending.remote, NULL, cli_args_get(cli->args, "ROOM"), true, &room);
    }
    if (err == ERR_OK) {
        sending.path = arena_printf(cli->arena, "api/messages/%.*s", STR_FMT(room));
        err = send(&sending);
    }
    cli_remote_close(&sending.remote);
    return err;
}
