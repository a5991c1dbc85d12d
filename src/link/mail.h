/* SPDX-License-Identifier: ISC */
#ifndef LINK_MAIL_H
#define LINK_MAIL_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * mail - a letter to one person, by an SMTP server (libcurl).  Whatever is in a
 * letter, its head has no line more: addresses are of few characters, the rest is
 * encoded.  Any thread; a call may take MAIL_TIMEOUT_MS.
 */
enum {
    MAIL_ADDRESS_BYTES_MAX = 254, /* RFC 5321 */
    MAIL_CONNECT_MS = 10000,
    MAIL_TIMEOUT_MS = 30000, /* of all of it */
};

struct mail_server {
    const char *url; /* smtp://host:587 or smtps://host */
    const char *user, *password; /* "": does not ask */
    const char
        *ca; /* PEM file of who signs its certificate; "": the system's */
    bool in_clear; /* smtp: without STARTTLS, where it is not offered */
};

struct mail_letter {
    struct span from, to; /* mail_check_address() was fine */
    struct span subject, text; /* valid UTF-8 */
    struct span id; /* of letters and digits; no other has it */
    int64_t at_s;
};

/* Is it NAME@HOST of letters that need no quoting? */
bool mail_check_address(struct span address, struct err *err);
/* Append what goes over the wire. */
void mail_put(struct buf *b, const struct mail_letter *l);
/* stop, borrowed: true ends it. */
bool mail_send(const struct mail_server *server, const struct mail_letter *l,
    const atomic_bool *stop, struct err *err);

#endif
