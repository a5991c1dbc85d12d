/* SPDX-License-Identifier: ISC */
#ifndef TEXT_INLINE_H
#define TEXT_INLINE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"
#include "text/scan.h"
#include "text/terms.h"

/*
 * inline - one line as a row of parts: text, and between it what must not be
 * translated, with the Markdown around words already paired.
 *
 * The parts of a line follow each other without a gap.
 */
struct part {
    struct span bytes; /* borrowed from the line */
    struct span target; /* a glossary's word instead of bytes; or absent */
    enum scan_kind kind; /* SCAN_NONE: text */
    enum scan_role role;
    int pair; /* of ROLE_OPEN and ROLE_CLOSE: the same number, else 0 */
    unsigned char ordinal; /* from 1, of the spans in a segment (standin.h) */
    bool digits; /* what its stand-in is */
};

struct parts {
    struct part *list; /* owned */
    size_t n, cap;
};

struct part *parts_add(struct parts *p, const struct part *part);
void parts_fini(struct parts *p);

struct inline_opts {
    const struct terms *terms; /* or NULL */
    bool markdown;
};

/* Append the parts of the line, which holds no line break. */
void inline_parse(
    struct span line, const struct inline_opts *opts, struct parts *out);

#endif
