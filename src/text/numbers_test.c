/* SPDX-License-Identifier: ISC */
#include "text/numbers.h"

#include <stdio.h>

#include "base/tap.h"

struct row {
    const char *from, *source, *to, *translation;
};

static void
check(const struct row *rows, size_t n, bool kept)
{
    for (size_t i = 0; i < n; i++) {
        const struct row *r = &rows[i];

        if (!CHECK(numbers_kept(span_of(r->source), span_of(r->from),
                       span_of(r->translation), span_of(r->to)) == kept))
            printf("# %s \"%s\" %s \"%s\"\n", r->from, r->source, r->to,
                r->translation);
    }
}

#define ROWS(rows) rows, sizeof(rows) / sizeof(rows[0])

static void
equal_values_are_the_same_number(void)
{
    static const struct row rows[] = {
        {"en", "see you b4 2nite, no1", "fr", "\303\240 ce soir, personne"},
        {"fr", "Tu me dois 2000 euros", "en", "You owe me 2,000 euros"},
        {"fr", "Tu me dois 2 000 euros", "en", "You owe me 2000 euros"},
        {"en", "it costs fifteen euros", "fr", "ça coûte quinze euros"},
        {"en", "it costs fifteen euros", "fr", "ça coûte 15 euros"},
        {"en", "I have 2 cats", "de", "Ich habe zwei Katzen"},
        {"en", "half past three", "fr", "trois heures et demie"},
        {"en", "half past three", "de", "halb vier"},
        {"en", "half past three", "ca", "dos quarts de quatre"},
        {"fr", "à 20h30", "en", "at 8:30 pm"},
        {"it", "alle 18:40", "en", "at 6.40"},
        {"en", "in the 18th century", "pt", "no século XVIII"},
        {"en", "the 1990s", "fr", "les années 90"},
        {"es", "5 mil personas", "en", "5,000 people"},
        {"en", "a hundred people", "fr", "cent personnes"},
        {"en", "one of us", "fr", "l'un de nous"},
        {"en", "wait a second", "fr", "attends"},
        {"fr", "un vélo neuf", "en", "a new bike"},
        {"fr", "50 pour cent", "en", "50 percent"},
        {"en", "both of you", "fr", "vous deux"},
        {"en", "May 5th", "fr", "le 5 mai"},
        {"es", "el siglo XVIII", "fr", "au XVIIIe siècle"},
        {"en", "at twenty past four", "fr", "à quatre heures vingt"},
        {"en", "at twenty past four", "es", "a las 4:20"},
        {"en", "from ten to five people", "fr", "de dix à cinq personnes"},
        {"en", "on the 2nd floor", "fr", "au 2e étage"},
        {"en", "in 15 hours", "fr", "dans 15h"},
        {"en", "room 3B", "fr", "chambre 3B"},
        {"en", "on the third floor", "fr", "au troisième étage"},
        {"en", "two million", "es", "2 millones"},
        {"en", "2.26 million dollars", "pt", "2,26 milhões de dólares"},
        {"en", "the 6:00 news", "fr", "le journal de 6 heures"},
        {"en", "at 2:30", "fr", "à 14 h 30"},
        {"en", "at 3pm", "fr", "à 15h"},
        {"fr", "à 15h30", "en", "at 3:30 p.m."},
        {"fr", "à 15h30", "en", "at half past three"},
        {"en", "at 12 am", "de", "um 24:00"},
        {"en", "on 3 March", "fr", "le 3 mars"},
        {"en", "on March 3 at noon", "de", "am 3. März mittags"},
        {"en", "the first of May", "fr", "le 1er mai"},
        {"en", "June fifth", "es", "el cinco de junio"},
        {"en", "12 Dec. 2026", "it", "il 12 dicembre 2026"},
        {"fr", "en mars 2026", "en", "in March 2026"},
        {"en", "see you 3 may", "fr", "on se voit le 3 mai"},
        {"en", "the other 3 may come", "fr", "les 3 autres viennent"},
        {"en", "in March 3 people came", "fr", "en mars, 3 personnes"},
        {"pl", "3 marca", "en", "March 3rd"},
        {"ru", "у меня две тысячи рублей", "en", "I have 2,000 roubles"},
        {"uk", "на третьому поверсі", "en", "on the third floor"},
        {"cs", "je mi dvacet pět let", "en", "I'm twenty-five"},
        {"en", "on 03/04/2026", "fr", "le 03/04/2026"},
        {"en", "3-4 people", "fr", "3 à 4 personnes"},
    };

    check(ROWS(rows), true);
}

static void
other_values_are_noticed(void)
{
    static const struct row rows[] = {
        {"fr", "Le code est 1500", "en", "The code is 15,000"},
        {"fr", "J'ai payé 2003 euros.", "en", "I paid 200 30."},
        {"fr", "Tu me dois 4 euros", "en", "4:4"},
        {"en", "she is eighty years old", "fr", "elle a huit ans"},
        {"fr", "il a quatre-vingts ans", "en", "he is four years old"},
        {"en", "she finished 1st", "es", "terminó en 1lo"},
        {"es", "el siglo XVIII", "en", "in the sixteenth century"},
        {"fr", "au XVIIIe siècle", "en", "in the 16th century"},
        {"en", "at twenty past four", "fr", "à vingt quatre"},
        {"fr", "il n'en reste que neuf", "en", "only a new one is left"},
        {"it", "siamo in sei", "en", "we are in"},
        {"es", "ochenta y ocho primos", "en", "eighty eighth cousins"},
        {"en", "it costs fifteen euros", "fr", "ça coûte cinquante euros"},
        {"en", "it costs fifteen euros", "fr", "ça coûte des euros"},
        {"en", "it costs a lot", "fr", "ça coûte huit euros"},
        {"en", "half past three", "de", "halb drei"},
        {"en", "on the third floor", "fr", "au quatrième étage"},
        {"en", "between 5 and 10", "fr", "entre 5 et 5"},
        {"en", "I have 2 cats", "fr", "J'ai 2 ou 2 chats"},
        {"en", "lands at 7:05", "fr", "débarque à 7 heures:05"},
        {"de", "um 15 Uhr", "en", "at 15 p.m."},
        {"en", "it's 973.09", "fr", "c'est 973,9"},
        {"en", "at 9:30", "de", "um 21:30 Uhr"},
        {"en", "at 3pm", "de", "um 18 Uhr"},
        {"en", "at 8:15 p.m.", "pt", "às 8h15 a.m."},
        {"en", "on 3 March", "fr", "le 3 mai"},
        {"pl", "mam piętnaście lat", "en", "I'm fifty"},
        {"ru", "сто двадцать евро", "en", "a hundred euros"},
        {"en", "on 3 March", "fr", "le 3"},
        {"fr", "en mars 2026", "en", "in May 2026"},
        {"en", "on 03/04/2026", "fr", "le 04/03/2026"},
        {"en", "on 03/04/2026", "fr", "le 03/04/2025"},
    };

    check(ROWS(rows), false);
}

static void
numbers_are_written_as_the_language_does(void)
{
    static const struct {
        const char *from, *text, *to, *want;
    } rows[] = {
        {"en", "fifteen", "fr", "quinze"},
        {"fr", "quatre-vingts", "en", "eighty"},
        {"en", "forty-two", "es", "42"},
        {"en", "half past three", "fr", "3h30"},
        {"fr", "midi et demi", "en", "12:30"},
        {"en", "twenty-first", "fr", "21e"},
        {"en", "1st", "fr", "1er"},
        {"fr", "2e", "en", "2nd"},
        {"fr", "vingtième", "en", "20th"},
        {"en", "three thousand", "es", "3000"},
        {"fr", "un million", "en", "1,000,000"},
        {"es", "20 mil", "en", "20,000"},
        {"fr", "XIXe", "en", "XIX"},
        {"en", "ten to five", "fr", "4h50"},
        {"en", "May 1st", "fr", "1er mai"},
        {"fr", "3 mars", "de", "3. März"},
        {"en", "3 April", "ca", "3 d'abril"},
        {"de", "12. Mai", "en", "12 May"},
    };

    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct number n[NUMBERS_MAX];
        struct buf out = {0};

        CHECK(
            numbers_find(span_of(rows[i].text), span_of(rows[i].from), n) == 1);
        CHECK(numbers_write(&n[0], span_of(rows[i].to), &out));
        if (!CHECK(span_eqz(buf_span(&out), rows[i].want)))
            printf("# %.*s\n", SPAN_ARG(buf_span(&out)));
        buf_free(&out);
    }
}

int
main(void)
{
    RUN(equal_values_are_the_same_number);
    RUN(other_values_are_noticed);
    RUN(numbers_are_written_as_the_language_does);
    return tap_end();
}
