/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_HTML_H
#define TRANSLATOR_HTML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"

/*
 * html - a piece of HTML on its way through a translation.
 *
 * Tags, comments, scripts and code are kept byte for byte.  What is between
 * two tags that begin or end a block is one text to translate, in which an
 * element is <i 0>its text</i 0>, a tag alone <i 1>, and what is not to be
 * translated <x 2>; all are what text/doc.h keeps, and no other "<" is in such a
 * text.  A translation is put
 * back only when it has every stand-in once.
 *
 *     h = html_new(html, &err);
 *     for (i = 0; i < html_len(h); i++)
 *         html_put(h, i, translate(html_text(h, i)));
 *     html_assemble(h, &out);
 *
 * Nothing is loaded, run or checked; the HTML may be broken in any way.
 */
enum {
    HTML_TEXTS_MAX = 1000,
};

struct html;

/* Borrows the HTML until html_free.  NULL with err filled when it has more
 * than HTML_TEXTS_MAX texts. */
struct html *html_new(struct span html, struct err *err);
void html_free(struct html *h); /* NULL is fine */

size_t html_len(const struct html *h);
/* Borrowed from h. */
struct span html_text(const struct html *h, size_t i);

/* Copies the translation.  False, and the original will stay, when it has not
 * every stand-in exactly once. */
bool html_put(struct html *h, size_t i, struct span translation);

/* Append the whole, with what has no translation as it was. */
void html_assemble(const struct html *h, struct buf *out);

/* All that can be read, for finding out the language; appended to out. */
void html_plain(const struct html *h, struct buf *out);

#endif
