/* SPDX-License-Identifier: ISC */
#ifndef NET_HTTP_CHUNKS_H
#define NET_HTTP_CHUNKS_H

#include "base/buf.h"

/*
 * http_chunks - a body that comes in chunks (RFC 9112 7.1), of which nobody
 * knows the length before its end.  Pure.  Extensions and trailers are read
 * over.  A line ends with CR LF and with nothing else: what two programs could
 * understand differently is refused.
 */
enum {
    CHUNK_LINE_BYTES_MAX = 256, /* a size with its extensions, or a trailer */
    CHUNK_TRAILERS_MAX = 32,
};

struct http_chunks {
    enum {
        CHUNK_SIZE,
        CHUNK_EXTENSION,
        CHUNK_SIZE_LF,
        CHUNK_DATA,
        CHUNK_DATA_CR,
        CHUNK_DATA_LF,
        CHUNK_TRAILER,
        CHUNK_TRAILER_LF,
    } state; /* zero is the beginning */
    size_t left; /* of the chunk, or its size so far */
    int line; /* bytes of this line */
    int trailers;
};

enum chunks_rc {
    CHUNKS_MORE, /* not all there yet */
    CHUNKS_END, /* *in begins with what follows the body */
    CHUNKS_BAD, /* answer 400 */
    CHUNKS_TOO_LARGE, /* answer 413 */
};

/* Understand as much of *in as possible: moves *in on, appends the data to
 * body, which is to have max bytes at most. */
enum chunks_rc http_chunks_take(
    struct http_chunks *c, struct span *in, struct buf *body, size_t max);

#endif
