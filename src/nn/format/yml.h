/* SPDX-License-Identifier: ISC */
#ifndef NN_YML_H
#define NN_YML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "base/span.h"

/*
 * yml - the flat YAML that Marian writes: one map of scalars, and of lists of
 * scalars.  What is nested deeper is passed over.
 */

/* A scalar of key: index is its place in a list, else 0.  An empty list is
 * told by value.p == NULL.  key and value are borrowed for the call.  False
 * (with err filled) stops. */
typedef bool (*yml_on_scalar)(void *user, struct span key, size_t index,
    struct span value, struct err *err);

bool yml_read(
    struct span text, yml_on_scalar on_scalar, void *user, struct err *err);

#endif
