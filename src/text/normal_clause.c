/* SPDX-License-Identifier: ISC */
#include "text/normal_clause.h"

#include <string.h>

#include "base/mem.h"
#include "text/uni.h"
#include "text/wordlist.h"

const char french_pronouns[] =
    " me te se le la les lui leur nous vous y en y' m' t' s' l' ";
const char french_determiners[] =
    " un une des du de d' l' au aux mon ton son ma ta sa mes tes ses notre votre "
    "nos vos leurs ce cet cette ces quel quelle quels quelles chaque plusieurs "
    "deux trois quelques à par pour sans avec dans sur sous en chez vers entre ou "
    "et pas plus non très trop si assez bien comme que dont où ";
const char french_adverbs[] =
    " vraiment encore toujours même trop donc absolument franchement surtout "
    "certainement probablement normalement sûrement jamais plus ";

struct span
clause_word(const struct clause *c, size_t i)
{
    return i < c->n ? c->list[i].text : (struct span){"", 0};
}

bool
clause_has(const struct clause *c, size_t i, const char *words)
{
    return i < c->n && word_among(c->list[i].text, words);
}

static void
add_atom(struct clause *c, struct span text, bool elided, bool starts)
{
    c->list[c->n++] = (struct atom){.text = text,
        .at = (size_t)(text.p - c->text.p),
        .elided = elided,
        .starts = starts};
}

void
clause_read(struct clause *c, const struct sentence *s)
{
    *c = (struct clause){.text = s->text};
    c->list = xcalloc(s->text.len + 1, sizeof(*c->list));
    for (size_t i = 0; i < s->n; i++) {
        struct span word = sentence_word(s, i);
        bool starts = !sentence_joined(s, i);
        const char *mark;

        while ((mark = memchr(word.p, '\'', word.len))) {
            size_t n = (size_t)(mark - word.p) + 1;

            add_atom(c, (struct span){word.p, n}, true, starts);
            word.p += n;
            word.len -= n;
            starts = false;
        }
        add_atom(c, word, false, starts);
    }
}

bool
clause_french_ends(struct span word, const char *ending)
{
    size_t n = strlen(ending);

    return word.len > n && memcmp(word.p + word.len - n, ending, n) == 0;
}

/* Verbs in front of their negators do not end so. */
static bool
ends_accented(struct span word)
{
    return clause_french_ends(word, "é") || clause_french_ends(word, "ée") ||
           clause_french_ends(word, "és") ||
           word_among(word, " à là où voilà déjà ");
}

bool
clause_knows_verb(const struct clause *c, size_t i)
{
    struct wordlist_hit hit;

    return i < c->n && !c->list[i].elided &&
           !ends_accented(clause_word(c, i)) &&
           wordlist_find(SPAN("fr"), clause_word(c, i), &hit) && hit.negated;
}

/* What follows "je", "tu", "ils" and their pronouns is a verb, whether we know
 * it or not; so is what follows "les enfants" and ends like one. */
bool
clause_is_verb(const struct clause *c, size_t i)
{
    size_t k = i;

    if (clause_has(c, i, french_adverbs))
        return false;
    if (clause_knows_verb(c, i))
        return c->list[i].starts || !clause_knows_verb(c, i - 1);
    if (c->list[i].elided || c->list[i].starts ||
        ends_accented(clause_word(c, i)) || clause_has(c, i, french_pronouns) ||
        clause_has(c, i, french_determiners) || clause_has(c, i, " ne n' "))
        return false;
    if (i > 1 && clause_french_ends(clause_word(c, i), "ent") &&
        !c->list[i - 1].starts &&
        clause_has(c, i - 2, " les des mes tes ses nos vos leurs ces "))
        return true;
    if ((clause_has(c, i - 1, " nous ") &&
            clause_french_ends(clause_word(c, i), "ons")) ||
        (clause_has(c, i - 1, " vous ") &&
            clause_french_ends(clause_word(c, i), "ez")))
        return true;
    while (!c->list[k].starts && clause_has(c, k - 1, french_pronouns))
        k--;
    return !c->list[k].starts &&
           clause_has(c, k - 1, " je j' tu il on ils elles ");
}

bool
clause_french_infinitive(struct span word)
{
    return clause_french_ends(word, "er") || clause_french_ends(word, "ir") ||
           clause_french_ends(word, "re");
}

bool
clause_french_participle(struct span word)
{
    static const char *const endings[] = {
        "é", "ée", "és", "ées", "u", "ue", "us", "i", "is", "it", "ert", "ait"};

    for (size_t k = 0; k < sizeof(endings) / sizeof(endings[0]); k++) {
        if (clause_french_ends(word, endings[k]))
            return true;
    }
    return false;
}

bool
clause_french_vowel_first(struct span s)
{
    char bytes[UNI_BYTES_MAX];
    size_t n;
    int32_t c = uni_fold(uni_at(s, 0, &n));

    return c > 0 && word_among((struct span){bytes, uni_put(c, bytes)},
                        " a e i o u y h à â é è ê ë î ï ô û œ ");
}
