/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_HUB_H
#define GATEWAY_HUB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include "base/map.h"
#include "base/rate.h"
#include "base/span.h"
#include "chat/chat.h"
#include "store/store.h"

/*
 * hub - who is here and where, in memory: users, rooms (conversations), clients
 * (connected sockets).  The database is the truth; what is here was read from
 * it (load.h) and follows every committed change.  Who is not here and who is
 * with none of those costs nothing.  Loop thread only; no I/O in here.
 *
 * A user comes with all of their rooms.  Users are counted by reference: those
 * nobody refers to stay for a while, the last used first to go, so that who
 * comes back finds everything.  A room stays as long as a user who is here is
 * in it, or somebody refers to it; the public room for good.  A client lives
 * until its socket is gone and the last operation that refers to it has
 * finished.
 */
struct glossary;
struct sio_socket;
struct room;

enum {
    HUB_IDLE_USERS_MAX = 4096, /* kept though nobody refers to them */
    HUB_IDLE_SEATS_MAX = 65536, /* rooms that they are in, together */
};

/* What a user is in a room. */
struct membership {
    struct room *room;
    enum chat_role role;
    int64_t muted_until_ms;
    struct bucket said; /* of the room's slow mode */
};

struct user {
    char id[ID_BYTES];
    char *username, *display_name;
    char language[STORE_LANG_BYTES];
    char writing[STORE_LANG_BYTES]; /* what they chose to write; "": any */
    char wrote[STORE_LANG_BYTES]; /* last, as far as it was clear; or "" */
    char picture[STORE_FACE_VERSION_BYTES];
    bool guest, visitor, admin; /* see store_user */
    unsigned bot;
    bool recent; /* counted among the public room's readers */
    bool uncounted; /* a guest of an address that has enough of these */
    bool share; /* of what their address may is kept for them: session.c */
    int64_t seen_saved_ms; /* what the database knows; see seen.h */
    int64_t offset; /* their own stream is known up to here */
    int64_t wanted; /* see others.h, as of a room */
    bool looking, to_look;
    struct others_wait *waits;
    struct client *clients; /* a user may be here with many sockets */
    struct membership *rooms; /* member of these, each a reference */
    size_t n_rooms, cap_rooms;
    int refs;
    bool dropped; /* not found any more, gone with the last reference */
    TAILQ_ENTRY(user) idle; /* without references, last used first */
};

/* How many members read a language; of the public room, recent ones. */
struct readers {
    char language[STORE_LANG_BYTES];
    size_t n;
};

struct room {
    char id[65], type[16];
    bool public;
    char *title, *description;
    char picture[STORE_FACE_VERSION_BYTES];
    bool archived, read_only, untranslated;
    int slow_s; /* seconds between two messages of a member */
    int retention_days; /* see store_conversation */
    int64_t created_ms;
    size_t n_members;
    struct readers *readers; /* only languages with n > 0 */
    size_t n_readers, cap_readers;
    struct place *present; /* sockets that get this room's events */
    size_t n_present, cap_present;
    int64_t offset; /* its stream is known up to here */
    int64_t last_seq; /* of its last message as far as it is known */
    /* See others.h: what others say of its stream, whether that is being read or
     * has to be, who waits for it, and up to where its counts are known. */
    int64_t wanted, counted;
    bool looking, to_look;
    struct others_wait *waits;
    int refs;
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
    bool looks; /* its page is before somebody's eyes, see push.h */
    struct seat *seats;
    size_t n_seats, cap_seats;
    int refs;
};

struct hub {
    struct map *users, *rooms; /* by id */
    struct room *any; /* the public room; NULL before it is read */
    int64_t since_ms; /* who was here after this reads the public room */
    int64_t guests_since_ms; /* and the guests who were, until the next count */
    TAILQ_HEAD(idle_users, user) idle;
    size_t n_idle, n_idle_seats;
    size_t n_clients;
};

struct hub *hub_new(void);
void hub_free(struct hub *h);

/* Who and what is in memory; NULL when it is not. */
struct user *hub_user(const struct hub *h, struct span id);
struct room *hub_room(const struct hub *h, struct span id);

/* Take in what was read and is not here yet; the caller has a reference. */
struct user *hub_user_put(struct hub *h, const struct store_person *p);
struct room *hub_room_put(struct hub *h, const struct store_room *r);
/* What it is called and how it is set. */
void hub_room_set(struct room *r, const struct store_conversation *c);
/* It was read again: also its members. */
void hub_room_renew(struct room *r, const struct store_room *row);

struct user *hub_user_ref(struct hub *h, struct user *u);
void hub_user_unref(struct hub *h, struct user *u); /* NULL is fine */
struct room *hub_room_ref(struct room *r);
void hub_room_unref(struct hub *h, struct room *r); /* NULL is fine */
/* What is known of the user is not so any more: read them anew next time. */
void hub_user_drop(struct hub *h, struct user *u);

/* Is it of two people? */
bool room_is_direct(const struct room *r);

/* Membership of somebody who is here.  Adding again changes the role; leaving
 * takes the user's sockets out. */
void hub_member_add(struct room *r, struct user *u, enum chat_role role);
void hub_member_remove(struct hub *h, struct room *r, struct user *u);
/* A member is silent until then. */
void hub_member_mute(struct room *r, struct user *u, int64_t until_ms);
/* What u is in r; CHAT_OUTSIDE for who is no member. */
enum chat_role hub_role(const struct room *r, const struct user *u);
/* 0: never was. */
int64_t hub_muted_until(const struct room *r, const struct user *u);
/* May u say something, as slow as the room is?  Counts as having said it. */
bool hub_slow_take(const struct room *r, struct user *u, int64_t now_us);
/* Count n members more who read a language; or only readers. */
void hub_count_members(struct room *r, const char *language, int n);
void hub_count_readers(struct room *r, const char *language, int64_t n);

void hub_set_language(struct hub *h, struct user *u, struct span language);
/* They were read again: who they are, but not what they read and are in. */
void hub_user_renew(struct user *u, const struct store_person *p);
/* A guest has an account now. */
void hub_user_upgrade(
    struct user *u, const char *username, const char *display_name);
void hub_set_writing(struct user *u, struct span language);
/* The user is here: from now on the public room's readers include them. */
void hub_seen(struct hub *h, struct user *u);
/* The public room's readers counted anew: those who were here since then as the
 * database has them, guests for themselves, and those who are here now. */
void hub_recount(struct hub *h, int64_t since_ms, int64_t guests_since_ms,
    const struct store_readers *readers, size_t n);

/* A socket connects: it is present in every room of its user.  The caller
 * holds the first reference and gives it up with hub_client_leave. */
struct client *hub_client_enter(
    struct hub *h, struct user *u, struct sio_socket *sock);
void hub_client_leave(struct hub *h, struct client *c);
/* Those that pass, each with a reference; the caller frees the list. */
size_t hub_clients(const struct hub *h,
    bool (*passes)(const struct client *c, void *ctx), void *ctx,
    struct client ***ret);
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
