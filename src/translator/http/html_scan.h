/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_HTML_SCAN_H
#define TRANSLATOR_HTML_SCAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

/* html_scan - HTML as a row of tokens, for html.c.  Pure; every input is a row
 * of tokens without a gap. */
enum html_kind {
    HTML_TEXT, /* a run without tags, references inside */
    HTML_INLINE, /* a tag around words, a comment */
    HTML_BLOCK, /* a tag that begins or ends a text */
    HTML_KEPT, /* inside a text, a whole element that stays: code */
    HTML_KEPT_BLOCK, /* between texts: scripts, preformatted */
};

struct html_token {
    enum html_kind kind;
    struct span bytes;
};

/* Bytes that may be read in search of end tags that are not there, in one
 * piece of HTML; then nothing is whole any more. */
enum { HTML_EFFORT_BYTES = 4 * 1024 * 1024 };

/* The token at byte i < html.len.  Takes what it read in vain from effort, so
 * that the work of all tokens together is linear. */
struct html_token html_token_at(struct span html, size_t i, size_t *effort);

#endif
