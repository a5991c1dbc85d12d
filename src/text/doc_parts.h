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
    SEGMENT_IN_PIECES, /* its pieces are segments now */
};

struct segment {
    enum segment_state state;
    size_t at, len; /* its text, in doc.pool */
    size_t parts, n_parts; /* in doc.parts */
    int base; /* of its stand-ins */
    size_t result, n_result; /* its translation, in doc.results */
    size_t pieces, n_pieces; /* in doc.pieces */
    size_t hint_of; /* the segment whose marks it helps to place */
    size_t hint_part; /* in doc.parts: the text between those marks */
};

struct doc {
    struct span source; /* owned copy of the text */
    struct inline_opts opts;
    char lang[8];
    size_t segment_bytes_max;
    struct parts parts; /* of all segments */
    struct parts line; /* of the line being read */
    struct chunks chunks, pieces;
    struct segment *segments; /* owned */
    size_t n_segments, cap_segments;
    size_t n_hints;
    struct buf pool, results;
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

/* doc_hint.c: ask for the words between marks, and use the answer. */
void doc_add_hints(struct doc *d, size_t segment);
bool doc_use_hints(const struct doc *d, size_t segment, struct buf *ret);

#endif
