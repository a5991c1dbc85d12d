/* SPDX-License-Identifier: ISC */
#include "text/person.h"

#include <stddef.h>

#include "text/words.h"

enum person { PERSON_I, PERSON_YOU, PERSON_HE, PERSON_SHE, PERSONS };

struct persons {
    const char *lang;
    struct words_for of[PERSONS];
    const char *impersonal; /* with one of these, "he" is nobody */
};

/* "We", "they" and "one" may be anybody. */
static const struct persons tables[] = {
    {"en",
        {
            [PERSON_I] = {"i me my mine myself im ive",
                "we us our ours let's one"},
            [PERSON_YOU] = {"you your yours yourself youre",
                "ya one people they them we let's"},
            [PERSON_HE] = {"he him his himself",
                "they them their someone anybody nobody everyone who it its "
                "guy man boy brother dad son boyfriend husband one"},
            [PERSON_SHE] = {"she her hers herself",
                "they them their someone anybody nobody everyone who it its "
                "girl woman mom mum sister daughter girlfriend wife one"},
        },
        NULL},
    {"fr",
        {
            [PERSON_I] = {"je j me m moi mon ma mes",
                "on nous notre nos le la"},
            [PERSON_YOU] = {"tu te t toi ton ta tes vous votre vos",
                "on soi son sa ses se s"},
            [PERSON_HE] = {"il",
                "le la l lui leur son sa ses celui ce c ça on ils en y mec gars homme qui se s"},
            [PERSON_SHE] = {"elle",
                "le la l lui leur son sa ses celle ce c ça on elles en y fille femme qui se s"},
        },
        "faut fallait faudra faudrait y"},
    {"de",
        {
            [PERSON_I] = {"ich mir mich mein meine meinen meinem meiner meins",
                "wir uns unser* man bin hab habe"},
            [PERSON_YOU] = {"du dir dich dein deine deinen deinem deiner deins "
                            "euch euer eure euren",
                "sie ihnen ihr ihre ihren ihrem man wir hast bist kannst "
                "willst"},
            [PERSON_HE] = {"er ihn ihm",
                "sein seine seinen seinem seiner der den dem es das sie man "
                "wer kerl mann"},
            [PERSON_SHE] = {NULL,
                "sie ihr ihre ihren ihrem ihrer die der es das man wer frau"},
        },
        NULL},
};

static const struct persons *
persons_of(struct span lang)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
        if (span_eqz(lang, tables[i].lang))
            return &tables[i];
    }
    return NULL;
}

static bool
says(const struct folded_words *text, const struct persons *p, int who)
{
    return words_count_folded(text, p->of[who].says) > 0 &&
           !((who == PERSON_HE || who == PERSON_SHE) &&
               words_count_folded(text, p->impersonal) > 0);
}

bool
person_swapped(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang)
{
    const struct persons *from = persons_of(source_lang);
    const struct persons *to = persons_of(target_lang);
    bool lost = false, gained = false;

    if (!from || !to)
        return false;
    for (int who = 0; who < PERSONS; who++) {
        lost |= says(source, from, who) &&
                !words_may_say(translation, &to->of[who]);
        gained |= says(translation, to, who) &&
                  !words_may_say(source, &from->of[who]);
    }
    return lost && gained;
}
