/* SPDX-License-Identifier: ISC */
#ifndef STORE_PUSH_H
#define STORE_PUSH_H

#include "store/store.h"

/*
 * Notifications to devices whose people do not look: a part of store.h.  Saving a
 * message writes in its transaction whom it is for: who is in a direct
 * conversation, who is mentioned, and, where the device wants all rooms, who is in
 * a small one.  Of each room a device is told the newest.
 */
enum {
    STORE_PUSH_DEVICES_MAX = 20, /* of a person */
    STORE_PUSH_ROOM_MAX = 100, /* people; larger rooms tell those they mean */
    STORE_PUSH_EVERYBODY_MAX = 1000, /* devices that one "@all" tells */
    STORE_PUSH_DAY_MS = 24 * 60 * 60 * 1000, /* what is older is not told */
    STORE_PUSH_URL_BYTES = 1025,
    STORE_PUSH_KEY_BYTES = 96, /* of a device */
    STORE_PUSH_PUBLIC_BYTES = 88, /* of the server */
    STORE_PUSH_SECRET_BYTES = 44,
    STORE_PUSH_REASON_BYTES = 200,
};

struct store_push_device {
    unsigned char session[STORE_TOKEN_HASH_BYTES]; /* that it is bound to */
    char endpoint[STORE_PUSH_URL_BYTES];
    char p256dh[STORE_PUSH_KEY_BYTES], auth[STORE_PUSH_KEY_BYTES];
    bool all_rooms, quiet;
    int64_t created_ms;
    /* Filled on reading: */
    int64_t told_ms; /* 0: never */
    int failures; /* since the last that went well */
    char reason[STORE_PUSH_REASON_BYTES]; /* of the last failure */
};
/* In the place of what the session had, and of who had the same endpoint: that
 * is the same browser.  FAIL_NOT_FOUND when it is no session of the user's,
 * FAIL_CONFLICT when there are as many as there may be. */
bool store_push_add(struct store *s, struct span user_id,
    const struct store_push_device *d, struct err *err);
/* FAIL_NOT_FOUND. */
bool store_push_remove(struct store *s, struct span user_id,
    const unsigned char session[STORE_TOKEN_HASH_BYTES], struct err *err);
/* Those of a person, oldest first. */
bool store_push_devices(struct store *s, struct span user_id,
    void (*row)(const struct store_push_device *d, void *ctx), void *ctx,
    struct err *err);

/* The server's keys: those that are there, or these from now on. */
struct store_push_keys {
    char public_key[STORE_PUSH_PUBLIC_BYTES];
    char secret_key[STORE_PUSH_SECRET_BYTES];
};
bool store_push_keys(
    struct store *s, struct store_push_keys *keys, struct err *err);

/* Has the user the page before their eyes at the handle's holder (store_hold)?
 * While one of them says so, they are told nothing. */
bool store_look_set(
    struct store *s, struct span user_id, bool looks, struct err *err);
/* Nobody looks at the handle's holder, nor at those that are gone. */
bool store_looks_clear(struct store *s, struct err *err);

/* What one device is to be told. */
struct store_push {
    struct store_push_device device;
    char user_id[ID_BYTES], language[STORE_LANG_BYTES]; /* what they read */
    char conversation_id[65], type[16], title[STORE_NAME_BYTES];
    char message_id[ID_BYTES];
    int64_t seq; /* of the message */
};
/* Is there perhaps one to be taken?  It only reads: who shares a writer asks this
 * first. */
bool store_push_due(
    struct store *s, int64_t now_ms, bool *ret, struct err *err);
/* Take one that waits for no translation any more, so that nobody else sends to
 * that device until then.  What is read, deleted, of a room they left or too old is
 * forgotten on the way.  *ret_found is false when there is none. */
bool store_push_take(struct store *s, int64_t now_ms, int64_t until_ms,
    struct store_push *ret, bool *ret_found, struct err *err);

enum store_push_end {
    STORE_PUSH_TOLD,
    STORE_PUSH_LATER, /* it failed: not again before due_ms */
    STORE_PUSH_LOST, /* it failed, and would again */
    STORE_PUSH_GONE, /* the device is no more */
};
bool store_push_settle(struct store *s, const struct store_push *p,
    enum store_push_end end, int64_t now_ms, int64_t due_ms, struct span reason,
    struct err *err);

#endif
