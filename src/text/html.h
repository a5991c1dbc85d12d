/* SPDX-License-Identifier: ISC */
#ifndef TEXT_HTML_H
#define TEXT_HTML_H

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * html - HTML as a text that doc.h can take, and back.
 *
 *     h = html_new(source, &err);
 *     doc = doc_new(html_text(h), &(struct doc_opts){.plain = true, ...});
 *     ... doc_assemble(doc, &translated, &err) ...
 *     html_restore(h, translated, &out);
 *
 * Tags, comments, scripts, code, and elements that are marked translate="no",
 * class="notranslate", "mention" or "hashtag" become private-use characters,
 * which a doc keeps exactly once; elements inside a sentence keep their words,
 * elements around one divide it from its neighbours.  Character references are
 * resolved, and what must be one is one again in the end.  White space with
 * line breaks in it becomes a space, as browsers show it.
 */
enum { HTML_TAGS_MAX = 30000 };

struct html;

/* NULL with err filled when there are more tags than that, or the text would be
 * too long for a doc.  source is copied. */
struct html *html_new(struct span source, struct err *err);
void html_free(struct html *h); /* NULL is fine */

/* Borrowed until html_free. */
struct span html_text(const struct html *h);

/* Append HTML: translated is html_text() with other words. */
void html_restore(
    const struct html *h, struct span translated, struct buf *out);

/* What the private-use characters are to the sentence around them.  The offset
 * from the first of its kind tells which tag it is; a closing tag has that of
 * its opening one. */
enum {
    HTML_OPEN = 0xf0000,
    HTML_CLOSE = 0xf8000,
    HTML_SINGLE = 0x100000,
    HTML_WORD = 0x108000,
    HTML_KIND_MASK = ~0x7fff,
};

#endif
