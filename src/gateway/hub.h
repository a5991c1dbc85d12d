/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_HUB_H
#define GATEWAY_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/map.h"
#include "base/rate.h"
#include "base/span.h"
#include "store/store.h"

/*
 * hub - who is who and who is where, in memory: users, rooms (conversations),
 * clients (connected sockets).  The database is the truth; the hub is loaded
 * from it at start and follows every committed change.  Loop thread only; no
 * I/O in here.
 *
 * Users and rooms live as long as the hub.  A client lives until its socket is
 * gone and the last operation that refers to it has finished.
 */
struct glossary;
struct sio_socket;
struct room;

struct user {
    char id[ID_BYTES];
    char *username, *display_name;
    char language[STORE_LANG_BYTES];
    bool guest;
    bool recent; /* the public room is translated for them */
    int64_t seen_ms, seen_saved_ms; /* here or leaving then; see seen.h */
    struct client *clients; /* a user may be here with many sockets */
    struct room **rooms; /* member of these */
    size_t n_rooms, cap_rooms;
};

/* How many members read a language; of the public room, recent ones. */
struct readers {
    char language[STORE_LANG_BYTES];
    size_t n;
};

struct room {
    char id[65], type[16];
    bool public;
    char *title;
    int64_t created_ms;
    size_t n_members;
    struct readers *readers; /* only languages with n > 0 */
    size_t n_readers, cap_readers;
    struct place *present; /* sockets that get this room's events */
    size_t n_present, cap_present;
    /* References; NULL: none of its own.  See words.h. */
    const struct glossary *own_words, *words;
};

/* A client in a room.  Its place in the room and its seat know each other, so
 * that somebody in thousands of rooms comes and goes in so many steps. */
struct place {
    struct client *client;
    size_t seat; /* client->seats[seat] is this one */
};

struct seat {
    struct room *room;
    size_t at; /* room->present[at] is this one */
};

struct client {
    struct sio_socket *sock; /* NULL once disconnected */
    struct user *user; /* NULL once disconnected */
    struct client *next; /* of the same user */
    const unsigned char *session; /* hash of its token, while connected */
    struct seat *seats;
    size_t n_seats, cap_seats;
    struct bucket messages, signals, asks; /* rates of what it sends */
    int refs;
};

struct hub {
    struct map *users, *rooms; /* by id */
    size_t n_clients;
};

struct hub *hub_new(void);
void hub_free(struct hub *h);

struct user *hub_user(const struct hub *h, struct span id);
struct room *hub_room(const struct hub *h, struct span id);

/* Make or update; strings are copied. */
struct user *hub_user_put(struct hub *h, const char *id, const char *username,
    const char *display_name, const char *language, bool guest);
struct room *hub_room_put(struct hub *h, const struct store_conversation *c);

/* Membership.  Adding twice is fine; leaving takes the user's sockets out. */
void hub_member_add(struct room *r, struct user *u);
void hub_member_remove(struct room *r, struct user *u);
bool hub_is_member(const struct room *r, const struct user *u);
void hub_set_language(struct user *u, struct span language);
/* The user is here: from now on the public room's readers include them. */
void hub_seen(struct user *u, int64_t now_ms);
/* And no longer those who have no socket and were not seen since then.
 * Returns how many. */
size_t hub_forget_readers(struct hub *h, int64_t since_ms);
void hub_set_display_name(struct user *u, struct span name);

/* A socket connects: it is present in every room of its user.  The caller
 * holds the first reference and gives it up with hub_client_leave. */
struct client *hub_client_enter(
    struct hub *h, struct user *u, struct sio_socket *sock);
void hub_client_leave(struct hub *h, struct client *c);
struct client *hub_client_ref(struct client *c);
void hub_client_unref(struct client *c); /* NULL is fine */

/* Take part in a room's events, or stop to; membership is the caller's check. */
void hub_client_join(struct client *c, struct room *r);
void hub_client_part(struct client *c, struct room *r);

/* The languages to translate a message of language source into: what members
 * of the room read (of the public room, recent ones), without source.  Borrowed
 * from the room; returns how many, at most max. */
size_t hub_targets(
    const struct room *r, struct span source, struct span *out, size_t max);

#endif
