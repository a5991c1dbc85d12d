/* SPDX-License-Identifier: ISC */
#include "text/langid.h"

#include <math.h>
#include <stdint.h>
#include <string.h>
#include <unicode/uscript.h>

#include "text/langid_chat.h"
#include "text/langid_model.h"
#include "text/scan.h"
#include "text/uni.h"

/*
 * A naive Bayes classifier over the n-grams of one to three letters of each
 * word and over frequent words (tools/langid_train.py), for the languages that
 * share a script; the others are known by their script.
 *
 * Measured on the 2,663 sentences of one to eight words of the development data
 * (en, fr, es, de), every language possible and nothing withheld: this 99.3 %
 * right, Debian's CLD2 at its best effort 95.8 %, libexttextcat 64.9 %; on 179
 * chat lines in 26 languages 94 %, 83 % and 51 %.
 */
enum {
    LETTERS_MAX = 1024, /* of the text: more tells nothing new, */
    BYTES_MAX = 16 * 1024, /* nor does what lies so far behind */
    WORD_LETTERS_MAX = 32, /* longer words are read in slices */
    LANGS_MAX = 128,
};

/* N-grams overlap: a letter counts in six of them.  Divided by this, the sums
 * are honest about how sure they are (fitted on the training data). */
static const double temperature = 3.5;
/* In nats, after that: what it means that a writer mostly uses a language. */
static const double usual_bonus = 2.0;
/* ... that a word is one of langid_chat. */
static const double chat_bonus = 6.0;
/* A language that is no candidate must not be better by more. */
static const double stranger_margin = 2.0;
/* Less than this for each word is no language at all. */
static const double evidence_min = 24.0;

struct letters {
    size_t n; /* of all scripts */
    size_t scripts[USCRIPT_CODE_LIMIT];
};

struct scores {
    int32_t sum[LANGS_MAX]; /* in steps of the model */
    size_t n_words;
    struct letters letters;
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

/* "aaaa", "zzz": written in every language, and by cats. */
static bool
is_noise(const struct word *w)
{
    struct span a = {w->bytes + w->starts[1], w->starts[2] - w->starts[1]};
    size_t others = 0;

    if (w->n < 4)
        return false;
    for (size_t i = 2; i < w->n; i++) {
        struct span b = {
            w->bytes + w->starts[i], w->starts[i + 1] - w->starts[i]};
        others += !span_eq(a, b);
    }
    return others == 0;
}

static size_t find_lang(struct span code);

static void
add_chat(struct scores *s, struct span word)
{
    const char *code = langid_chat(word);
    size_t k = code ? find_lang(span_of(code)) : langid_n();

    if (k < langid_n())
        s->sum[k] += (int32_t)(chat_bonus * temperature / LANGID_STEP);
}

/* Count the word and begin the next. */
static void
end_word(struct word *w, struct scores *s)
{
    struct langid_postings found;
    struct span word = {w->bytes + 1, w->starts[w->n] - 1};

    if (w->n > 1) {
        found = langid_find_word(word);
        if (!is_noise(w) && !langid_is_neutral(found)) {
            add_postings(s, found);
            add_chat(s, word);
            add_letter(w, '_');
            for (size_t i = 0; i < w->n; i++) {
                for (size_t k = 1; k <= 3 && i + k <= w->n; k++) {
                    struct span gram = {w->bytes + w->starts[i],
                        w->starts[i + k] - w->starts[i]};
                    if (k > 1 || (i > 0 && i + 1 < w->n))
                        add_postings(s, langid_find_gram(gram));
                }
            }
            s->n_words++;
        }
    }
    w->n = 0;
    w->starts[0] = 0;
    add_letter(w, '_');
}

static void
count_letter(struct letters *l, int32_t c)
{
    UErrorCode status = U_ZERO_ERROR;
    int script = USCRIPT_LATIN;

    if (c >= 0x0250)
        script = (int)uscript_getScript(c, &status);
    if (script <= USCRIPT_INHERITED || script >= USCRIPT_CODE_LIMIT)
        return;
    l->scripts[script]++;
    l->n++;
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
        count_letter(&s->letters, c);
        if (w.n > WORD_LETTERS_MAX)
            end_word(&w, s);
        add_letter(&w, uni_fold(c));
    }
    end_word(&w, s);
}

/* The language that alone uses the script of most letters, or NULL. */
static const char *
by_script(const struct letters *l, double *share)
{
    static const struct {
        int script;
        const char *code;
    } own[] = {
        {USCRIPT_GREEK, "el"},
        {USCRIPT_HEBREW, "he"},
        {USCRIPT_THAI, "th"},
        {USCRIPT_HANGUL, "ko"},
        {USCRIPT_GEORGIAN, "ka"},
        {USCRIPT_ARMENIAN, "hy"},
        {USCRIPT_BENGALI, "bn"},
        {USCRIPT_GURMUKHI, "pa"},
        {USCRIPT_GUJARATI, "gu"},
        {USCRIPT_TAMIL, "ta"},
        {USCRIPT_TELUGU, "te"},
        {USCRIPT_KANNADA, "kn"},
        {USCRIPT_MALAYALAM, "ml"},
        {USCRIPT_SINHALA, "si"},
        {USCRIPT_MYANMAR, "my"},
        {USCRIPT_KHMER, "km"},
        {USCRIPT_LAO, "lo"},
        {USCRIPT_ETHIOPIC, "am"},
        {USCRIPT_ORIYA, "or"},
        {USCRIPT_HAN, "zh"},
    };
    size_t kana = l->scripts[USCRIPT_HIRAGANA] + l->scripts[USCRIPT_KATAKANA];
    size_t japanese = kana + l->scripts[USCRIPT_HAN];

    if (kana > 0 && 2 * japanese >= l->n) {
        *share = (double)japanese / (double)l->n;
        return "ja";
    }
    for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
        size_t n = l->scripts[own[i].script];

        if (n > 0 && 2 * n >= l->n) {
            *share = (double)n / (double)l->n;
            return own[i].code;
        }
    }
    return NULL;
}

static bool
is_candidate(const struct langid_opts *opts, const char *code)
{
    if (opts->n_candidates == 0)
        return true;
    for (size_t i = 0; i < opts->n_candidates; i++) {
        if (strcmp(opts->candidates[i], code) == 0)
            return true;
    }
    return false;
}

/* The sum of language k in nats, with what we know beforehand. */
static double
weigh(const struct scores *s, const struct langid_opts *opts, size_t k)
{
    const char *code = langid_code(k);
    double nats = s->sum[k] * LANGID_STEP / temperature;

    nats -= langid_prior(k);
    if (span_eqz(opts->usual, code))
        nats += usual_bonus;
    return nats;
}

/* The best candidate and its share of the probability; whether any other
 * language, or none, is not better still. */
static bool
pick(const struct scores *s, const struct langid_opts *opts, struct langid *ret)
{
    double best = -INFINITY, stranger = -INFINITY, total = 0;
    size_t n = langid_n(), winner = 0;

    for (size_t k = 0; k < n; k++) {
        double nats = weigh(s, opts, k);

        if (!is_candidate(opts, langid_code(k))) {
            stranger = fmax(stranger, nats);
        } else if (nats > best) {
            best = nats;
            winner = k;
        }
    }
    if (best == -INFINITY || s->n_words == 0)
        return false;
    for (size_t k = 0; k < n; k++) {
        if (is_candidate(opts, langid_code(k)))
            total += exp(weigh(s, opts, k) - best);
    }
    memcpy(ret->code, langid_code(winner), strlen(langid_code(winner)) + 1);
    ret->confidence = 1 / total;
    return stranger < best + stranger_margin &&
           s->sum[winner] * LANGID_STEP >= evidence_min * (double)s->n_words;
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
    code = by_script(&s.letters, &share);
    if (code) {
        memcpy(ret->code, code, strlen(code) + 1);
        ret->confidence = share;
        fair = is_candidate(opts, code);
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
    return find_lang(code) < langid_n();
}

double
langid_compare(struct span text, struct span a, struct span b)
{
    size_t i = find_lang(a), k = find_lang(b);
    struct scores s = {.n_words = 0};

    if (i == langid_n() || k == langid_n())
        return 0;
    read_text(text, &s);
    if (s.n_words == 0)
        return 0;
    return (s.sum[k] - s.sum[i]) * LANGID_STEP / temperature /
           (double)s.n_words;
}
