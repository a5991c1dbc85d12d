/* SPDX-License-Identifier: ISC */
#include "text/normal.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/elision.h"
#include "text/normal_parts.h"
#include "text/stress.h"
#include "text/uni.h"

/* A word or two may be a name as well. */
enum { SENTENCE_WORDS_MIN = 2 };

struct normal {
    struct span lang;
    char lang_bytes[8];
    struct buf text; /* for the engine */
    struct buf source; /* the sentence in plain letters, which these are of: */
    size_t before; /* bytes of laughter at its start */
    size_t after; /* where laughter at its end begins */
    struct buf inside; /* laughter from its middle, each behind a space */
    struct span marks; /* the final row of marks; absent: none to give back */
    bool shouted;
    bool curly; /* it has typographic quotes */
    bool stopped; /* a full stop was put behind it */
};

typedef void step_fn(const struct sentence *s, struct buf *out);

/* Replace text by what the step makes of it. */
static void
run(struct buf *text, struct span lang, step_fn *step)
{
    struct sentence s;
    struct buf out = {0};

    sentence_read(&s, buf_span(text), lang);
    step(&s, &out);
    sentence_fini(&s);
    buf_free(text);
    *text = out;
}

static bool
run_case(struct buf *text, struct span lang)
{
    struct sentence s;
    struct buf out = {0};
    bool shouted;

    sentence_read(&s, buf_span(text), lang);
    shouted = normal_case(&s, &out);
    sentence_fini(&s);
    buf_free(text);
    *text = out;
    return shouted;
}

/* The marks that end a sentence belong to it, not to the laughter behind it:
 * how many bytes of the gap go with it. */
static size_t
ending_len(struct span gap)
{
    size_t len = 0, n;

    for (size_t i = 0; i < gap.len; i += n) {
        int32_t c = uni_at(gap, i, &n);

        if (uni_end_mark(c))
            len = i + n;
        else if (!uni_space(c))
            break;
    }
    return len;
}

/* Let n->text be the source without its laughter.  What stands at its ends
 * comes back there; from between words, at the end.  There it parts sentences:
 * "I'm hungry lol what are you cooking". */
static void
take_laughter(struct normal *n)
{
    struct sentence s;
    size_t first = 0, at, len, kept = 0, inside = 0, next = 0;
    bool parts = false;

    sentence_read(&s, buf_span(&n->source), n->lang);
    while (first < s.n && (len = laugh_len(&s, first)) > 0)
        first += len;
    n->before = first == 0 ? 0 : first < s.n ? s.words[first].at : s.text.len;
    n->after = at = n->before;
    for (size_t i = first; i < s.n; i += len ? len : 1) {
        const struct word *word = &s.words[i], *last;

        len = laugh_len(&s, i);
        last = &s.words[len ? i + len - 1 : i];
        if (len > 0) {
            buf_addc(&n->inside, ' ');
            buf_add(&n->inside, s.text.p + word->at,
                last->at + last->len - word->at);
            parts = span_trim(sentence_gap(&s, i)).len == 0;
            if (!parts)
                buf_add(&n->text, s.text.p + at, word->at - at);
            at = last->at + last->len;
        } else {
            if (parts && span_trim(sentence_gap(&s, i)).len == 0)
                buf_addc(&n->text, '.');
            parts = false;
            buf_add(&n->text, s.text.p + at, word->at + word->len - at);
            n->after = at = word->at + word->len;
            kept = n->text.len;
            inside = n->inside.len;
            next = i + 1;
        }
    }
    if (at == n->after && n->before < s.text.len) {
        buf_add(&n->text, s.text.p + at, s.text.len - at);
        n->after = s.text.len;
    } else if (n->before < s.text.len) {
        n->text.len = kept;
        n->inside.len = inside;
        len = ending_len(sentence_gap(&s, next));
        buf_add(&n->text, s.text.p + n->after, len);
        n->after += len;
    }
    sentence_fini(&s);
}

/* A row of marks says no more than its strongest, which the engine gets. */
static void
take_marks(struct normal *n)
{
    struct span text = buf_span(&n->text), marks;
    size_t at = uni_end_marks_at(text);

    if (at + 1 < text.len && text.p[at] == '.' && text.p[at + 1] != '.')
        at++; /* of "p.m.?" */
    marks = (struct span){text.p + at, text.len - at};
    if (at == 0 || utf8_count(marks) < 2 || span_eqz(marks, "..."))
        return;
    n->marks = (struct span){n->source.p + n->after - marks.len, marks.len};
    n->text.len = at;
    buf_addz(&n->text, memchr(n->marks.p, '?', marks.len)   ? "?"
                       : memchr(n->marks.p, '!', marks.len) ? "!"
                                                            : "...");
}

static bool
has_curly_quotes(struct span s)
{
    return memmem(s.p, s.len, "“", strlen("“")) ||
           memmem(s.p, s.len, "„", strlen("„"));
}

struct normal *
normal_new(struct span segment, struct span lang)
{
    struct normal *n = xcalloc(1, sizeof(*n));

    if (lang.len > 0 && lang.len < sizeof(n->lang_bytes)) {
        memcpy(n->lang_bytes, lang.p, lang.len);
        n->lang = span_of(n->lang_bytes);
    } else {
        n->lang = SPAN("");
    }
    n->curly = has_curly_quotes(segment);
    normal_chars(segment, n->lang, &n->source);
    take_laughter(n);
    take_marks(n);
    run(&n->text, n->lang, normal_long);
    n->shouted = run_case(&n->text, n->lang);
    run(&n->text, n->lang, normal_table);
    run(&n->text, n->lang, normal_spell);
    if (span_eqz(n->lang, "fr"))
        run(&n->text, n->lang, normal_ne);
    return n;
}

void
normal_free(struct normal *n)
{
    if (!n)
        return;
    buf_free(&n->text);
    buf_free(&n->source);
    buf_free(&n->inside);
    free(n);
}

struct span
normal_text(const struct normal *n)
{
    return span_trim(buf_span(&n->text));
}

/* A word that begins with a small letter and has no capital: not "iPhone". */
static bool
is_small(struct span word)
{
    return word_letters(word) == LETTERS_SMALL ||
           (utf8_count(word) == 1 && uni_lower(uni_before(word, word.len)));
}

/* Append the text with a capital, and a full stop behind a letter or figure. */
static void
complete(struct normal *n, const struct sentence *s, struct buf *out)
{
    int32_t last = uni_before(s->text, s->text.len);

    if (is_small(sentence_word(s, 0)))
        sentence_add_capitalised(out, s->text);
    else
        buf_adds(out, s->text);
    n->stopped = uni_lower(last) || uni_upper(last) || uni_digit(last);
    if (n->stopped)
        buf_addc(out, '.');
}

bool
normal_complete(struct normal *n)
{
    struct span text = normal_text(n);
    struct sentence s;
    struct buf out = {0};
    bool differs;

    sentence_read(&s, text, n->lang);
    if (s.n >= SENTENCE_WORDS_MIN && s.words[0].at == 0)
        complete(n, &s, &out);
    else
        buf_adds(&out, text);
    differs = !span_eq(buf_span(&out), text);
    sentence_fini(&s);
    buf_free(&n->text);
    n->text = out;
    return differs;
}

/* "p.m." */
static bool
ends_in_abbreviation(struct span s)
{
    size_t n = s.len;

    return n > 3 && s.p[n - 3] == '.' && uni_alpha(uni_before(s, n - 1));
}

/* The translation without the full stop that its source did not have. */
static struct span
without_stop(const struct normal *n, struct span translation)
{
    int32_t last = uni_before(translation, translation.len);
    size_t at =
        translation.len - uni_bytes_before(translation, translation.len);

    if (n->stopped && (last == '.' || last == 0x3002) &&
        uni_before(translation, at) != '.' &&
        !ends_in_abbreviation(translation))
        translation.len = at;
    return span_trim(translation);
}

/* Laughter in another language, and what stands between it. */
static void
add_laughter(const struct normal *n, struct span laughter, struct span target,
    struct buf *out)
{
    struct sentence s;
    size_t len;

    sentence_read(&s, laughter, n->lang);
    for (size_t i = 0; i < s.n; i += len) {
        const struct word *word = &s.words[i], *last;

        len = laugh_len(&s, i);
        len = len ? len : 1;
        last = &s.words[i + len - 1];
        buf_adds(out, sentence_gap(&s, i));
        laugh_put((struct span){laughter.p + word->at,
                      last->at + last->len - word->at},
            n->lang, target, out);
    }
    buf_adds(out, sentence_gap(&s, s.n));
    sentence_fini(&s);
}

/* The translation with the row of marks that its source has, in the form that
 * the target language uses. */
static void
add_marked(const struct normal *n, struct span translation, struct buf *out)
{
    size_t at = uni_end_marks_at(translation);
    int32_t last = uni_before(translation, translation.len);
    char mark[UNI_BYTES_MAX];

    buf_add(out, translation.p, at);
    if (last < 0x3000) {
        buf_adds(out, n->marks);
        return;
    }
    for (size_t i = utf8_count(n->marks); i > 0; i--)
        buf_add(out, mark, uni_put(last, mark));
}

/* Make the quotes of the translation, which open and close in turn, typographic
 * as those of its source. */
static void
curl_quotes(struct buf *b)
{
    struct buf out = {0};
    bool open = false;

    for (size_t i = 0; i < b->len; i++) {
        if (b->p[i] != '"') {
            buf_addc(&out, b->p[i]);
            continue;
        }
        open = !open;
        buf_addz(&out, open ? "“" : "”");
    }
    buf_free(b);
    *b = out;
}

void
normal_restore(const struct normal *n, struct span translation,
    struct span target, struct buf *out)
{
    struct buf b = {0}, mended = {0};
    struct span source = buf_span(&n->source);

    elision_mend(without_stop(n, span_trim(translation)), target, &mended);
    translation = buf_span(&mended);
    add_laughter(n, (struct span){source.p, n->before}, target, &b);
    if (n->marks.p)
        add_marked(n, translation, &b);
    else
        buf_adds(&b, translation);
    add_laughter(n, buf_span(&n->inside), target, &b);
    add_laughter(n, (struct span){source.p + n->after, source.len - n->after},
        target, &b);
    if (n->curly)
        curl_quotes(&b);
    if (n->shouted)
        sentence_add_capitals(out, buf_span(&b), target);
    else
        stress_restore(source, buf_span(&b), n->lang, target, out);
    buf_free(&mended);
    buf_free(&b);
}
