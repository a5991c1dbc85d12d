/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SIGN_IN_H
#define GATEWAY_SIGN_IN_H

#include <stddef.h>

#include "gateway/auth.h"
#include "gateway/cmd.h"
#include "gateway/op.h"
#include "gateway/password.h"

/*
 * sign_in - coming in, by whichever command: a user (made, or read by name), a
 * password job for those who have one, a session, and the answer.  Loop thread
 * only.
 */
struct sign_in {
    struct op op;
    struct password_job password;
    struct cmd_call *call;
    struct store_user user;
    char name[CHAT_EMAIL_LEN_MAX * 4 + 1]; /* login: user name or e-mail */
    bool is_new, is_known; /* the user */
    /* How a new user is saved, on the store's thread; NULL: store_user_add. */
    bool (*add)(struct store *st, struct sign_in *s, struct err *err);
    bool by_link; /* a new user comes by this one */
    unsigned char link[STORE_TOKEN_HASH_BYTES];
    char token[AUTH_TOKEN_BYTES];
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    int64_t now_ms, expires_ms;
};

struct sign_in *sign_in_new(struct cmd_call *c);

/* Somebody new, of whom s->user has what is known: an id, and the language. */
void sign_in_by_new(struct sign_in *s, const struct lang *language);
/* They come by the link of this token; absent: by none. */
void sign_in_by_link(struct sign_in *s, struct span token);
/* May they be called so?  What looks official may whoever is to be the first
 * admin. */
bool sign_in_check_name(
    const struct sign_in *s, struct span name, struct err *err);
/* The name that others see, checked too. */
bool sign_in_show_as(struct sign_in *s, struct span shown, struct err *err);

void sign_in_refuse(struct sign_in *s, const struct err *err); /* frees */

/* Hash or verify, then done; or refuse at once when too many wait. */
void sign_in_set_password(struct sign_in *s, struct span text,
    void (*done)(struct password_job *job));
void sign_in_submit(struct sign_in *s);

static inline struct sign_in *
sign_in_of(struct password_job *job)
{
    return (void *)((char *)job - offsetof(struct sign_in, password));
}

/* Save the user, if new, and a session; answer; free. */
void sign_in_start(struct sign_in *s);

#endif
