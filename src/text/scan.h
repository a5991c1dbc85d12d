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
    SCAN_NAME, /* of a person */
    SCAN_ITEM, /* what stands between the items of a list */
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

/* A word that people write with figures ("b4", "2nite"), which is no name and
 * no number: what it means, normal.h knows.  Its length or 0. */
size_t scan_shorthand(struct span line, size_t i);

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
/* A currency, "km", "%": the unit at byte i, whole. */
size_t scan_unit(struct span line, size_t i);
size_t scan_placeholder(struct span line, size_t i);
/* The token at byte i: up to white space or what encloses words, and without the
 * punctuation of the sentence behind it. */
struct span scan_token(struct span line, size_t i);
/* A token that is no word: "Blue$ky2024", "Rouge#12", "R&D", "C++", "x=3". */
size_t scan_code(struct span line, size_t i, enum scan_kind *kind);
/* "•", "→", or "|", "/", "->" between spaces: what divides a list. */
size_t scan_divider(struct span line, size_t i);
/* The word behind "password:", or with a capital behind "password is". */
size_t scan_secret(struct span line, size_t i);
size_t scan_keys(struct span line, size_t i); /* Ctrl+C */
size_t scan_variable(struct span line, size_t i); /* %PATH% */
size_t scan_parameter(struct span line, size_t i); /* :name */
size_t scan_flag(struct span line, size_t i); /* --force */
size_t scan_stream(struct span line, size_t i); /* #**channel>topic** */
size_t scan_share(struct span line, size_t i); /* \\server\share */
size_t scan_element(struct span line, size_t i, enum scan_role *role);

#endif
