/* SPDX-License-Identifier: ISC */
#ifndef STORE_FACE_H
#define STORE_FACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/*
 * The part of store.h about pictures of rooms and people; what is said there holds
 * here.  They are small, so they are in the database, one of each: a new one takes
 * the old one's place.  Which one it is, its version, is said wherever the room or
 * the person is: the beginning of its SHA-256.
 */
struct store;

enum {
    STORE_FACE_VERSION_LEN = 16, /* hexadecimal digits */
    STORE_FACE_VERSION_BYTES = STORE_FACE_VERSION_LEN + 1,
    STORE_FACE_BYTES_MAX = 256 * 1024,
};

struct store_face {
    struct span version, webp;
};

/* Give somebody this picture, or take theirs away (no version).  FAIL_TOO_LARGE
 * when they would have sent more than bytes_max in all (store_file_add). */
bool store_user_set_face(struct store *s, struct span user_id,
    const struct store_face *face, int64_t bytes_max, int64_t now_ms,
    struct err *err);
/* The same of a room, by somebody among whose files it then counts. */
bool store_room_set_face(struct store *s, struct span conversation_id,
    struct span by_id, const struct store_face *face, int64_t bytes_max,
    int64_t now_ms, struct err *err);

/* Call face with the picture, for who may see it, or FAIL_NOT_FOUND.  A person's
 * may be seen by themselves, by who shares a room with them, has asked or was
 * asked by them into one, and by admins of the server. */
bool store_user_face(struct store *s, struct span user_id,
    struct span viewer_id, void (*face)(const struct store_face *f, void *ctx),
    void *ctx, struct err *err);
/* A room's by its members and, of a public one that is not archived, by all but
 * visitors. */
bool store_room_face(struct store *s, struct span conversation_id,
    struct span viewer_id, void (*face)(const struct store_face *f, void *ctx),
    void *ctx, struct err *err);

/* Of these people: who has a picture that the viewer may see. */
bool store_faces(struct store *s, const struct span *user_ids, size_t n,
    struct span viewer_id,
    void (*row)(struct span user_id, struct span version, void *ctx), void *ctx,
    struct err *err);

#endif
