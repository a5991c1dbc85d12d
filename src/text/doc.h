/* SPDX-License-Identifier: ISC */
#ifndef TEXT_DOC_H
#define TEXT_DOC_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/span.h"
#include "text/terms.h"

/*
 * doc - a message, parsed once, on its way through an engine.
 *
 * Lines, white space, code, links, addresses, mentions, tags, emoji, numbers,
 * placeholders, terms and Markdown are kept; what is left are segments: single
 * sentences, to be translated in any order.  Inside a segment a kept span is a
 * stand-in that engines leave alone: five digits where the span is a word of
 * the sentence, a private-use character where it is not.
 *
 *     doc = doc_new(text, &opts);
 *     for (i = 0; i < doc_len(doc); i++)      (doc_put may lengthen it)
 *         doc_put(doc, i, translate(doc_segment(doc, i)));
 *     doc_assemble(doc, &out, &err);
 *
 * Numbers are left in the sentence first, where they tell singular from plural.
 * A translation that says another number than the source (numbers.h) is not
 * used: doc_put appends the sentence once more, with stand-ins for them, and
 * what was a word then is written anew in the target language.
 *
 * A translation that lost, doubled or tore a stand-in is not used either:
 * doc_put then appends the pieces between the spans as segments of their own, so
 * that the result is intact by construction.
 *
 * One owner at a time; the same text and options always give the same
 * segments, and equal sentences with different names or numbers in them give
 * equal segments, which caches like.
 */
enum {
    DOC_BYTES_MAX = 256 * 1024,
    DOC_SEGMENT_BYTES_MIN = 64,
    DOC_SEGMENT_BYTES_MAX = 4096, /* when doc_opts says 0 */
};

struct doc_opts {
    struct span source; /* language code as of lang.h; absent: unknown */
    struct span target; /* the same */
    const struct terms *terms; /* borrowed until doc_free; or NULL */
    bool plain; /* no Markdown: its characters are text */
    size_t segment_bytes_max; /* 0: DOC_SEGMENT_BYTES_MAX */
};

struct doc;

/* The text, at most DOC_BYTES_MAX bytes, is copied. */
struct doc *doc_new(struct span text, const struct doc_opts *opts);
void doc_free(struct doc *d); /* NULL is fine */

/* Why nothing is to be translated: "empty", "emoji only", "links only", ...;
 * NULL when there is a segment, or a glossary word to put in. */
const char *doc_skip(const struct doc *d);

/* Segments so far, and each as the engine is to see it: one line of UTF-8,
 * never empty, borrowed until the next doc_put. */
size_t doc_len(const struct doc *d);
struct span doc_segment(const struct doc *d, size_t i);

/* The segment only serves to find words again inside another segment; it may
 * be left out, or fail, without harm. */
bool doc_is_hint(const struct doc *d, size_t i);

/* Is the segment a sentence of the text without any span? */
bool doc_is_plain(const struct doc *d, size_t i);
/* Is it a sentence of the text, and neither a piece of one nor a list's item? */
bool doc_is_sentence(const struct doc *d, size_t i);
/* Has the segment its translation, or gone to pieces? */
bool doc_is_settled(const struct doc *d, size_t i);

/* Give segment i its translation, which is copied.  False when it is not used
 * and new segments were appended instead. */
bool doc_put(struct doc *d, size_t i, struct span translation);
/* The same for one that people made, of a plain segment: it is always used. */
void doc_put_known(struct doc *d, size_t i, struct span translation);

/* Append the translated text to out.  False with err filled, and out as it
 * was, when a segment that is no hint has no translation. */
bool doc_assemble(const struct doc *d, struct buf *out, struct err *err);

/* For counters. */
struct doc_stats {
    size_t segments; /* of the first round, hints left out */
    size_t spans; /* kept, all over the text */
    size_t damaged; /* segments that went to pieces */
    size_t again; /* segments that were sent with their numbers taken out */
    size_t doubtful; /* translations that are used and disagree nevertheless */
};
struct doc_stats doc_stats(const struct doc *d);

#endif
