/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_MAILER_H
#define GATEWAY_MAILER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * mailer - sends who forgot their password a link, once usable within an hour, in
 * the language that they read (link/mail.h).  What the server does not take is tried
 * MAILER_TRIES times; a restart forgets it, and who waits asks again.  Nobody who
 * asks learns whether there is such an account.
 */
struct config;
struct gateway;
struct mailer;

enum {
    MAILER_WAITING_MAX = 100, /* letters; more are not written */
    MAILER_TRIES = 4,
    MAILER_RETRY_MS = 5000, /* after the first failure; then twice as long */
    MAILER_WAIT_MS_MAX = 3600 * 1000,
    MAILER_LOOK_MS = 500,
    MAILER_LINK_MINUTES = 60,
    MAILER_OF_ACCOUNT = 3, /* letters in an hour */
};

struct mailer_stats {
    uint64_t sent, failed;
};

/* *ret is NULL where no server is set. */
bool mailer_start(struct gateway *g, struct mailer **ret, struct err *err);
void mailer_stop(struct mailer *m); /* NULL is fine */
void mailer_free(struct mailer *m); /* after that; NULL is fine */
struct mailer_stats mailer_stats(const struct mailer *m);

/* Whoever has this name or address forgot their password. */
void mailer_forgot(struct mailer *m, struct span account);

/* Do the settings go together? */
bool mailer_check(const struct config *cfg, struct err *err);

#endif
