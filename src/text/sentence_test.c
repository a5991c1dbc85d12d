/* SPDX-License-Identifier: ISC */
#include "text/sentence.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/tap.h"

/* text with a bar wherever sentence_end ends a sentence. */
static bool
splits(const char *lang, const char *want)
{
    struct buf text = {0}, got = {0};
    bool ok;

    for (const char *p = want; *p; p++) {
        if (*p != '|')
            buf_addc(&text, *p);
    }
    for (size_t i = 0; i < text.len;) {
        size_t n = sentence_end(buf_span(&text), i, span_of(lang));

        buf_add(&got, text.p + i, n ? n : 1);
        i += n ? n : 1;
        if (n > 0 && i < text.len)
            buf_addc(&got, '|');
    }
    ok = span_eqz(buf_span(&got), want);
    if (!ok)
        printf("# %s: \"%.*s\"\n", lang, SPAN_ARG(buf_span(&got)));
    buf_free(&text);
    buf_free(&got);
    return ok;
}

static void
a_full_stop_before_a_capital_ends_a_sentence(void)
{
    CHECK(splits("en", "Yes.| No.| Maybe"));
    CHECK(splits("en", "Yes!| no?| maybe.."));
    CHECK(splits("fr", "cf. p. 12 et art. 5.| Merci !"));
    CHECK(splits("en", "See no. 5 and fig. 3.| Good."));
    CHECK(splits("en", "He left.| \"So what?\"| Nobody knew."));
    CHECK(splits("en", "well... ok. fine"));
    CHECK(splits("en", "Well...| Ok."));
    CHECK(splits("en", "3.5 is v1.2.3 at a.b"));
    CHECK(splits("en", "In 2024.| Then it was over."));
}

static void
abbreviations_do_not_end_one(void)
{
    CHECK(splits("en", "Mr. Smith and Dr. J. R. Who, e.g. Ann.| Yes."));
    CHECK(splits("fr", "M. Dupont et Mme. Durand.| Oui."));
    CHECK(splits("fr", "cf. Annexe, av. J.-C. et p.ex. Paris.| Oui."));
    CHECK(splits("es", "El Sr. P\xc3\xa9rez y la Sra. Gil, EE.UU.| Bien."));
    CHECK(splits("de", "Das ist z.B. Berlin, bzw. Bonn.| Ja."));
    CHECK(splits("it", "Il sig. Rossi e la dott. Verdi.| S\xc3\xac."));
    CHECK(splits("pt", "O Sr. Silva e a Dra. Costa.| Sim."));
    CHECK(splits("ca", "El Sr. Puig i la Dra. Mas.| S\xc3\xad."));
}

static void
german_ordinals_do_not_end_one(void)
{
    CHECK(splits("de", "Am 3. Mai kommt er.| Gut."));
    CHECK(splits("en", "It costs 3.| Good."));
}

static void
closing_marks_belong_to_the_sentence(void)
{
    CHECK(splits("en", "(He left.)| She stayed."));
    CHECK(splits("fr", "\xc2\xab Quoi ? \xc2\xbb dit-il.| Rien."));
    CHECK(splits("en", "**Done.**| Next."));
}

static void
other_scripts_have_their_own_marks(void)
{
    CHECK(splits("zh", "\xe4\xbd\xa0\xe5\xa5\xbd\xe3\x80\x82|"
                       "\xe5\x86\x8d\xe8\xa7\x81\xef\xbc\x81"));
    CHECK(splits("hi", "\xe0\xa4\xb9\xe0\xa4\xbe\xe0\xa5\xa4| "
                       "\xe0\xa4\xb9\xe0\xa4\xbe"));
    CHECK(splits("ar", "\xd9\x85\xd8\x9f| \xd9\x85"));
    CHECK(splits("es", "\xc2\xbfQu\xc3\xa9?| \xc2\xa1Nada!"));
}

static void
a_forgotten_space_does_not_join_sentences(void)
{
    CHECK(splits("en", "See?|This app is good.|Really."));
    CHECK(splits("en", "He left...|I stayed"));
    CHECK(splits("en", "stop!|please"));
    CHECK(splits("fr", "C'est fini.|Merci."));
    CHECK(splits("es", "Ya voy.|Espera!"));
}

static void
names_with_full_stops_stay_whole(void)
{
    CHECK(splits("en", "open readme.Txt or node.js"));
    CHECK(splits("en", "call util.List and os.Path(x)"));
    CHECK(splits("en", "version 2.Next is v3.5"));
    CHECK(splits("en", "the U.S.Army"));
}

int
main(void)
{
    RUN(a_full_stop_before_a_capital_ends_a_sentence);
    RUN(abbreviations_do_not_end_one);
    RUN(german_ordinals_do_not_end_one);
    RUN(closing_marks_belong_to_the_sentence);
    RUN(other_scripts_have_their_own_marks);
    RUN(a_forgotten_space_does_not_join_sentences);
    RUN(names_with_full_stops_stay_whole);
    return tap_end();
}
