/* SPDX-License-Identifier: ISC */
#include "text/weekday.h"

#include <stddef.h>

#include "text/words.h"

enum { DAYS = 7 }; /* from Monday on */

struct days {
    const char *lang;
    const char *says[DAYS]; /* this day; NULL: no word says only that */
    const char *may[DAYS]; /* this day, or something else */
};

static const struct days tables[] = {
    {"en",
        {"monday*", "tuesday*", "wednesday*", "thursday*", "friday*",
            "saturday*", "sunday*"},
        {"mon", "tue tues mardi", "wed weds", "thu thur thurs", "fri", "sat",
            "sun"}},
    {"fr",
        {"lundi*", "mardi*", "mercredi*", "jeudi*", "vendredi*", "samedi*",
            "dimanche*"},
        {"lun", "mar", "mer", "jeu", "ven friday", "sam", "dim"}},
    {"es",
        {"lunes", "martes", "miércoles miercoles", "jueves", "viernes",
            "sábado* sabado*", "domingo*"},
        {"lun", "mar", "mié mie", "jue", "vie friday", "sáb sab", "dom"}},
    {"de",
        {"montag montags montaga* montagf* montagm* montagn* montagv*",
            "dienstag*", "mittwoch*", "donnerstag*", "freitag*",
            "samstag* sonnabend*", "sonntag*"},
        {"mo montage montagen *montag *montags", "di *dienstag *dienstags",
            "mi *mittwoch *mittwochs", "do *donnerstag *donnerstags",
            "fr *freitag *freitags friday", "sa *samstag *samstags",
            "so *sonntag *sonntags"}},
    {"it",
        {"lunedì lunedi", "martedì martedi", "mercoledì mercoledi",
            "giovedì giovedi", "venerdì venerdi", "sabato sabati",
            "domenica domeniche"},
        {"lun", "mar", "mer", "gio", "ven friday", "sab", "dom"}},
    {"pt", {NULL, NULL, NULL, NULL, NULL, "sábado* sabado*", "domingo*"},
        {"segunda* seg 2ª", "terça* terca* ter 3ª", "quarta* qua 4ª",
            "quinta* qui 5ª", "sexta* sex 6ª friday", "sáb sab", "dom"}},
    {"ca",
        {"dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabte*",
            "diumenge*"},
        {"dl", "dt", "dc", "dj", "dv friday", "ds", "dg"}},
    {"gl",
        {"luns", "martes", "mércores", "xoves", "venres", "sábado*",
            "domingo*"},
        {"segunda*", "terza*", "cuarta*", "quinta*", "sexta* friday", "sáb",
            "dom"}},
    {"nl",
        {"maandag*", "dinsdag*", "woensdag*", "donderdag*", "vrijdag*",
            "zaterdag*", "zondag*"},
        {"ma *maandag", "di", "wo", "do *donderdag", "vr *vrijdag friday", "za",
            "zo *zondag"}},
};

static const struct days *
days_of(struct span lang)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (span_eqz(lang, tables[i].lang))
            return &tables[i];
    return NULL;
}

static bool
may_say(const struct folded_words *text, const struct days *d, int day)
{
    return words_count_folded(text, d->says[day]) > 0 ||
           words_count_folded(text, d->may[day]) > 0;
}

bool
weekday_differs(struct span source, struct span translation,
    struct span source_lang, struct span target_lang)
{
    const struct days *from = days_of(source_lang);
    const struct days *to = days_of(target_lang);
    struct folded_words s, t;

    if (!from || !to)
        return false;
    words_fold(source, &s);
    words_fold(translation, &t);
    for (int day = 0; day < DAYS; day++) {
        bool said = words_count_folded(&s, from->says[day]) > 0;
        bool says = words_count_folded(&t, to->says[day]) > 0;

        if ((said && !may_say(&t, to, day)) ||
            (says && !may_say(&s, from, day)))
            return true;
    }
    return false;
}
