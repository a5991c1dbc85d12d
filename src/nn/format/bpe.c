/* SPDX-License-Identifier: ISC */
#include "nn/format/bpe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/map.h"
#include "base/mem.h"
#include "nn/format/letters.h"
#include "nn/format/moses.h"

#define JOINER "@@"
#define END "</w>" /* of a word, in the codes */
enum { LANG_BYTES = 16, NO_RANK = UINT32_MAX };

struct bpe {
    struct map *ranks; /* "a b" to a pointer that holds the line's number */
    bool end_alone; /* version 0.1: END begins as a symbol of its own */
    char lang[LANG_BYTES];
    size_t bytes;
};

/* ---- codes ---- */

static bool
add_code(struct bpe *b, struct span line, size_t number, struct err *err)
{
    struct span right = line, left = span_cut(&right, ' ');

    if (left.len == 0 || !right.p || right.len == 0 ||
        memchr(right.p, ' ', right.len) || !utf8_valid(line))
        return err_set(err, FAIL_BAD_INPUT,
            "line %zu of the codes is not two units of text", number);
    if (number > BPE_CODES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "there are too many codes");
    if (map_get(b->ranks, line))
        return true; /* the first one counts */
    map_put(b->ranks, line, (void *)(uintptr_t)number);
    b->bytes += line.len + 64;
    return true;
}

static bool
read_codes(struct bpe *b, struct span codes, struct err *err)
{
    struct span rest = codes;
    size_t number = 0;

    b->end_alone = true;
    if (span_starts(codes, SPAN("#version:"))) {
        struct span first = span_trim(span_cut(&rest, '\n'));

        number++;
        b->end_alone = span_eqz(first, "#version: 0.1");
        if (!b->end_alone && !span_eqz(first, "#version: 0.2"))
            return err_set(
                err, FAIL_BAD_INPUT, "codes of this version are not supported");
    }
    while (rest.p && rest.len > 0) {
        struct span line = span_trim(span_cut(&rest, '\n'));

        if (!add_code(b, line, ++number, err))
            return false;
    }
    return map_len(b->ranks) > 0 ||
           err_set(err, FAIL_BAD_INPUT, "there are no codes");
}

struct bpe *
bpe_open(struct span codes, const char *lang, struct err *err)
{
    struct bpe *b = xcalloc(1, sizeof(*b));

    b->ranks = map_new();
    b->bytes = sizeof(*b);
    snprintf(b->lang, sizeof(b->lang), "%s", lang);
    if (read_codes(b, codes, err))
        return b;
    bpe_close(b);
    return NULL;
}

void
bpe_close(struct bpe *b)
{
    if (!b)
        return;
    map_free(b->ranks);
    free(b);
}

size_t
bpe_bytes(const struct bpe *b)
{
    return b->bytes;
}

/* ---- cutting a word ---- */

/* A word under way: symbols are stretches of text, which has END behind it. */
struct word {
    const struct bpe *b;
    struct buf text, key;
    size_t n; /* symbols */
    size_t at[BPE_WORD_MAX + 2]; /* where each begins, and the end */
    uint32_t rank[BPE_WORD_MAX + 1]; /* of each with the next */
};

static void
set_rank(struct word *w, size_t i)
{
    w->rank[i] = NO_RANK;
    if (i + 1 >= w->n)
        return;
    buf_reset(&w->key);
    buf_add(&w->key, w->text.p + w->at[i], w->at[i + 1] - w->at[i]);
    buf_addc(&w->key, ' ');
    buf_add(&w->key, w->text.p + w->at[i + 1], w->at[i + 2] - w->at[i + 1]);
    void *rank = map_get(w->b->ranks, buf_span(&w->key));
    if (rank)
        w->rank[i] = (uint32_t)(uintptr_t)rank;
}

/* Join each pair of that rank, from the left; false when it was NO_RANK. */
static bool
join_pairs(struct word *w)
{
    uint32_t best = NO_RANK;
    bool joined[BPE_WORD_MAX + 2] = {false};
    size_t n = 0;

    for (size_t i = 0; i < w->n; i++)
        if (w->rank[i] < best)
            best = w->rank[i];
    if (best == NO_RANK)
        return false;
    for (size_t i = 0; i < w->n; n++) {
        joined[n] = w->rank[i] == best;
        w->at[n] = w->at[i];
        w->rank[n] = w->rank[i];
        i += joined[n] ? 2 : 1;
    }
    w->at[n] = w->at[w->n];
    w->n = n;
    for (size_t i = 0; i < n; i++)
        if (joined[i] || joined[i + 1])
            set_rank(w, i);
    return true;
}

/* The letters of a word, no more than BPE_WORD_MAX. */
static void
word_start(struct word *w, const struct letter *p, size_t n)
{
    struct letters one = {NULL, 1, 0};
    struct letter letter;

    buf_reset(&w->text);
    w->n = n;
    for (size_t i = 0; i < n; i++) {
        letter = p[i];
        one.p = &letter;
        w->at[i] = w->text.len;
        letters_write(&one, &w->text);
    }
    if (w->b->end_alone)
        w->at[w->n++] = w->text.len;
    buf_addz(&w->text, END);
    w->at[w->n] = w->text.len;
    for (size_t i = 0; i < w->n; i++)
        set_rank(w, i);
}

/* Letters of a text become pieces; goes_on: of the same word more follow. */
static void
cut_word(struct word *w, const struct letter *p, size_t n, bool goes_on,
    spm_on_piece on_piece, void *user)
{
    size_t end, letter = 0;

    word_start(w, p, n);
    while (n > 1 && join_pairs(w))
        ;
    end = w->text.len - strlen(END);
    for (size_t i = 0; i < w->n && w->at[i] < end; i++) {
        size_t to = w->at[i + 1] < end ? w->at[i + 1] : end, first = letter;

        for (size_t k = w->at[i]; k < to; k++)
            letter += ((unsigned char)w->text.p[k] & 0xc0) != 0x80;
        buf_reset(&w->key);
        buf_add(&w->key, w->text.p + w->at[i], to - w->at[i]);
        if (to < end || goes_on)
            buf_addz(&w->key, JOINER);
        on_piece(user, 0, buf_span(&w->key), p[first].begin, p[letter - 1].end);
    }
}

void
bpe_encode(
    const struct bpe *b, struct span text, spm_on_piece on_piece, void *user)
{
    struct letters read = {0}, plain = {0}, l = {0};
    struct word *w = xcalloc(1, sizeof(*w));

    w->b = b;
    letters_read(&read, text);
    moses_plain(&read, &plain);
    moses_cut(&plain, b->lang, &l);
    for (size_t i = 0, k; i < l.n; i = k) {
        for (k = i; k < l.n && l.p[k].c != ' ' && k - i < BPE_WORD_MAX; k++)
            ;
        if (k > i)
            cut_word(
                w, l.p + i, k - i, k < l.n && l.p[k].c != ' ', on_piece, user);
        k += k < l.n && l.p[k].c == ' ';
    }
    letters_free(&read);
    letters_free(&plain);
    letters_free(&l);
    buf_free(&w->text);
    buf_free(&w->key);
    free(w);
}

/* ---- and back ---- */

bool
bpe_ends_word(struct span piece)
{
    return piece.len <= strlen(JOINER) ||
           memcmp(piece.p + piece.len - 2, JOINER, 2) != 0;
}

/* Where a piece is: in which word, up to which of its bytes. */
struct part {
    size_t word, end;
};

/* The pieces as words, one behind the other in text: ends[i] is the end of
 * word i.  Returns how many there are. */
static size_t
words_make(const struct span *pieces, size_t n, struct buf *text, size_t *ends,
    struct part *parts)
{
    struct buf raw = {0};
    size_t words = 0;

    for (size_t i = 0; i < n; i++) {
        bool ends_word = bpe_ends_word(pieces[i]);

        buf_add(&raw, pieces[i].p, pieces[i].len - (ends_word ? 0 : 2));
        parts[i] = (struct part){words, raw.len};
        if (!ends_word && i + 1 < n)
            continue;
        moses_unescape(buf_span(&raw), text);
        ends[words++] = text->len;
        buf_reset(&raw);
    }
    buf_free(&raw);
    return words;
}

/* An escape shortens a word; pieces inside of one share what became of it. */
static void
places_set(const struct part *parts, size_t n, const size_t *begins,
    const struct span *words, struct vocab_place *places)
{
    size_t from = 0;

    for (size_t i = 0; i < n; i++) {
        size_t word = parts[i].word, end = parts[i].end;

        if (i == 0 || parts[i - 1].word != word)
            from = 0;
        if (end > words[word].len || i + 1 == n || parts[i + 1].word != word)
            end = words[word].len;
        places[i] = (struct vocab_place){
            (uint32_t)(begins[word] + from), (uint32_t)(begins[word] + end)};
        from = end;
    }
}

void
bpe_decode(const struct bpe *b, const struct span *pieces, size_t n,
    struct buf *ret, struct vocab_place *places)
{
    struct part *parts = xcalloc(n + 1, sizeof(*parts));
    struct span *words = xcalloc(n + 1, sizeof(*words));
    size_t *ends = xcalloc(2 * n + 2, sizeof(*ends)), *begins = ends + n + 1;
    struct buf text = {0};
    size_t n_words = words_make(pieces, n, &text, ends, parts);

    for (size_t i = 0, from = 0; i < n_words; from = ends[i++])
        words[i] = (struct span){text.p + from, ends[i] - from};
    moses_join(words, n_words, b->lang, ret, begins);
    if (places)
        places_set(parts, n, begins, words, places);
    buf_free(&text);
    free(parts);
    free(words);
    free(ends);
}
