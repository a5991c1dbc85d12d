/* SPDX-License-Identifier: ISC */
#ifndef EXCHANGE_INTAKE_H
#define EXCHANGE_INTAKE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "store/store.h"

/*
 * intake - people, rooms and messages of another program, into a database.
 *
 * Ids are the other program's, so that a later export adds what is new and
 * changes nothing that is here.  Whoever comes gets an account of their own,
 * without a password, never somebody's who has the same name or address here:
 * neither says who somebody is.  Messages bring no translations; they are made
 * when somebody reads them.
 *
 * No gateway may work with the database meanwhile.  Everything is committed in
 * batches; what was broken off is done again from the start.
 */
struct intake;

struct intake_counts {
    int64_t people, rooms, messages, reactions; /* new ones */
    int64_t known; /* messages that were here already */
    int64_t renamed; /* people whose name was taken */
    int64_t skipped; /* nothing to show, or an emoji of their own */
};

/* store is borrowed, and so is language: what people read who do not say, and
 * what a text is in that does not tell. */
struct intake *intake_new(struct store *store, struct span language);
void intake_free(struct intake *in); /* NULL is fine; does not commit */
bool intake_end(struct intake *in, struct err *err);
struct intake_counts intake_counts(const struct intake *in);

/* Somebody with u->id and a username, which is made to fit; other fields may be
 * empty.  ret_name is what they are called here. */
bool intake_person(struct intake *in, const struct store_user *u,
    char ret_name[STORE_NAME_BYTES], struct err *err);

/* A room with its id and members; in one of two, the other one.  ret_id is its
 * id here: another one where two people have their room already. */
bool intake_room(struct intake *in, const struct store_conversation *c,
    const struct span *members, size_t n_members, char ret_id[65],
    struct err *err);
/* After its messages: whoever came with them, or all if the room did, have read
 * them.  Nobody writes to an archived one. */
bool intake_room_end(struct intake *in, struct span room,
    const struct span *members, size_t n_members, bool archived,
    struct err *err);

/* A message with client_message_id, by which it is known again.  Its id and its
 * language are found where they are absent; a reply to what is gone is none.  What is longer than a message may be becomes
 * several.  ret_id is "" when there was nothing to say. */
bool intake_message(struct intake *in, const struct store_message *m,
    char ret_id[ID_BYTES], struct err *err);
bool intake_reaction(struct intake *in, struct span message_id,
    struct span user_id, struct span emoji, int64_t at_ms, struct err *err);
void intake_skip(struct intake *in); /* something that cannot be shown */

#endif
