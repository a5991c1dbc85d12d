/* SPDX-License-Identifier: ISC */
#ifndef TEXT_SCAN_H
#define TEXT_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/*
 * scan - finds what must not be translated: given a position in a line, is
 * there a link, a mention, a number with its unit, an emoji, ...?
 *
 * Pure.  Code spans, Markdown marks and terms are not found here: they depend
 * on more than what stands at one place (see inline.h).
 */
enum scan_kind {
    SCAN_NONE,
    SCAN_CODE,
    SCAN_LINK, /* URL, domain, path, file name */
    SCAN_EMAIL,
    SCAN_MENTION,
    SCAN_TAG,
    SCAN_EMOJI,
    SCAN_NUMBER,
    SCAN_PLACEHOLDER, /* {0}, %s, <tag>, identifiers of programs */
    SCAN_TERM, /* of the caller's list */
    SCAN_MARK, /* Markdown, HTML, escapes */
    SCAN_SPACE, /* what is not a single space */
    SCAN_OTHER, /* controls, private use, broken UTF-8 */
    SCAN_KINDS,
};

/* What a span is to the sentence around it. */
enum scan_role {
    ROLE_WORD, /* takes the place of a noun */
    ROLE_GAP, /* no part of the grammar: an emoji, a mark */
    ROLE_OPEN, /* begins a stretch of text ... */
    ROLE_CLOSE, /* ... that ends here */
};

struct scan_hit {
    enum scan_kind kind;
    enum scan_role role;
    size_t len; /* bytes */
};

/* Is there something at byte i of the line?  Called for growing i, never
 * inside a hit. */
bool scan_at(struct span line, size_t i, struct scan_hit *ret);

/* The kinds, each by itself; the length or 0. */
size_t scan_link(struct span line, size_t i);
size_t scan_email(struct span line, size_t i);
size_t scan_domain(struct span line, size_t i); /* and file names */
size_t scan_path(struct span line, size_t i);
size_t scan_ending(struct span line, size_t i); /* behind a file's name */
size_t scan_mention(struct span line, size_t i);
size_t scan_tag(struct span line, size_t i);
size_t scan_identifier(struct span line, size_t i);
size_t scan_shortcode(struct span line, size_t i);
size_t scan_emoji(struct span line, size_t i);
size_t scan_emoticon(struct span line, size_t i);
size_t scan_number(struct span line, size_t i);
size_t scan_placeholder(struct span line, size_t i);
size_t scan_element(struct span line, size_t i, enum scan_role *role);

#endif
