/* SPDX-License-Identifier: ISC */
#ifndef TEXT_DOC_PARTS_H
#define TEXT_DOC_PARTS_H

#include "text/doc.h"
#include "text/inline.h"
#include "text/standin.h"

/* What doc*.c share: the inside of a doc. */

/* The text is a row of chunks: bytes to put out, or a segment. */
struct chunk {
    struct span out; /* into doc.source, or a term's target */
    size_t segment; /* NO_SEGMENT: out */
};

enum { NO_SEGMENT = -1 };

struct chunks {
    struct chunk *list; /* owned */
    size_t n, cap;
};

enum segment_state {
    SEGMENT_WAITING,
    SEGMENT_DONE, /* has its translation */
    SEGMENT_IN_PIECES, /* other segments took its place */
};

struct segment {
    enum segment_state state;
    size_t at, len; /* its text, in doc.pool */
    size_t parts, n_parts; /* in doc.parts */
    int base; /* of its stand-ins */
    bool sentence; /* whole, and no item of a list */
    bool strict; /* nothing is in its texts that could be taken out */
    size_t result, n_result; /* its translation, in doc.results */
    size_t pieces, n_pieces; /* in doc.pieces */
    size_t hint_of; /* the segment whose marks it helps to place */
    size_t hint_part; /* in doc.parts: the text between those marks */
};

struct doc {
    struct span source; /* owned copy of the text */
    struct inline_opts opts;
    char lang[8], target[8];
    size_t segment_bytes_max;
    struct parts parts; /* of all segments */
    struct parts line; /* of the line being read */
    bool is_list; /* that line is */
    struct chunks chunks, pieces;
    struct segment *segments; /* owned */
    size_t n_segments, cap_segments;
    size_t n_hints;
    struct buf pool, results;
    char **written; /* owned, each too: numbers in the target language */
    size_t n_written, cap_written;
    unsigned kinds; /* bit k: there was a span of kind k */
    bool has_digits, has_target, has_ink;
    struct doc_stats stats;
};

/* doc.c */
void doc_keep(struct doc *d, struct chunks *to, struct span out);
/* The text of the segment is parts [first, n) of doc.parts. */
size_t doc_add_segment(
    struct doc *d, struct chunks *to, size_t first, size_t n_parts);
/* The same parts, but every text a segment of its own. */
void doc_add_pieces(
    struct doc *d, struct chunks *to, size_t first, size_t n_parts);
struct standins doc_standins(const struct doc *d, const struct segment *s);
struct span doc_result(const struct doc *d, const struct segment *s);

/* doc_parse.c: fill an empty doc from its source. */
void doc_parse(struct doc *d);

/* doc_line.c: add one line without its Markdown prefix. */
void doc_add_line(struct doc *d, struct span line);

/* doc_check.c: make names that the sentence does not need parts of their own. */
void doc_take_names(struct doc *d, struct parts *line);
/* Does the translation of s say the same numbers, and the names? */
bool doc_agrees(
    const struct doc *d, const struct segment *s, struct span translation);
/* doc_written.c.  The number as the target language writes it; absent: as it
 * stands. */
struct number;
struct span doc_write_number(
    struct doc *d, struct span source, const struct number *number);
/* The figure of text as the target language writes it; absent: as it is. */
struct span doc_write_figure(
    struct doc *d, struct span text, struct span figure);
/* Append the translation of s with its figures and towns as the target language
 * has them. */
void doc_localise(const struct doc *d, const struct segment *s,
    struct span translation, struct buf *out);
/* Append segment i once more, without what could be said wrong; false when
 * there is nothing to take out. */
bool doc_add_strict(struct doc *d, struct chunks *to, size_t i);

/* doc_list.c: do the emoji of a line stand between the items of a list? */
bool doc_emoji_divide(const struct parts *line);

/* doc_hint.c: ask for the words between marks, and use the answer. */
void doc_add_hints(struct doc *d, size_t segment);
bool doc_use_hints(const struct doc *d, size_t segment, struct buf *ret);

#endif
