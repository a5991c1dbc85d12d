/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_ENTITY_H
#define TRANSLATOR_ENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

/*
 * entity - HTML's character references, into text and back.  Pure.
 */

/* The character that the reference at byte i names ("&eacute;", "&#233;",
 * "&#xE9;"), with its length in *len; 0 when there is none that we know. */
uint32_t entity_at(struct span html, size_t i, size_t *len);

/* Append c as UTF-8. */
void entity_put_char(struct buf *b, uint32_t c);

/* Append text so that HTML reads it back as text: &, <, > and the space that
 * does not break become references. */
void entity_put_text(struct buf *b, struct span text);

#endif
