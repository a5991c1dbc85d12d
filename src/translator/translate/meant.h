/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_MEANT_H
#define TRANSLATOR_MEANT_H

#include <stddef.h>

#include "text/doc.h"
#include "text/normal.h"

/* The text of a document with its first n segments as their normals say them,
 * which is what engines are asked and the gate shall compare with.  A normal
 * that is NULL leaves its segment.  The caller's; NULL when nothing differs. */
char *meant_text(const struct doc *doc, struct span text,
    const struct doc_opts *opts, struct normal *const *normals, size_t n);

#endif
