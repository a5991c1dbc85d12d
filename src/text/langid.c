/* SPDX-License-Identifier: ISC */
#include "text/langid.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "text/langid_chat.h"
#include "text/langid_model.h"
#include "text/langid_script.h"
#include "text/scan.h"
#include "text/uni.h"

/*
 * A linear classifier over the n-grams of one to four letters of each word and
 * over frequent words (tools/langid_train.py), for the languages that share a
 * script; the others are known by their script.  Its sums are log-likelihoods,
 * so what is known beforehand is added to them.
 *
 * langid_quality.py has what it is worth, and measures it again.
 */
enum {
    LETTERS_MAX = 1024, /* of the text: more tells nothing new, */
    BYTES_MAX = 16 * 1024, /* nor does what lies so far behind */
    WORD_LETTERS_MAX = 32, /* longer words are read in slices */
    GRAM_MAX = 4,
    LANGS_MAX = 128,
};

/* In nats: what it means that a word is one of langid_chat. */
static const double chat_bonus = 5.0;
/* ... that a language is none of those that are translated here. */
static const double stranger_penalty = 1.0;
/* Less than this for each word is no language at all. */
static const double evidence_min = 1.6;

struct scores {
    int32_t sum[LANGS_MAX]; /* in steps of the model */
    size_t n_words;
    struct langid_letters letters;
};

/* A word while it is read: folded, between two "_". */
struct word {
    char bytes[(WORD_LETTERS_MAX + 2) * UNI_BYTES_MAX];
    size_t starts[WORD_LETTERS_MAX + 3]; /* of its letters, edges included */
    size_t n; /* letters, the left edge included */
};

static void
add_postings(struct scores *s, struct langid_postings found)
{
    for (size_t i = 0; i < found.n; i++)
        s->sum[found.list[2 * i]] += found.list[2 * i + 1];
}

static void
add_letter(struct word *w, int32_t c)
{
    size_t at = w->starts[w->n];

    w->starts[w->n + 1] = at + uni_put(c, w->bytes + at);
    w->n++;
}

static bool
same_letter(const struct word *w, size_t i, size_t k)
{
    struct span a = {w->bytes + w->starts[i], w->starts[i + 1] - w->starts[i]};
    struct span b = {w->bytes + w->starts[k], w->starts[k + 1] - w->starts[k]};

    return span_eq(a, b);
}

/* "aaa", "zzzz", "hahaha", "lololol": one or two letters, again and again, are
 * written in every language, and by cats. */
static bool
is_noise(const struct word *w)
{
    for (size_t unit = 1; unit <= 2; unit++) {
        size_t i = 1;

        while (i + unit < w->n && same_letter(w, i, i + unit))
            i++;
        if (w->n > 3 * unit && i + unit == w->n)
            return true;
    }
    return false;
}

/* "nooooo" is "no". */
static void
squeeze(struct word *w)
{
    struct word out = {.n = 1, .starts = {0, 1}, .bytes = "_"};

    for (size_t i = 1, run; i < w->n; i += run) {
        for (run = 1; i + run < w->n && same_letter(w, i, i + run);)
            run++;
        for (size_t k = 0; k < (run > 2 ? 1 : run); k++) {
            size_t len = w->starts[i + 1] - w->starts[i];

            memcpy(out.bytes + out.starts[out.n], w->bytes + w->starts[i], len);
            out.starts[out.n + 1] = out.starts[out.n] + len;
            out.n++;
        }
    }
    *w = out;
}

static size_t find_lang(struct span code);

static void
add_chat(struct scores *s, struct span word)
{
    const char *code = langid_chat(word);
    size_t k = code ? find_lang(span_of(code)) : langid_n();

    if (k < langid_n())
        s->sum[k] += (int32_t)(chat_bonus / LANGID_STEP);
}

static void
add_grams(struct scores *s, struct word *w)
{
    add_letter(w, '_');
    for (size_t i = 0; i < w->n; i++) {
        for (size_t k = 1; k <= GRAM_MAX && i + k <= w->n; k++) {
            struct span gram = {
                w->bytes + w->starts[i], w->starts[i + k] - w->starts[i]};
            if (k > 1 || (i > 0 && i + 1 < w->n))
                add_postings(s, langid_find_gram(gram));
        }
    }
}

static void
add_word(struct scores *s, struct word *w)
{
    struct span word;
    struct langid_postings found;

    if (is_noise(w))
        return;
    squeeze(w);
    word = (struct span){w->bytes + 1, w->starts[w->n] - 1};
    found = langid_find_word(word);
    if (langid_is_neutral(found))
        return;
    add_postings(s, found);
    add_chat(s, word);
    add_grams(s, w);
    s->n_words++;
}

/* Count the word and begin the next. */
static void
end_word(struct word *w, struct scores *s)
{
    if (w->n > 1)
        add_word(s, w);
    w->n = 0;
    w->starts[0] = 0;
    add_letter(w, '_');
}

/* The bytes of code in backquotes that begins at i; 0 when there is none. */
static size_t
code_at(struct span text, size_t i)
{
    size_t marks = 0, run = 0;

    while (i + marks < text.len && text.p[i + marks] == '`')
        marks++;
    if (marks == 0)
        return 0;
    for (size_t k = i + marks; k <= text.len; k++) {
        if (k < text.len && text.p[k] == '`') {
            run++;
            continue;
        }
        if (run == marks)
            return k - i;
        run = 0;
    }
    return 0;
}

static void
read_text(struct span text, struct scores *s)
{
    struct word w = {.n = 0};
    size_t base = 0, n;

    if (text.len > BYTES_MAX)
        text.len = BYTES_MAX;
    add_letter(&w, '_');
    for (size_t i = 0; i < text.len && s->letters.n < LETTERS_MAX; i += n) {
        struct span rest = {text.p + base, text.len - base};
        struct scan_hit hit;
        int32_t c = uni_at(text, i, &n);
        size_t code = code_at(text, i);

        if (code > 0 || scan_at(rest, i - base, &hit)) {
            end_word(&w, s);
            n = code > 0 ? code : hit.len;
            base = i + n;
            continue;
        }
        if (!uni_alpha(c)) {
            end_word(&w, s);
            continue;
        }
        langid_count_letter(&s->letters, c);
        if (w.n > WORD_LETTERS_MAX)
            end_word(&w, s);
        add_letter(&w, uni_fold(c));
    }
    end_word(&w, s);
}

/* Does code, or a standard of it, come among the candidates?  That one. */
static const char *
find_candidate(const struct langid_opts *opts, const char *code)
{
    const char *found = NULL;

    if (opts->n_candidates == 0)
        return code;
    for (size_t i = 0; i < opts->n_candidates; i++) {
        if (strcmp(opts->candidates[i], code) == 0)
            return code;
        if (span_eqz(lang_macro(span_of(opts->candidates[i])), code))
            found = opts->candidates[i];
    }
    return found;
}

static double
prior_of(const struct langid_opts *opts, const char *code)
{
    double nats = 0;

    for (size_t i = 0; i < opts->n_priors && i < LANGID_PRIORS_MAX; i++)
        if (span_eqz(lang_macro(opts->priors[i].code), code))
            nats += opts->priors[i].nats;
    return nats;
}

/* The sum of language k in nats, with what we know beforehand. */
static double
weigh(const struct scores *s, const struct langid_opts *opts, size_t k)
{
    const char *code = langid_code(k);
    double nats = s->sum[k] * LANGID_STEP - langid_prior(k);

    if (!find_candidate(opts, code))
        nats -= stranger_penalty;
    return nats + prior_of(opts, code);
}

/* The name of what was found: of a language with standards, the one that a
 * prior names. */
static void
put_code(struct langid *ret, const struct langid_opts *opts, const char *code)
{
    struct span best = span_of(find_candidate(opts, code));
    double nats = 0;

    for (size_t i = 0; i < opts->n_priors && i < LANGID_PRIORS_MAX; i++) {
        const struct langid_prior *p = &opts->priors[i];

        if (p->nats <= nats || p->code.len >= sizeof(ret->code) ||
            !span_eqz(lang_macro(p->code), code))
            continue;
        nats = p->nats;
        best = p->code;
    }
    memcpy(ret->code, best.p, best.len);
    ret->code[best.len] = '\0';
}

/* The best candidate and its share of the probability; whether there is
 * anything to go by. */
static bool
pick(const struct scores *s, const struct langid_opts *opts, struct langid *ret)
{
    double nats[LANGS_MAX], best = -INFINITY, top = -INFINITY, total = 0;
    size_t n = langid_n(), winner = 0;

    if (s->n_words == 0)
        return false;
    for (size_t k = 0; k < n; k++) {
        nats[k] = weigh(s, opts, k);
        top = fmax(top, nats[k]);
        if (nats[k] > best && find_candidate(opts, langid_code(k))) {
            best = nats[k];
            winner = k;
        }
    }
    if (best == -INFINITY)
        return false;
    for (size_t k = 0; k < n; k++)
        total += exp(nats[k] - top);
    put_code(ret, opts, langid_code(winner));
    ret->confidence = exp(best - top) / total;
    return s->sum[winner] * LANGID_STEP >= evidence_min * (double)s->n_words;
}

bool
langid_guess(
    struct span text, const struct langid_opts *opts, struct langid *ret)
{
    static const struct langid_opts any = {.n_candidates = 0};
    struct scores s = {.n_words = 0};
    const char *code;
    double threshold, share = 0;
    bool fair;

    opts = opts ? opts : &any;
    threshold = opts->threshold > 0 ? opts->threshold : LANGID_THRESHOLD;
    *ret = (struct langid){.confidence = 0};
    read_text(text, &s);
    if (s.letters.n == 0)
        return false;
    code = langid_by_script(&s.letters, &share);
    if (code) {
        memcpy(ret->code, code, strlen(code) + 1);
        ret->confidence = share;
        fair = find_candidate(opts, code) != NULL;
    } else {
        fair = pick(&s, opts, ret);
    }
    return fair && ret->confidence >= threshold;
}

static size_t
find_lang(struct span code)
{
    for (size_t k = 0; k < langid_n(); k++) {
        if (span_eqz(code, langid_code(k)))
            return k;
    }
    return langid_n();
}

bool
langid_knows(struct span code)
{
    return find_lang(lang_macro(code)) < langid_n();
}

double
langid_compare(struct span text, struct span a, struct span b)
{
    size_t i = find_lang(lang_macro(a)), k = find_lang(lang_macro(b));
    struct scores s = {.n_words = 0};

    if (i == langid_n() || k == langid_n())
        return 0;
    read_text(text, &s);
    if (s.n_words == 0)
        return 0;
    return (s.sum[k] - s.sum[i]) * LANGID_STEP / (double)s.n_words;
}
