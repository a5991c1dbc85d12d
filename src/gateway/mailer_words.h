/* SPDX-License-Identifier: ISC */
#ifndef GATEWAY_MAILER_WORDS_H
#define GATEWAY_MAILER_WORDS_H

#include "base/buf.h"
#include "base/span.h"

/* mailer_words - what a letter says, in the languages of the page; to others in
 * English. */

/* Borrowed; constant. */
struct span mailer_subject(struct span language);
/* name: whose account it is; link: where they choose another password. */
void mailer_put_text(
    struct buf *b, struct span language, struct span name, struct span link);

#endif
