/* SPDX-License-Identifier: ISC */
#include "text/period.h"

#include <stddef.h>

#include "text/words.h"

enum { SINCE, UNTIL, BEFORE, AFTER, PERIODS };

struct periods {
    const char *lang;
    struct words_for of[PERIODS];
};

static const struct periods tables[] = {
    {"en",
        {{NULL, "since for from after ever ago old in along at when while as "
                "because now start* long pregnant over last past beginning by "
                "early earlier during always"},
            {"until till til",
                "before to up through not as when while yet unless so hold "
                "wait for quarter here see bye goodbye soon then how far"},
            {"before beforehand",
                "ago prior earlier in ahead until till first front previous* "
                "already advance ever past last sooner preceding eve by"},
            {"after afterward*",
                "later then since past behind following next upon when once "
                "over"}}},
    {"fr",
        {{"depuis",
             "dès il ça a y ans puisque après fait cela voilà à de d du des "
             "dans où là"},
            {"jusqu jusque", "avant à d tant que ici"},
            {"avant",
                "auparavant plutôt précéd* déjà tôt devant veille jusqu jusque "
                "il y avance antérieur* préalable premier d antan"},
            {"après",
                "ensuite suivant* suite plus derrière lendemain une fois dès "
                "quand tard depuis puis post selon bout passé issue"}}},
    {"de",
        {{"seit seitdem", "ab von nach schon da weil seither vor lang lange"},
            {NULL, "bis ehe bevor vor erst noch solange so zu wenn auf warten"},
            {"bevor",
                "vor vorher zuvor ehe eher früher bis voraus schon erst vorn* "
                "vorig* vorher* vorhin noch davor damals einst vorab"},
            {"nachdem",
                "danach nach nachher später dann hinter darauf hinterher seit "
                "sobald wenn als nachmittag* anschließend über folgend* weil "
                "wieder her"}}},
    {"es", {{NULL, "desde hace hacía de a partir ya llev* que"},
               {"hasta", "antes a que para"},
               {"antes",
                   "ante anterior* previ* hace delante hasta anoche anteayer "
                   "víspera ya"},
               {"después despues",
                   "tras luego detrás detras al pasado siguiente más tarde "
                   "posteriormente cuando una vez desde"}}},
    {"it",
        {{NULL, "da dal dallo dalla dall dai dagli dalle fin sin"},
            {"finché finche", "fino fin prima a entro per"},
            {NULL, "prima avanti fa già davanti anzi"},
            {"dopo",
                "poi dietro più passata seguente successivo appena quando tra "
                "fra"}}},
    {"pt", {{NULL, "desde há faz a de do da"}, {NULL, "até ate antes a para"},
               {"antes", "frente atrás já anterior até"},
               {NULL, "depois após apos atrás logo quando"}}},
};

static const struct periods *
periods_of(struct span lang)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (span_eqz(lang, tables[i].lang))
            return &tables[i];
    return NULL;
}

bool
period_differs(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang)
{
    const struct periods *from = periods_of(source_lang);
    const struct periods *to = periods_of(target_lang);
    bool lost = false, gained = false;

    if (!from || !to)
        return false;
    for (int which = 0; which < PERIODS; which++) {
        const struct words_for *here = &from->of[which],
                               *there = &to->of[which];

        if (words_count_folded(source, here->says) > 0 &&
            !words_may_say(translation, there)) {
            if (which == SINCE || which == UNTIL)
                return true;
            lost = true;
        }
        gained |= words_count_folded(translation, there->says) > 0 &&
                  !words_may_say(source, here);
    }
    return lost && gained;
}
