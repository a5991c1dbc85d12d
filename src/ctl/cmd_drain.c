/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/cmd.h"

static bool
post(struct client *c, const struct opts *o, bool on, struct err *err)
{
    char *token =
        cmd_secret(o->token, o->token_file, "an admin's session", err);
    struct client_call call = {.method = "POST",
        .base = span_of(o->gateway),
        .path = "/admin/drain",
        .token = token,
        .body =
            on ? SPAN("{\"draining\":true}") : SPAN("{\"draining\":false}")};
    struct buf answer = {0};
    bool ok = token && client_do(c, &call, &answer, err);

    buf_free(&answer);
    free(token);
    return ok;
}

bool
cmd_drain(struct client *c, const struct opts *o, struct err *err)
{
    const char *word = o->n_args ? o->args[0] : NULL;

    if (word && strcmp(word, "end") != 0)
        return err_set(
            err, FAIL_BAD_INPUT, "drain, or drain end, not '%.64s'", word);
    if (!post(c, o, !word, err))
        return false;
    printf(word ? "%s is in service again\n"
                : "%s says on /ready that it is not, and its clients move to "
                  "other gateways\n",
        o->gateway);
    return true;
}
