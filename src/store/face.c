/* SPDX-License-Identifier: ISC */
#include "store/face.h"

#include "store/store_ops.h"

static bool
check(const struct store_face *f, struct err *err)
{
    bool none = f->version.len == 0 && f->webp.len == 0;

    return none ||
           (f->version.len == STORE_FACE_VERSION_LEN && f->webp.len > 0 &&
               f->webp.len <= STORE_FACE_BYTES_MAX) ||
           err_set(err, FAIL_BAD_INPUT, "not a picture");
}

bool
store_user_set_face(struct store *s, struct span user_id,
    const struct store_face *face, int64_t bytes_max, int64_t now_ms,
    struct err *err)
{
    return check(face, err) && s->ops->face->user_set_face(
                                   s, user_id, face, bytes_max, now_ms, err);
}

bool
store_room_set_face(struct store *s, struct span conversation_id,
    struct span by_id, const struct store_face *face, int64_t bytes_max,
    int64_t now_ms, struct err *err)
{
    return check(face, err) && s->ops->face->room_set_face(s, conversation_id,
                                   by_id, face, bytes_max, now_ms, err);
}

bool
store_user_face(struct store *s, struct span user_id, struct span viewer_id,
    void (*face)(const struct store_face *f, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->face->user_face(s, user_id, viewer_id, face, ctx, err);
}

bool
store_room_face(struct store *s, struct span conversation_id,
    struct span viewer_id, void (*face)(const struct store_face *f, void *ctx),
    void *ctx, struct err *err)
{
    return s->ops->face->room_face(
        s, conversation_id, viewer_id, face, ctx, err);
}

bool
store_faces(struct store *s, const struct span *user_ids, size_t n,
    struct span viewer_id,
    void (*row)(struct span user_id, struct span version, void *ctx), void *ctx,
    struct err *err)
{
    return s->ops->face->faces(s, user_ids, n, viewer_id, row, ctx, err);
}
