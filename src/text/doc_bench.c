/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "text/doc.h"

/*
 * doc_bench ROUNDS < messages, one a line
 *
 * How long it takes to parse a message, to put every segment back as it is,
 * and to assemble it.
 */
enum { LINES_MAX = 100000 };

static size_t
round_trip(struct span text, struct buf *out)
{
    struct doc_opts opts = {.source = SPAN("en")};
    struct doc *d = doc_new(text, &opts);
    size_t n = doc_len(d);

    buf_reset(out);
    for (size_t i = 0; i < doc_len(d); i++)
        doc_put(d, i, doc_segment(d, i));
    doc_assemble(d, out, NULL);
    doc_free(d);
    return n;
}

int
main(int argc, char **argv)
{
    static char *lines[LINES_MAX];
    long long rounds = 0;
    size_t n = 0, cap = 0, bytes = 0, segments = 0;
    struct buf out = {0};
    char *line = NULL;
    int64_t start;
    ssize_t len;

    if (argc != 2 || !span_int(span_of(argv[1]), 1, 1000000, &rounds)) {
        fputs("usage: doc_bench ROUNDS < messages\n", stderr);
        return 2;
    }
    while (n < LINES_MAX && (len = getline(&line, &cap, stdin)) > 0) {
        lines[n++] = xstrndup(line, (size_t)(len - (line[len - 1] == '\n')));
        bytes += (size_t)len;
    }
    free(line);
    start = clock_mono_us();
    for (long long k = 0; k < rounds; k++) {
        for (size_t i = 0; i < n; i++)
            segments += round_trip(span_of(lines[i]), &out);
    }
    if (n > 0)
        printf("{\"messages\":%zu,\"bytes_each\":%.0f,\"segments_each\":%.2f,"
               "\"us_each\":%.2f}\n",
            n, (double)bytes / (double)n,
            (double)segments / (double)rounds / (double)n,
            (double)(clock_mono_us() - start) / (double)rounds / (double)n);
    for (size_t i = 0; i < n; i++)
        free(lines[i]);
    buf_free(&out);
    return 0;
}
