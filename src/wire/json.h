/* SPDX-License-Identifier: ISC */
#ifndef WIRE_JSON_H
#define WIRE_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * JSON for everybody: jansson reads, these helpers look and write.  Trees are
 * for reading; what is sent often is written straight into a buf.
 */
enum {
    JSON_DEPTH_MAX = 64, /* deeper input is refused before it is parsed */
};

/* Parse one value of valid UTF-8.  The caller owns the tree (json_decref);
 * NULL with err filled on malformed, too deep or duplicate-key input. */
json_t *json_read(struct span text, struct err *err);

/* Field lookups on a JSON object (any other type, NULL included, has no
 * fields).  A span borrows from the tree; {NULL, 0} when missing, of another
 * type, or with a NUL character in it, which no text of ours may have. */
struct span json_get_str(const json_t *obj, const char *key);
struct span json_str(const json_t *value); /* the same of a value */
bool json_get_int(const json_t *obj, const char *key, long long *ret);
/* Integer or real. */
bool json_get_num(const json_t *obj, const char *key, double *ret);
bool json_get_bool(const json_t *obj, const char *key, bool fallback);

/* Append s as a JSON string with its quotes.  s is valid UTF-8. */
void json_put_str(struct buf *b, struct span s);

/* Append "key":"value" or "key":null, without a comma. */
void json_put_field(struct buf *b, const char *key, struct span value);

/* The same with a comma in front: a field that is not the first. */
void json_add_field(struct buf *b, const char *key, struct span value);

/* A field that is a number, or one that is true or false. */
void json_add_number(struct buf *b, const char *key, int64_t value);
void json_add_bool(struct buf *b, const char *key, bool value);

const char *json_bool(bool on); /* "true" or "false" */

/* Append the compact text of a tree. */
void json_put(struct buf *b, const json_t *value);

#endif
