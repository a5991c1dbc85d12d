/* SPDX-License-Identifier: ISC */
#include <stdlib.h>
#include <string.h>

#include "text/normal_clause.h"
#include "text/uni.h"

/*
 * "ne", which people leave out and engines need: "je sais pas" is "je ne sais
 * pas".  It stands before the verb and the pronouns that belong to it, behind
 * the subject.  What can be negated, the list of words knows; what cannot be
 * told from a noun ("une porte pas chère") stays as it is.
 */
enum { REACH = 4, NOWHERE = -1 };

static const char subjects[] =
    " je tu il elle on ils elles ça ca cela ceci ce qui nous vous j' c' ";
static const char prepositions[] = " à a avec de d' en pour sur chez dans ";
static const char have_be[] =
    " ai as a avons avez ont avais avait avions aviez avaient aurai auras aura "
    "aurons aurez auront aurais aurait suis es est sommes êtes sont étais était "
    "étions étiez étaient serai seras sera serons serez seront ";
/* Of what one has "plus de": no more. */
static const char used_up[] =
    " veux veut voulez voulons veulent reste restait prends prend prenez mets "
    "met bois boit mange fume achète trouve vend vendent fais fait ";
static const char modals[] =
    " peux peut pouvons pouvez peuvent pouvais pouvait pourrai pourra pourrais "
    "pourrait veux veut voulons voulez veulent voulais voulait voudrais voudrait "
    "sais sait savons savez savent dois doit devons devez doivent devais devait "
    "devrais devrait faut fallait vais va allons allez vont ose oses ";
/* Without a subject, these are "je". */
static const char mine[] =
    " suis sais peux veux ai vais dois vois crois comprends connais pense pourrai "
    "saurai irai ";

/* "t'as" is "tu as"; "t'aime" is not. */
static bool
is_elided_tu(const struct clause *c, size_t i, size_t verb)
{
    return i + 1 == verb && clause_has(c, i, " t' ") &&
           clause_french_ends(clause_word(c, verb), "s");
}

/* "y a", "y en a" without "il". */
static bool
is_there_is(const struct clause *c, size_t i, size_t verb)
{
    return (i + 1 == verb || (i + 2 == verb && clause_has(c, i + 1, " en "))) &&
           clause_has(c, i, " y y' ") &&
           clause_has(c, verb, " a avait aura aurait ait ");
}

/* Where the pronouns before the verb at v begin, behind the subject; NOWHERE
 * when it has its "ne" or is no verb here. */
static long
negation_place(struct clause *c, size_t v)
{
    size_t i = v;

    while (!c->list[i].starts && clause_has(c, i - 1, french_pronouns))
        i--;
    if (!c->list[i].starts && clause_has(c, i - 1, " ne n' "))
        return NOWHERE;
    if (c->list[i].starts) {
        bool ours = i < v && clause_has(c, i, " nous vous ") &&
                    (clause_french_ends(clause_word(c, v), "ons") ||
                        clause_french_ends(clause_word(c, v), "ez") ||
                        clause_has(c, v, " êtes faites dites sommes "));
        return (long)i + ours;
    }
    if (clause_has(c, i - 1, subjects) || is_elided_tu(c, i, v) ||
        is_there_is(c, i, v))
        return (long)i;
    if (c->list[i - 1].elided || clause_has(c, i - 1, french_determiners) ||
        i < v)
        return NOWHERE;
    return (long)i;
}

static bool
may_stand_between(const struct clause *c, size_t i, bool far)
{
    struct span word = clause_word(c, i);

    if (word_among(word, subjects) || word_among(word, french_pronouns))
        return false;
    return word_among(word, french_adverbs) ||
           (far && (word_among(word, prepositions) ||
                       clause_french_infinitive(word) ||
                       clause_french_participle(word)));
}

/* Is the word at i the participle or infinitive of the verb before it? */
static bool
is_helped(const struct clause *c, size_t i)
{
    while (i > 0 && !c->list[i].starts &&
           (clause_has(c, i - 1, french_adverbs) ||
               clause_has(c, i - 1, " pas rien ")))
        i--;
    return i > 0 && !c->list[i].starts &&
           (clause_has(c, i - 1, have_be) || clause_has(c, i - 1, modals));
}

/* The verb that the negator at k belongs to, or NOWHERE. */
static long
verb_of(const struct clause *c, size_t k, bool far)
{
    for (size_t i = k; i > 0 && k - i < REACH && !c->list[i].starts;) {
        i--;
        if (clause_has(c, i, " ne n' "))
            return NOWHERE;
        if (clause_is_verb(c, i) && !(far && is_helped(c, i)))
            return (long)i;
        if (!may_stand_between(c, i, far))
            return NOWHERE;
    }
    return NOWHERE;
}

/* Is there a "que" behind atom next that compares, not that of "ce que"? */
static bool
is_compared(const struct clause *c, size_t next)
{
    for (size_t i = next + 1; i < c->n && !c->list[i].starts; i++)
        if (clause_has(c, i, " que qu' ") &&
            !clause_has(c, i - 1, " ce parce pour crois pense dis sais "))
            return true;
    return false;
}

/* Does "plus" behind a verb say "no longer" rather than "more"? */
static bool
is_no_longer(const struct clause *c, size_t k, size_t verb)
{
    static const char after[] =
        " quoi ce si où ou comment rien personne jamais aucun aucune du là la ici à a "
        "avec besoin envie faim soif mal peur sommeil le les l' un une mon ma mes "
        "ton ta tes son sa ses cette ces y dans sur pour chez maintenant moi toi "
        "lui elle nous vous eux ni confiance qui ça me te se "
        "ouvert ouverte possible disponible valable pareil pareille libre "
        "ensemble ";
    /* "plus de" these is "more than", or simply more. */
    static const char counted[] =
        " deux trois quatre cinq six sept huit neuf dix onze douze quinze vingt "
        "trente quarante cinquante soixante cent mille cents monde gens choix "
        "chances bruit lumière choses travail risques la un une ";
    size_t next = k + 1;

    if (clause_has(
            c, next, " mal peur faim soif froid chaud le la les un une ") &&
        is_compared(c, next))
        return false;
    if (next >= c->n || c->list[next].starts || clause_has(c, next, after))
        return true;
    if (clause_has(c, next, " de d' ")) {
        if (!clause_has(c, verb, have_be) && !clause_has(c, verb, used_up))
            return false;
        for (size_t i = next + 1; i < c->n && !c->list[i].starts; i++) {
            if (clause_has(c, i, " que qu' ") ||
                word_is_digits(clause_word(c, i)) ||
                (i == next + 1 && clause_has(c, i, counted)))
                return false;
        }
        return true;
    }
    return (clause_has(c, verb, modals) &&
               clause_french_infinitive(clause_word(c, next))) ||
           (clause_has(c, verb, have_be) &&
               clause_french_participle(clause_word(c, next)) &&
               !clause_has(
                   c, verb, " suis es est sommes êtes sont étais était "));
}

/* What the subject before "n'" is in full. */
static void
write_out(struct clause *c, size_t i)
{
    static const char *const full[][2] = {
        {" j' ", "je "}, {" t' ", "tu "}, {" c' ", "ce "}};

    for (size_t k = 0; k < sizeof(full) / sizeof(full[0]); k++) {
        if (clause_has(c, i, full[k][0]))
            c->list[i].instead = full[k][1];
    }
}

/* Put "ne" at place, before the pronouns of the verb. */
static void
negate(struct clause *c, size_t place, size_t verb)
{
    struct atom *first = &c->list[place];

    bool ours = !first->starts && clause_has(c, place - 1, subjects);

    if (!ours && is_there_is(c, place, verb)) {
        first->before = "il n'";
        first->instead = first->elided ? "y " : NULL;
        return;
    }
    if (!ours && is_elided_tu(c, place, verb)) {
        first->instead = "tu ";
        place++;
        first++;
    } else if (place > 0 && !first->starts) {
        write_out(c, place - 1);
    }
    if (first->starts && place == verb && clause_has(c, verb, mine))
        first->before =
            clause_french_vowel_first(first->text) ? "je n'" : "je ne ";
    else if (first->starts &&
             clause_has(c, verb, " faut fallait faudra faudrait "))
        first->before = "il ne ";
    else
        first->before = clause_french_vowel_first(first->text) ? "n'" : "ne ";
}

/* The negator at k, behind its verb. */
static void
look_back(struct clause *c, size_t k)
{
    bool far = clause_has(c, k, " jamais rien personne aucun aucune ");
    long verb = verb_of(c, k, far), place;

    if (clause_has(c, k, " jamais ") && clause_has(c, k - 1, " à a "))
        return; /* "for ever" */
    if (verb == NOWHERE || (k > 0 && clause_has(c, k, " personne ") &&
                               clause_has(c, k - 1, french_determiners) &&
                               !clause_has(c, k - 1, prepositions)))
        return;
    if (clause_has(c, k, " plus ") && !is_no_longer(c, k, (size_t)verb))
        return;
    place = negation_place(c, (size_t)verb);
    if (place != NOWHERE && !c->list[place].before)
        negate(c, (size_t)place, (size_t)verb);
}

/* "personne vient", "rien marche", "jamais je dirai": the verb follows. */
static void
look_ahead(struct clause *c, size_t k)
{
    size_t i = k + 1, first;

    if (!c->list[k].starts && !clause_has(c, k - 1, " que qu' mais et plus "))
        return;
    if (clause_has(c, k, " jamais ") && clause_has(c, i, subjects))
        i++;
    else if (!clause_has(c, k, " personne rien "))
        return;
    for (first = i; i < c->n && clause_has(c, i, french_pronouns); i++)
        ;
    if (first < c->n && !c->list[first].starts && clause_is_verb(c, i) &&
        !clause_has(c, i, " plus "))
        negate(c, first, i);
}

static void
put_atom(const struct clause *c, size_t i, struct buf *out)
{
    const struct atom *a = &c->list[i];
    bool capital = i == 0 && word_letters(a->text) != LETTERS_SMALL;
    struct span text = a->instead ? span_of(a->instead) : a->text;
    struct buf small = {0};

    if (a->before && capital) {
        sentence_add_capitalised(out, span_of(a->before));
        sentence_add_small(&small, text, SPAN("fr"));
        text = buf_span(&small);
    } else if (a->before) {
        buf_addz(out, a->before);
    }
    if (a->instead && capital && !a->before)
        sentence_add_capitalised(out, text);
    else
        buf_adds(out, text);
    buf_free(&small);
}

void
normal_ne(const struct sentence *s, struct buf *out)
{
    struct clause c;
    size_t at = 0;

    clause_read(&c, s);
    for (size_t k = 0; k < c.n; k++) {
        if (!clause_has(
                &c, k, " pas plus jamais rien personne aucun aucune guère "))
            continue;
        if (k > 0 && !c.list[k].starts)
            look_back(&c, k);
        look_ahead(&c, k);
    }
    for (size_t i = 0; i < c.n; i++) {
        buf_add(out, s->text.p + at, c.list[i].at - at);
        put_atom(&c, i, out);
        at = c.list[i].at + c.list[i].text.len;
    }
    buf_add(out, s->text.p + at, s->text.len - at);
    free(c.list);
}
