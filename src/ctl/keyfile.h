/* SPDX-License-Identifier: ISC */
#ifndef CTL_KEYFILE_H
#define CTL_KEYFILE_H

#include <stdio.h>

#include "base/err.h"

/*
 * keyfile - the translator's file of API keys, as translator/http/keys.h reads it: a
 * line each of a name, the hash of a key, and three limits.  Keys themselves
 * are shown once, when they are made.  Comments and other lines stay.  A change
 * is a new file in the old one's place: whoever reads sees one or the other.
 */
enum {
    KEYFILE_NAME_LEN_MAX = 64,
    KEYFILE_SECRET_BYTES = 48,
    KEYFILE_BYTES_MAX = 256 * 1024,
};

struct keyfile_limits { /* 0: none */
    int requests_per_minute, requests_per_day, characters_per_day;
};

/* Make a key for name, which has none yet.  The file is made when it is not
 * there. */
bool keyfile_add(const char *path, const char *name,
    const struct keyfile_limits *limits, char ret[KEYFILE_SECRET_BYTES],
    struct err *err);
bool keyfile_revoke(const char *path, const char *name, struct err *err);
/* A line for each key: its name and limits. */
bool keyfile_list(const char *path, FILE *to, struct err *err);

#endif
