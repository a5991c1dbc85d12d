/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_SEEN_H
#define GATEWAY_SEEN_H

#include "gateway/hub.h"

/*
 * seen - who was here lately.  Everybody is a member of the public room for
 * good, so what it is translated into would only ever grow; it is translated
 * for those who are here or were in the last READER_DAYS.  When somebody was
 * seen is kept on disk to the hour.  Loop thread only.
 */
struct gateway;
struct seen;

struct seen *seen_new(struct gateway *g);
void seen_free(struct seen *s); /* NULL is fine */

/* Look every hour for those who stay away, and drop expired sessions. */
void seen_start(struct seen *s);

/* u is here now. */
void seen_user(struct seen *s, struct user *u);

/* Whoever was here after this is still read for. */
int64_t seen_since_ms(const struct seen *s);

#endif
