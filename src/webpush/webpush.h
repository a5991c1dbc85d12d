/* SPDX-License-Identifier: ISC */
#ifndef WEBPUSH_WEBPUSH_H
#define WEBPUSH_WEBPUSH_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * webpush - what a push service gets: a text that only one browser can read (RFC
 * 8291, in the one record that it allows), and who sends it (RFC 8292, VAPID).
 * Pure but for random bytes; any thread.
 */
enum {
    WEBPUSH_POINT_BYTES = 65, /* of P-256, uncompressed */
    WEBPUSH_SCALAR_BYTES = 32,
    WEBPUSH_AUTH_BYTES = 16,
    WEBPUSH_SALT_BYTES = 16,
    WEBPUSH_BODY_BYTES_MAX = 4096, /* what every push service takes */
    /* Less the header, the record's delimiter and its tag. */
    WEBPUSH_TEXT_BYTES_MAX = WEBPUSH_BODY_BYTES_MAX - 86 - 1 - 16,
    WEBPUSH_PUBLIC_CHARS = 88, /* in base64url, with NUL */
    WEBPUSH_SECRET_CHARS = 44,
    WEBPUSH_AUTH_CHARS = 23,
};

/* A pair of keys, in base64url. */
struct webpush_keys {
    char public_key[WEBPUSH_PUBLIC_CHARS], secret_key[WEBPUSH_SECRET_CHARS];
};
bool webpush_keys_new(struct webpush_keys *ret, struct err *err);

/* Who can read: what a browser's PushSubscription calls p256dh and auth. */
struct webpush_reader {
    unsigned char point[WEBPUSH_POINT_BYTES], auth[WEBPUSH_AUTH_BYTES];
};
/* FAIL_BAD_INPUT where that is no point of the curve, or no secret. */
bool webpush_reader_parse(struct span p256dh, struct span auth,
    struct webpush_reader *ret, struct err *err);

/* Append the body of a request, with a key and a salt that nothing else has.  text
 * is at most WEBPUSH_TEXT_BYTES_MAX long. */
bool webpush_seal(const struct webpush_reader *to, struct span text,
    struct buf *ret, struct err *err);
/* The same with these, for a test. */
bool webpush_seal_with(const struct webpush_reader *to, struct span text,
    const struct webpush_keys *own,
    const unsigned char salt[WEBPUSH_SALT_BYTES], struct buf *ret,
    struct err *err);

/* Append the value of Authorization for a service of this origin, as
 * https://push.example.org, that is good until then.  subject: where its owner
 * reaches ours, https: or mailto:. */
bool webpush_authorize(const struct webpush_keys *own, struct span origin,
    struct span subject, int64_t until_s, struct buf *ret, struct err *err);

#endif
