/* SPDX-License-Identifier: ISC */
#include "text/weekday.h"

#include <stddef.h>

#include "text/words.h"

enum { YESTERDAY = 7, TOMORROW, DAYS }; /* behind those from Monday on */

struct days {
    const char *lang;
    struct words_for of[DAYS];
};

static const struct days tables[] = {
    {"en", {{"monday*", "mon"}, {"tuesday*", "tue tues mardi"},
               {"wednesday*", "wed weds"}, {"thursday*", "thu thur thurs"},
               {"friday*", "fri"}, {"saturday*", "sat"}, {"sunday*", "sun"},
               {"yesterday*", "last night ago before previous"},
               {"tomorrow*", "next morning day future following later"}}},
    {"fr", {{"lundi*", "lun"}, {"mardi*", "mar"}, {"mercredi*", "mer"},
               {"jeudi*", "jeu"}, {"vendredi*", "ven friday"},
               {"samedi*", "sam"}, {"dimanche*", "dim"},
               {"hier", "veille avant"}, {"demain", "lendemain matin"}}},
    {"es", {{"lunes", "lun"}, {"martes", "mar"},
               {"miércoles miercoles", "mié mie"}, {"jueves", "jue"},
               {"viernes", "vie friday"}, {"sábado* sabado*", "sáb sab"},
               {"domingo*", "dom"},
               {"ayer anoche", "anteayer antier noche víspera pasada"},
               {NULL, "mañana* manana"}}},
    {"de", {{"montag montags montaga* montagf* montagm* montagn* montagv*",
                "mo montage montagen *montag *montags"},
               {"dienstag*", "di *dienstag *dienstags"},
               {"mittwoch*", "mi *mittwoch *mittwochs"},
               {"donnerstag*", "do *donnerstag *donnerstags"},
               {"freitag*", "fr *freitag *freitags friday"},
               {"samstag* sonnabend*", "sa *samstag *samstags"},
               {"sonntag*", "so *sonntag *sonntags"},
               {"gestern gestrig*", "vorgestern vorabend abend nacht"},
               {NULL, "morgen* morgig* *morgen vormittag nächsten"}}},
    {"it", {{"lunedì lunedi", "lun"}, {"martedì martedi", "mar"},
               {"mercoledì mercoledi", "mer"}, {"giovedì giovedi", "gio"},
               {"venerdì venerdi", "ven friday"}, {"sabato sabati", "sab"},
               {"domenica domeniche", "dom"}, {"ieri", "scorsa notte"},
               {"domani", "domattina indomani dopodomani"}}},
    {"pt", {{NULL, "segunda* seg 2ª"}, {NULL, "terça* terca* ter 3ª"},
               {NULL, "quarta* qua 4ª"}, {NULL, "quinta* qui 5ª"},
               {NULL, "sexta* sex 6ª friday"}, {"sábado* sabado*", "sáb sab"},
               {"domingo*", "dom"}, {"ontem", "anteontem noite passada"},
               {"amanhã amanha", "dia seguinte manhã"}}},
    {"ca", {{"dilluns", "dl"}, {"dimarts", "dt"}, {"dimecres", "dc"},
               {"dijous", "dj"}, {"divendres", "dv friday"},
               {"dissabte*", "ds"}, {"diumenge*", "dg"},
               {"ahir anit", "vespre nit passada"}, {NULL, "demà dema"}}},
    {"gl", {{"luns", "segunda*"}, {"martes", "terza*"}, {"mércores", "cuarta*"},
               {"xoves", "quinta*"}, {"venres", "sexta* friday"},
               {"sábado*", "sáb"}, {"domingo*", "dom"},
               {"onte", "antonte noite pasada"}, {NULL, "mañá maña"}}},
    {"nl",
        {{"maandag*", "ma *maandag"}, {"dinsdag*", "di"}, {"woensdag*", "wo"},
            {"donderdag*", "do *donderdag"}, {"vrijdag*", "vr *vrijdag friday"},
            {"zaterdag*", "za"}, {"zondag*", "zo *zondag"},
            {"gisteren", "eergisteren avond nacht"},
            {NULL, "morgen* *morgen"}}},
};

static const struct days *
days_of(struct span lang)
{
    for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
        if (span_eqz(lang, tables[i].lang))
            return &tables[i];
    return NULL;
}

bool
weekday_differs(const struct folded_words *source,
    const struct folded_words *translation, struct span source_lang,
    struct span target_lang)
{
    const struct days *from = days_of(source_lang);
    const struct days *to = days_of(target_lang);

    if (!from || !to)
        return false;
    for (int day = 0; day < DAYS; day++) {
        const struct words_for *here = &from->of[day], *there = &to->of[day];

        if ((words_count_folded(source, here->says) > 0 &&
                !words_may_say(translation, there)) ||
            (words_count_folded(translation, there->says) > 0 &&
                !words_may_say(source, here)))
            return true;
    }
    return false;
}
