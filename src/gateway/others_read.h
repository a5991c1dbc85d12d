/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_OTHERS_READ_H
#define GATEWAY_OTHERS_READ_H

#include "gateway/hub.h"
#include "gateway/op.h"

/*
 * others_read - what other gateways wrote to a stream, as the events that their
 * writers told: read from the database as it is now, so that what changed twice
 * comes once.  The operation's events then go the way of all events.  Their
 * offset is the one from before, but the last one's: whoever gets a part of them
 * and asks for what they miss is told all.
 */
struct others;

struct others_read {
    struct op op; /* first */
    struct others *others;
    struct room *in; /* a reference; or */
    struct user *of; /* a reference */
    char id[65]; /* of either */
    int64_t since;
    int64_t last_seq; /* of the room's last message that was shown */
    size_t n_languages;
    char languages[STORE_LANGUAGES_MAX][STORE_LANG_BYTES];

    /* On the reader thread, and then for finish: */
    struct store_changes changes;
    struct store_room room; /* when changes.self; its glossary is words */
    char *words;
    struct store_event *events, *last; /* before they have their offsets */
    struct store_person person;
    char (*ids)[65]; /* of rooms that somebody came to or left, or read in */
    bool *read_in;
    size_t n_ids, cap_ids;
};

/* The run of the operation. */
bool others_read_room(struct store *s, struct store_job *job, struct err *err);
bool others_read_person(
    struct store *s, struct store_job *job, struct err *err);
void others_read_free(struct others_read *r);

#endif
