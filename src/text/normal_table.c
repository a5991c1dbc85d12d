/* SPDX-License-Identifier: ISC */
#include "text/normal_table.h"

#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"

enum { PHRASE_WORDS_MAX = 6, PHRASE_BYTES_MAX = 80 };

static const struct normal_rules *
rules_of(struct span lang)
{
    for (size_t k = 0; k < normal_tables_n; k++) {
        if (span_eqz(lang, normal_tables[k].lang))
            return &normal_tables[k];
    }
    return NULL;
}

/* The first rule for what is typed, or NULL. */
static const struct normal_rule *
find(const struct normal_rules *t, const char *typed)
{
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;

        if (strcmp(t->rules[mid].typed, typed) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < t->n && strcmp(t->rules[low].typed, typed) == 0
               ? &t->rules[low]
               : NULL;
}

bool
normal_table_has(struct span lang, struct span folded)
{
    const struct normal_rules *t = rules_of(lang);
    char key[WORD_KEY_BYTES + 1];

    if (!t || folded.len == 0 || folded.len > WORD_KEY_BYTES)
        return false;
    memcpy(key, folded.p, folded.len);
    key[folded.len] = '\0';
    return find(t, key) != NULL;
}

/* Words of a sentence that a rule may be about. */
struct place {
    const struct sentence *s;
    size_t first, n;
    size_t end; /* byte behind them, with a mark that belongs to the last */
};

/* Does the item of a condition, "be", "*ing", "#" (digits), "-" (no word),
 * speak of the word? */
static bool
item_matches(struct span item, bool there, struct span word)
{
    char key[WORD_KEY_BYTES];
    struct span folded, ending;

    if (span_eqz(item, "-"))
        return !there;
    if (!there)
        return false;
    if (span_eqz(item, "#"))
        return word_is_digits(word);
    folded = word_fold(word, key);
    if (item.len == 0 || item.p[0] != '*')
        return span_eq(folded, item);
    ending = (struct span){item.p + 1, item.len - 1};
    return folded.len > ending.len + 1 &&
           memcmp(folded.p + folded.len - ending.len, ending.p, ending.len) ==
               0;
}

static bool
list_matches(struct span list, bool there, struct span word)
{
    while (list.p) {
        if (item_matches(span_cut(&list, '|'), there, word))
            return true;
    }
    return false;
}

static bool
is_question(const struct sentence *s)
{
    struct span tail = sentence_gap(s, s->n);

    return memchr(tail.p, '?', tail.len) != NULL;
}

/* The word that is skip words before or behind the place, in the same clause. */
static bool
neighbour(const struct place *p, bool before, size_t skip, struct span *ret)
{
    size_t i = p->first;

    for (size_t k = 0; before && k <= skip; k++) {
        if (!sentence_joined(p->s, i))
            return false;
        i--;
    }
    for (size_t k = 0; !before && k <= skip; k++) {
        i = k == 0 ? p->first + p->n : i + 1;
        if (!sentence_joined(p->s, i))
            return false;
    }
    *ret = sentence_word(p->s, i);
    return true;
}

static bool
holds(const struct place *p, struct span condition)
{
    bool wanted = condition.p[0] != '!', found = false, there;
    struct span word = {"", 0};
    size_t skip = 0;
    char kind;

    if (!wanted) {
        condition.p++;
        condition.len--;
    }
    kind = condition.p[0];
    condition.p++;
    condition.len--;
    while (condition.len > 0 && condition.p[0] == kind) { /* ">>": the second */
        skip++;
        condition.p++;
        condition.len--;
    }
    switch (kind) {
    case '<':
    case '>':
        there = neighbour(p, kind == '<', skip, &word);
        found = list_matches(condition, there, word);
        break;
    case '^':
        found = skip ? p->first == 0 : !sentence_joined(p->s, p->first);
        break;
    case '$':
        found = !sentence_joined(p->s, p->first + p->n);
        break;
    case '?':
        found = is_question(p->s);
        break;
    default:
        break;
    }
    return found == wanted;
}

static bool
all_hold(const struct place *p, const char *when)
{
    struct span rest = span_of(when);

    while (rest.p) {
        struct span condition = span_cut(&rest, ' ');

        if (condition.len > 0 && !holds(p, condition))
            return false;
    }
    return true;
}

/* The first rule about these words that applies, or NULL. */
static const struct normal_rule *
choose(const struct normal_rules *t, const struct place *p, const char *typed)
{
    const struct normal_rule *r = find(t, typed);

    for (; r && r < t->rules + t->n && strcmp(r->typed, typed) == 0; r++) {
        if (all_hold(p, r->when))
            return r;
    }
    return NULL;
}

/* The words in small letters with single spaces, and extra bytes behind the
 * last; false when a rule cannot be about them. */
static bool
typed_as(const struct place *p, size_t extra, char ret[PHRASE_BYTES_MAX])
{
    size_t len = 0, end = p->s->words[p->first + p->n - 1].at +
                          p->s->words[p->first + p->n - 1].len;

    for (size_t i = p->first; i < p->first + p->n; i++) {
        char key[WORD_KEY_BYTES];
        struct span word = word_fold(sentence_word(p->s, i), key);

        if (i > p->first && !sentence_joined(p->s, i))
            return false;
        if (word.len == 0 || len + word.len + extra + 2 > PHRASE_BYTES_MAX)
            return false;
        if (i > p->first)
            ret[len++] = ' ';
        memcpy(ret + len, word.p, word.len);
        len += word.len;
    }
    if (end + extra > p->s->text.len)
        return false;
    memcpy(ret + len, p->s->text.p + end, extra);
    ret[len + extra] = '\0';
    return true;
}

/* Marks that belong to a word which is not one without: "a+", "w/", "w/o",
 * "po'". */
static size_t
mark_len(const struct sentence *s, size_t end)
{
    struct span rest = {s->text.p + end, s->text.len - end};
    size_t n;

    if (rest.len == 0 || !strchr("+/'", rest.p[0]) || !rest.p[0])
        return 0;
    if (!uni_word(uni_at(rest, 1, &n)))
        return 1;
    return rest.p[0] == '/' && !uni_word(uni_at(rest, 1 + n, &n)) ? 2 : 0;
}

/* May a rule about this one word be meant?  A capital inside a sentence is a
 * name's, two are short for something, and so is a part of "e-mail". */
static bool
may_be_typed(const struct sentence *s, size_t i)
{
    struct span word = sentence_word(s, i);
    size_t length = utf8_count(word);

    if (sentence_glued(s, i, "-/.&@"))
        return false;
    if (!sentence_joined(s, i))
        return true;
    switch (word_letters(word)) {
    case LETTERS_FIRST:
        return length == 1 && span_eqz(s->lang, "en");
    case LETTERS_CAPITAL:
        return length > 2;
    case LETTERS_NONE:
    case LETTERS_SMALL:
    case LETTERS_MIXED:
        break;
    }
    return true;
}

/* Capitals in a sentence with small letters are what such rules spell out
 * ("IDK"), or cannot be said otherwise ("PLS"); "IVA" is something else. */
static bool
may_be_spelled_out(struct span word, const char *meant)
{
    return word_letters(word) != LETTERS_CAPITAL || strchr(meant, ' ') ||
           !word_has_vowel(word);
}

static const struct normal_rule *
match(const struct normal_rules *t, struct place *p)
{
    char typed[PHRASE_BYTES_MAX];
    size_t rest = p->s->n - p->first;
    const struct normal_rule *r;

    for (p->n = rest < PHRASE_WORDS_MAX ? rest : PHRASE_WORDS_MAX; p->n > 0;
         p->n--) {
        const struct word *last = &p->s->words[p->first + p->n - 1];
        size_t end = last->at + last->len, mark = mark_len(p->s, end);

        p->end = end + mark;
        if (mark && typed_as(p, mark, typed) && (r = choose(t, p, typed)))
            return r;
        p->end = end;
        if (p->n == 1 && !may_be_typed(p->s, p->first))
            return NULL;
        if (typed_as(p, 0, typed) && (r = choose(t, p, typed)) &&
            (p->n > 1 ||
                may_be_spelled_out(sentence_word(p->s, p->first), r->meant)))
            return r;
    }
    return NULL;
}

/* French "que" before a vowel: the gap between them goes. */
static bool
is_elided(const struct place *p, struct span meant)
{
    size_t n;
    int32_t c = uni_fold(uni_at(p->s->text, p->end + 1, &n));

    return span_eqz(p->s->lang, "fr") && meant.len > 4 &&
           (memcmp(meant.p + meant.len - 4, " que", 4) == 0 ||
               memcmp(meant.p + meant.len - 4, "sque", 4) == 0) &&
           p->end < p->s->text.len && p->s->text.p[p->end] == ' ' && c > 0 &&
           c < 0x80 && strchr("aeiou", c);
}

/* A rule's words begin with a comma when they follow a pause. */
static void
add_meant(struct place *p, struct span gap, const char *meant, struct buf *out)
{
    struct span m = span_of(meant);
    enum letters letters = word_letters(sentence_word(p->s, p->first));
    bool single = utf8_count(sentence_word(p->s, p->first)) == 1;
    bool capital = p->first == 0 ? letters != LETTERS_SMALL
                                 : letters == LETTERS_FIRST && !single;

    if (m.len > 0 && m.p[0] == ',' && p->first == 0) {
        m.p += 2;
        m.len -= 2;
    }
    if (m.len == 0 || m.p[0] != ',')
        buf_adds(out, gap);
    if (capital)
        sentence_add_capitalised(out, m);
    else
        buf_adds(out, m);
    if (is_elided(p, m)) {
        out->len--;
        buf_addc(out, '\'');
        p->end++;
    }
}

void
normal_table(const struct sentence *s, struct buf *out)
{
    const struct normal_rules *t = rules_of(s->lang);
    size_t at = 0, i = 0;

    while (t && i < s->n) {
        struct place p = {.s = s, .first = i};
        const struct normal_rule *r = match(t, &p);
        struct span gap = {s->text.p + at, s->words[i].at - at};

        if (r) {
            add_meant(&p, gap, r->meant, out);
            at = p.end;
            while (i < s->n && s->words[i].at < at)
                i++;
        } else {
            buf_adds(out, gap);
            buf_adds(out, sentence_word(s, i));
            at = s->words[i].at + s->words[i].len;
            i++;
        }
    }
    buf_add(out, s->text.p + at, s->text.len - at);
}
