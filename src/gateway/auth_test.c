/* SPDX-License-Identifier: ISC */
#include "gateway/auth.h"

#include <sodium.h>
#include <string.h>

#include "base/tap.h"
#include "gateway/gateway.h"

struct answer {
    int n;
    struct user *user;
    enum fail kind;
};

static void
on_found(struct user *user, const struct err *err, void *ctx)
{
    struct answer *a = ctx;

    a->n++;
    a->user = user;
    a->kind = err ? err->kind : FAIL_NONE;
}

static struct answer
ask(struct auth *auth, const char *token)
{
    struct answer a = {0};

    auth_find(auth, span_of(token), on_found, &a);
    return a;
}

static void
what_cannot_be_a_token_is_nobodys(void)
{
    struct gateway g = {0};
    struct auth *auth = auth_new(&g);
    struct answer a = ask(auth, "nonsense");

    CHECK(a.n == 1 && !a.user && a.kind == FAIL_UNAUTHORIZED);
    auth_free(auth);
}

/* Whoever is told "unauthorized" throws the token away. */
static void
a_session_that_cannot_be_read_is_not_said_to_be_nobodys(void)
{
    struct gateway g = {.writer = NULL}; /* the gateway stops */
    struct auth *auth = auth_new(&g);
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];
    struct answer a;

    auth_new_token(token, hash);
    a = ask(auth, token);
    CHECK(a.n == 1 && !a.user && a.kind == FAIL_BUSY);
    auth_free(auth);
}

int
main(void)
{
    if (sodium_init() < 0)
        return 1;
    RUN(what_cannot_be_a_token_is_nobodys);
    RUN(a_session_that_cannot_be_read_is_not_said_to_be_nobodys);
    return tap_end();
}
