/* SPDX-License-Identifier: ISC */
#include "text/numberwords_lexicon.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "text/uni.h"

static struct lexicon *lexicons; /* one for each grammar; never freed */
static size_t n_lexicons;
static pthread_once_t once = PTHREAD_ONCE_INIT;

size_t
lexicon_fold(struct span s, char ret[WORD_BYTES_MAX])
{
    size_t len = 0, n;

    for (size_t i = 0; i < s.len; i += n) {
        int32_t c = uni_plain(uni_at(s, i, &n));

        if (len + UNI_BYTES_MAX > WORD_BYTES_MAX)
            return 0;
        if (uni_apostrophe(c))
            continue; /* "п'ять" */
        if (c == 0xdf) {
            memcpy(ret + len, "ss", 2);
            len += 2;
        } else if (c > 0) {
            len += uni_put(c, ret + len);
        }
    }
    return len;
}

static int
compare_spans(const char *a, size_t a_len, const char *b, size_t b_len)
{
    int d = memcmp(a, b, a_len < b_len ? a_len : b_len);

    return d ? d : a_len < b_len ? -1 : a_len > b_len;
}

static int
compare_atoms(const void *a, const void *b)
{
    const struct atom *x = a, *y = b;

    return compare_spans(x->word, x->len, y->word, y->len);
}

const struct atom *
lexicon_find(const struct lexicon *l, const char *word, size_t len)
{
    size_t low = 0, high = l->n;

    while (low < high) {
        size_t mid = (low + high) / 2;
        const struct atom *a = &l->atoms[mid];
        int d = compare_spans(word, len, a->word, a->len);

        if (d == 0)
            return a;
        if (d < 0)
            high = mid;
        else
            low = mid + 1;
    }
    return NULL;
}

/* Of two entries for one word the first stays. */
static void
add_atom(struct lexicon *l, struct span word, int value, char mark)
{
    struct atom a = {.value = value, .mark = mark};
    char folded[WORD_BYTES_MAX];

    a.len = lexicon_fold(word, folded);
    if (a.len == 0 || a.len >= sizeof(a.word) || l->n == ATOMS_MAX)
        abort(); /* the tables are wrong */
    memcpy(a.word, folded, a.len);
    for (size_t i = 0; i < l->n; i++)
        if (compare_atoms(&l->atoms[i], &a) == 0)
            return;
    l->atoms[l->n++] = a;
}

static void
add_more(struct lexicon *l)
{
    struct span rest = span_of(l->g->more);

    while (rest.p) {
        struct span entry = span_cut(&rest, ' '), word = span_cut(&entry, '=');
        int value = 0;
        size_t i = 0;

        for (; i < entry.len && entry.p[i] >= '0' && entry.p[i] <= '9'; i++)
            value = 10 * value + (entry.p[i] - '0');
        /* An ordinal that may be another word is just never sure. */
        add_atom(l, word, value,
            i == entry.len      ? '\0'
            : i + 1 < entry.len ? ';'
                                : entry.p[i]);
    }
}

static bool
is_one_word(const char *z)
{
    return z && !strpbrk(z, " -");
}

static void
build_lexicon(struct lexicon *l, const struct number_grammar *g)
{
    l->g = g;
    add_more(l);
    for (int i = 0; i < NUMBERWORDS_ONES_MAX; i++)
        if (is_one_word(g->ones[i]))
            add_atom(l, span_of(g->ones[i]), i, '\0');
    for (int i = 2; i < 10; i++)
        if (g->tens[i])
            add_atom(l, span_of(g->tens[i]), 10 * i, '\0');
    for (int i = 1; i < 10; i++)
        if (is_one_word(g->hundreds[i]))
            add_atom(l, span_of(g->hundreds[i]), HUNDRED * i, '\0');
    if (is_one_word(g->thousand))
        add_atom(l, span_of(g->thousand), THOUSAND, '\0');
    if (g->join)
        add_atom(l, span_of(g->join), JOIN, '\0');
    qsort(l->atoms, l->n, sizeof(l->atoms[0]), compare_atoms);
}

static void
add_lexicons(const struct number_grammar *grammars, size_t n)
{
    for (size_t i = 0; i < n; i++)
        build_lexicon(&lexicons[n_lexicons++], &grammars[i]);
}

static void
build(void)
{
    lexicons = xcalloc(
        n_number_grammars + n_number_grammars_slavic, sizeof(*lexicons));
    add_lexicons(number_grammars, n_number_grammars);
    add_lexicons(number_grammars_slavic, n_number_grammars_slavic);
}

const struct lexicon *
lexicon_of(struct span lang)
{
    pthread_once(&once, build);
    if (span_eqz(lang, "nn"))
        lang = SPAN("nb");
    for (size_t i = 0; i < n_lexicons; i++)
        if (span_eqz(lang, lexicons[i].g->code))
            return &lexicons[i];
    return NULL;
}
