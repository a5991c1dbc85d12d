/* SPDX-License-Identifier: ISC */
#ifndef TRANSLATOR_INFER_IMPL_H
#define TRANSLATOR_INFER_IMPL_H

#include "text/doc.h"
#include "translator/translate/infer.h"

/* The inside of infer.  Sentences in a third language are translated first
 * (infer_other.c), then what waits, round after round (infer_rounds.c). */

/* infer.c.  The text has its translation, but for what the gate says; or err is
 * filled: what was wrong with the text or is busy now will be so on another
 * way. */
void infer_conclude(struct infer *i);
void infer_fail(struct infer *i);

/* infer_other.c: translate what is in neither language, then start the first
 * round. */
void infer_start_others(struct infer *i);

/* infer_rounds.c: send the segments that have no translation, as the lines of
 * one text: the router translates lines side by side.  Segments that went to
 * pieces come in the next round; pieces have no spans and stay whole. */
void infer_start_round(struct infer *i);

/* infer_text.c */
struct doc_opts infer_options(const struct infer *i);
/* Give the sentences their translations that the memory has. */
void infer_recall(struct infer *i);
/* Make the waiting segments of this round what engines know.  Laughter alone and
 * what the memory has are done then. */
void infer_normalise(struct infer *i);
void infer_forget_round(struct infer *i);
/* The first segment from k on, of this round, that has no translation. */
size_t infer_next_waiting(const struct infer *i, size_t k);
/* Every line is the translation of a segment; false when they do not match. */
bool infer_put_lines(struct infer *i, struct span lines);

#endif
