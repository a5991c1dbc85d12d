/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "text/doc.h"
#include "text/gate.h"
#include "text/langid.h"
#include "text/normal.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Put every segment back as it is, or the whole text into every segment that
 * takes it. */
static void
translate(struct doc *d, struct span nonsense)
{
    for (size_t i = 0; i < doc_len(d); i++) {
        struct span s = doc_segment(d, i);

        assert(s.len > 0);
        assert(!memchr(s.p, '\n', s.len) && !memchr(s.p, '\r', s.len));
        if (nonsense.p && (i + nonsense.len) % 3 < 2)
            s = nonsense;
        else
            assert(utf8_valid(s));
        doc_put(d, i, s);
    }
}

static struct span
any_lang(size_t k)
{
    static const char *const langs[] = {"en", "fr", "es", "it", "pt", "de",
        "nl", "ca", "pl", "ro", "ru", "sv", "tr", "ja", ""};

    return span_of(langs[k % (sizeof(langs) / sizeof(langs[0]))]);
}

/* Any sentence can be made normal, in any language, and comes back as text. */
static void
try_normal(struct span line)
{
    struct span lang = any_lang(line.len);
    struct span target = any_lang((unsigned char)line.p[0]);
    struct normal *n = normal_new(line, lang);
    struct buf out = {0};

    normal_complete(n);
    assert(utf8_valid(normal_text(n)));
    normal_restore(n, normal_text(n), target, &out);
    assert(utf8_valid(buf_span(&out)));
    buf_free(&out);
    normal_free(n);
}

/* Any bytes at all can be parsed; an engine that changes nothing gives them
 * back, and none can break the assembly.  Languages are guessed and translations
 * judged whatever they are. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct term list[] = {
        {SPAN("invoice"), {NULL, 0}, true},
        {SPAN("term"), {NULL, 0}, false},
        {SPAN("@"), {NULL, 0}, false},
    };
    struct span text = {(const char *)data, size};
    struct terms *terms = terms_new(list, 3, NULL);
    struct doc_opts opts = {.source = SPAN("en"), .terms = terms};
    struct buf out = {0};
    struct langid guess;
    struct gate verdict;
    struct doc *d;

    if (size > DOC_BYTES_MAX || size == 0) {
        terms_free(terms);
        return 0;
    }
    opts.plain = data[0] % 8 == 0;
    opts.segment_bytes_max = data[0] % 2 ? 0 : DOC_SEGMENT_BYTES_MIN;

    d = doc_new(text, &opts);
    translate(d, (struct span){NULL, 0});
    assert(doc_assemble(d, &out, NULL));
    assert(span_eq(buf_span(&out), text));
    doc_free(d);

    /* Nonsense, in which numbers and names disagree. */
    buf_reset(&out);
    opts.source = any_lang(size);
    opts.target = any_lang(data[0]);
    d = doc_new(text, &opts);
    translate(d, text);
    assert(doc_assemble(d, &out, NULL));
    doc_free(d);

    if (utf8_valid(text) && !memchr(data, '\n', size))
        try_normal(text);
    langid_guess(text, NULL, &guess);
    assert(guess.confidence >= 0 && guess.confidence <= 1);
    verdict = gate_check(text, buf_span(&out), opts.source, opts.target);
    assert((verdict.verdict == GATE_REFUSED) == (verdict.score == 0));
    buf_free(&out);
    terms_free(terms);
    return 0;
}
