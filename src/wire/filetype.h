/* SPDX-License-Identifier: ISC */
#ifndef WIRE_FILETYPE_H
#define WIRE_FILETYPE_H

#include <stdbool.h>

#include "base/span.h"

/*
 * filetype - what a file is, by how it begins and never by what somebody says.
 * Pure.  What a browser would run (HTML, SVG, scripts) is plain text here.
 */
enum { FILETYPE_HEAD_BYTES = 512 }; /* that it looks at */

/* A media type: "image/png", ...; "text/plain; charset=utf-8" for what may be a
 * text, else "application/octet-stream".  head: the first bytes of the file,
 * whole when it is shorter.  Constant. */
const char *filetype_of(struct span head);

/* May a page show it where it stands: a picture, sound or film? */
bool filetype_shows(struct span type);
/* Has it a duration: sound or film? */
bool filetype_plays(struct span type);

#endif
