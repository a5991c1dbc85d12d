/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_MEANT_H
#define TRANSLATOR_MEANT_H

#include <stddef.h>

#include "text/doc.h"

/* The text of a document with its first n segments as says has them, which is
 * what engines are asked and the gate shall compare with.  One that is NULL
 * leaves its segment.  The caller's; NULL when nothing differs. */
char *meant_text(const struct doc *doc, struct span text,
    const struct doc_opts *opts, char *const *says, size_t n);

#endif
