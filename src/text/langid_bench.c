/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "text/langid.h"

/*
 * langid_bench [CANDIDATES [READS]] < lines of LANGUAGE, tab, text
 *
 * How many are found, not known, and wrong, at several thresholds, and how
 * long one takes.  CANDIDATES is "en,fr,es" or "-" for all; READS "right"
 * says that the writer reads the text's own language.  With BENCH_SHOW in the
 * environment the wrong ones are printed.
 */
enum { LINES_MAX = 400000, CANDIDATES_MAX = 64, ROUNDS = 20 };

struct line {
    char *lang, *text;
};

static size_t
read_lines(struct line *lines)
{
    char *buf = NULL;
    size_t cap = 0, n = 0;
    ssize_t len;

    while (n < LINES_MAX && (len = getline(&buf, &cap, stdin)) > 0) {
        char *tab = strchr(buf, '\t');

        if (!tab)
            continue;
        if (buf[len - 1] == '\n')
            buf[len - 1] = '\0';
        *tab = '\0';
        lines[n].lang = xstrdup(buf);
        lines[n++].text = xstrdup(tab + 1);
    }
    free(buf);
    return n;
}

static void
measure(const struct line *lines, size_t n, struct langid_opts opts, bool usual)
{
    struct langid_prior prior = {.nats = LANGID_READS};
    bool show = getenv("BENCH_SHOW") != NULL;
    size_t found = 0, unknown = 0;

    if (usual)
        opts.priors = &prior;

    for (size_t i = 0; i < n; i++) {
        struct langid got;

        prior.code = span_of(lines[i].lang);
        opts.n_priors = usual;
        if (!langid_guess(span_of(lines[i].text), &opts, &got))
            unknown++;
        else if (lang_same(span_of(got.code), span_of(lines[i].lang)))
            found++;
        else if (show)
            printf("%s %s %.2f: %s\n", lines[i].lang, got.code, got.confidence,
                lines[i].text);
    }
    printf("{\"threshold\":%.2f,\"n\":%zu,\"found\":%.4f,\"unknown\":%.4f,"
           "\"wrong\":%.4f}\n",
        opts.threshold, n, (double)found / (double)n,
        (double)unknown / (double)n, (double)(n - found - unknown) / (double)n);
}

int
main(int argc, char **argv)
{
    static const double thresholds[] = {1e-9, 0.5, 0.7, 0.8, 0.9};
    static struct line lines[LINES_MAX];
    static char candidates[CANDIDATES_MAX][LANG_CODE_BYTES];
    struct langid_opts opts = {.candidates = candidates};
    struct span list = span_of(argc > 1 ? argv[1] : "-");
    size_t n = read_lines(lines);
    struct langid got;
    int64_t start;

    while (
        list.p && !span_eqz(list, "-") && opts.n_candidates < CANDIDATES_MAX) {
        struct span code = span_cut(&list, ',');
        if (lang_normalise(code, candidates[opts.n_candidates]))
            opts.n_candidates++;
    }
    if (n == 0)
        return 1;
    for (size_t k = 0; k < sizeof(thresholds) / sizeof(thresholds[0]); k++) {
        opts.threshold = thresholds[k];
        measure(lines, n, opts, argc > 2);
    }
    start = clock_mono_us();
    for (int round = 0; round < ROUNDS; round++) {
        for (size_t i = 0; i < n; i++)
            langid_guess(span_of(lines[i].text), &opts, &got);
    }
    printf("{\"us_per_message\":%.2f}\n",
        (double)(clock_mono_us() - start) / ROUNDS / (double)n);
    for (size_t i = 0; i < n; i++) {
        free(lines[i].lang);
        free(lines[i].text);
    }
    return 0;
}
