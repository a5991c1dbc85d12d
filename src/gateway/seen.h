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

/* Every hour count anew who reads the public room, drop expired sessions and
 * old rows of the log. */
void seen_start(struct seen *s);

/* u is here now. */
void seen_user(struct seen *s, struct user *u);

/* Whoever was here after this is still read for. */
int64_t seen_since_ms(const struct seen *s);
/* Guests who were here after this may come back after a restart.  At any other
 * time a guest's language counts while they are here. */
int64_t seen_guests_since_ms(void);

#endif
