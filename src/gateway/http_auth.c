/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "gateway/name.h"
#include "gateway/op.h"
#include "gateway/routes.h"
#include "gateway/seen.h"
#include "gateway/view.h"
#include "text/lang.h"
#include "wire/json.h"

enum {
    USERNAME_LEN_MIN = 2, /* bytes: registered names are ASCII */
    USERNAME_LEN_MAX = 32,
    NICKNAME_CHARS_MAX = 40,
    GUEST_SUFFIX_LEN = 6, /* of the id, keeps guests' user names apart */
    DAY_MS = 24 * 3600 * 1000,
};
_Static_assert(NICKNAME_CHARS_MAX * 4 + 1 + GUEST_SUFFIX_LEN < STORE_NAME_BYTES,
    "a guest's name is stored whole, whatever it is written in");

/* Signing in, by any of the three doors: a user (made, or read by name), a
 * password job for those who have one, a session. */
struct sign_in {
    struct op op;
    struct password_job password;
    struct gateway *g;
    struct http_req *req;
    struct store_user user;
    char name[STORE_NAME_BYTES * 2]; /* login: user name or e-mail */
    bool is_new, is_known; /* the user */
    char token[AUTH_TOKEN_BYTES];
    unsigned char hash[STORE_TOKEN_HASH_BYTES];
    int64_t now_ms, expires_ms;
};

static void
refuse(struct sign_in *s, const struct err *err)
{
    http_reply_err(s->req, err);
    free(s);
}

static bool
session_run(struct store *st, struct store_job *job, struct err *err)
{
    struct sign_in *s = (struct sign_in *)job;

    return (!s->is_new || store_user_add(st, &s->user, err)) &&
           store_session_add(
               st, s->hash, span_of(s->user.id), s->now_ms, s->expires_ms, err);
}

static void
session_finish(struct op *op)
{
    struct sign_in *s = (struct sign_in *)op;
    struct gateway *g = s->g;
    struct buf b = {0};
    struct user *u;

    if (!op->job.ok) {
        refuse(s, &op->job.err);
        return;
    }
    u = hub_user(g->hub, span_of(s->user.id));
    if (!u) {
        u = hub_user_put(g->hub, s->user.id, s->user.username,
            s->user.display_name, s->user.language, s->user.guest);
        u->seen_saved_ms = s->user.created_ms;
        hub_member_add(hub_room(g->hub, SPAN(STORE_ANY)), u);
    }
    seen_user(g->seen, u);
    auth_remember(g->auth, s->hash, u->id, s->expires_ms);
    buf_addf(&b, "{\"token\":\"%s\",\"expiresIn\":%lld,\"user\":", s->token,
        (long long)(s->expires_ms - s->now_ms) / 1000);
    view_user(&b, u);
    buf_addc(&b, '}');
    http_reply_data(s->req, s->is_new ? 201 : 200, buf_span(&b));
    buf_free(&b);
    free(s);
}

static void
start_session(struct sign_in *s)
{
    auth_new_token(s->token, s->hash);
    s->now_ms = clock_wall_ms();
    s->expires_ms = s->now_ms + (int64_t)s->g->cfg->session_days * DAY_MS;
    s->op.job.run = session_run;
    s->op.finish = session_finish;
    op_write(s->g->writer, &s->op);
}

static struct sign_in *
sign_in_new(struct gateway *g, struct http_req *r)
{
    struct sign_in *s = xcalloc(1, sizeof(*s));

    s->g = g;
    s->req = r;
    return s;
}

static bool
check_username(struct span name, struct err *err)
{
    if (name.len < USERNAME_LEN_MIN || name.len > USERNAME_LEN_MAX ||
        !id_valid(name))
        return err_set(err, FAIL_BAD_INPUT,
            "a user name has %d to %d letters, digits, or any of . _ -",
            USERNAME_LEN_MIN, USERNAME_LEN_MAX);
    return true;
}

static bool
check_password(struct span password, struct err *err)
{
    if (password.len < PASSWORD_LEN_MIN || password.len > PASSWORD_LEN_MAX)
        return err_set(err, FAIL_BAD_INPUT,
            "a password has %d to %d characters", PASSWORD_LEN_MIN,
            PASSWORD_LEN_MAX);
    return true;
}

static void
copy(char *out, size_t size, struct span s)
{
    snprintf(out, size, "%.*s", SPAN_ARG(s));
}
#define COPY(field, s) copy((field), sizeof(field), (s))

/* What every new account has: an id, a language, a shown name. */
static bool
fill_user(struct store_user *u, const json_t *body, struct span shown,
    struct err *err)
{
    struct span tag = json_get_str(body, "language");
    const struct lang *language =
        lang_find(tag.p ? tag : json_get_str(body, "systemLanguage"));

    if (!language)
        return err_set(err, FAIL_BAD_INPUT, "choose a language");
    if (!name_check(shown, NICKNAME_CHARS_MAX, err))
        return false;
    id_new(u->id);
    COPY(u->display_name, span_trim(shown));
    COPY(u->language, span_of(language->code));
    u->created_ms = clock_wall_ms();
    return true;
}

void
http_auth_guest(struct http_req *r, void *ctx)
{
    struct gateway *g = ctx;
    struct sign_in *s = sign_in_new(g, r);
    struct err err;
    json_t *body = http_body(r, &err);
    struct span nickname = json_get_str(body, "username");

    s->is_new = true;
    s->user.guest = true;
    if (body && http_allowed(g, g->rate_guests, r, &err) &&
        fill_user(&s->user, body, nickname, &err)) {
        snprintf(s->user.username, sizeof(s->user.username), "%.*s-%s",
            SPAN_ARG(span_trim(nickname)),
            s->user.id + ID_LEN - GUEST_SUFFIX_LEN);
        start_session(s);
    } else {
        refuse(s, &err);
    }
    json_decref(body);
}

static void
on_hashed(struct password_job *job)
{
    struct sign_in *s =
        (void *)((char *)job - offsetof(struct sign_in, password));
    struct err err;

    if (!job->ok) {
        err_set(&err, FAIL_BUSY, "out of memory, try again");
        refuse(s, &err);
        return;
    }
    COPY(s->user.password_hash, span_of(job->hash));
    start_session(s);
}

static void
set_password(struct sign_in *s, struct span text)
{
    s->password.len = text.len;
    memcpy(s->password.text, text.p, text.len);
}

/* Hash or verify, as s->password says. */
static void
submit_password(struct sign_in *s)
{
    struct err err;

    if (!password_submit(s->g->password, &s->password, &err))
        refuse(s, &err);
}

static bool
fill_registration(struct sign_in *s, const json_t *body, struct span password,
    struct err *err)
{
    struct span username = json_get_str(body, "username");
    struct span shown = json_get_str(body, "displayName");
    struct span email = json_get_str(body, "email");

    if (!check_username(username, err) || !check_password(password, err) ||
        !fill_user(&s->user, body, shown.len ? shown : username, err))
        return false;
    if (email.len >= sizeof(s->user.email) || !utf8_valid(email) ||
        (email.len && !memchr(email.p, '@', email.len)))
        return err_set(err, FAIL_BAD_INPUT, "that is no e-mail address");
    COPY(s->user.username, username);
    COPY(s->user.email, email);
    return true;
}

void
http_auth_register(struct http_req *r, void *ctx)
{
    struct gateway *g = ctx;
    struct sign_in *s = sign_in_new(g, r);
    struct err err;
    json_t *body = http_body(r, &err);
    struct span password = json_get_str(body, "password");

    s->is_new = true;
    if (body && http_allowed(g, g->rate_guests, r, &err) &&
        fill_registration(s, body, password, &err)) {
        set_password(s, password);
        s->password.done = on_hashed;
        submit_password(s);
    } else {
        refuse(s, &err);
    }
    json_decref(body);
}

/* ---- login ---- */

static void
refuse_login(struct sign_in *s)
{
    struct err err;

    err_set(&err, FAIL_UNAUTHORIZED, "wrong user name or password");
    refuse(s, &err);
}

static void
on_verified(struct password_job *job)
{
    struct sign_in *s =
        (void *)((char *)job - offsetof(struct sign_in, password));

    if (job->ok && s->is_known)
        start_session(s);
    else
        refuse_login(s);
}

static bool
by_name_run(struct store *st, struct store_job *job, struct err *err)
{
    struct sign_in *s = (struct sign_in *)job;

    return store_user_by_name(st, span_of(s->name), &s->user, err);
}

/* Verify against a hash in any case, so that the answer's time does not tell
 * which names exist. */
static void
by_name_finish(struct op *op)
{
    static const char nobody[] =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$"
        "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE";
    struct sign_in *s = (struct sign_in *)op;

    if (!op->job.ok && op->job.err.kind != FAIL_NOT_FOUND) {
        refuse(s, &op->job.err);
        return;
    }
    s->is_known = op->job.ok && s->user.password_hash[0];
    COPY(s->password.hash,
        span_of(s->is_known ? s->user.password_hash : nobody));
    submit_password(s);
}

void
http_auth_login(struct http_req *r, void *ctx)
{
    struct gateway *g = ctx;
    struct sign_in *s = sign_in_new(g, r);
    struct err err;
    json_t *body = http_body(r, &err);
    struct span name = json_get_str(body, "username");
    struct span password = json_get_str(body, "password");

    if (!body || !http_allowed(g, g->rate_logins, r, &err)) {
        refuse(s, &err);
    } else if (!name.len || name.len >= sizeof(s->name) || !password.len ||
               password.len > PASSWORD_LEN_MAX) {
        refuse_login(s);
    } else {
        COPY(s->name, name);
        set_password(s, password);
        s->password.verify = true;
        s->password.done = on_verified;
        s->op.job.run = by_name_run;
        s->op.finish = by_name_finish;
        op_read(g->writer, &s->op);
    }
    json_decref(body);
}
