/* SPDX-License-Identifier: ISC */
#include "ctl/texts.h"

#include <stdio.h>
#include <string.h>

struct sample_text {
    const char *language, *text;
};

/* Of some fifteen words each, for the languages that most models read. */
static const struct sample_text samples[] = {
    {"en", "I will be about ten minutes late because the bus did not come.\n"
           "Could you please send me the notes from the meeting this morning?\n"
           "We had a wonderful time at your place and the food was great.\n"
           "The new version is ready, but somebody has to test it before "
           "Friday.\n"
           "My sister is coming to visit us next week with her two children.\n"
           "Do you know if the shop near the station is open on Sunday?\n"
           "I have looked everywhere for my keys and cannot find them at all.\n"
           "Let us meet in front of the cinema at seven if that works.\n"},
    {"fr",
        "J'aurai environ dix minutes de retard parce que le bus n'est pas "
        "venu.\n"
        "Peux-tu m'envoyer les notes de la réunion de ce matin, s'il te "
        "plaît ?\n"
        "Nous avons passé un très bon moment chez vous et le repas était "
        "délicieux.\n"
        "La nouvelle version est prête, mais quelqu'un doit la tester avant "
        "vendredi.\n"
        "Ma sœur vient nous rendre visite la semaine prochaine avec ses deux "
        "enfants.\n"
        "Sais-tu si le magasin près de la gare est ouvert le dimanche ?\n"
        "J'ai cherché mes clés partout et je ne les trouve vraiment nulle "
        "part.\n"
        "Retrouvons-nous devant le cinéma à sept heures si cela te "
        "convient.\n"},
    {"es",
        "Llegaré unos diez minutos tarde porque el autobús no ha venido.\n"
        "¿Puedes enviarme las notas de la reunión de esta mañana, por favor?\n"
        "Lo pasamos muy bien en vuestra casa y la comida estaba muy buena.\n"
        "La nueva versión está lista, pero alguien tiene que probarla antes "
        "del viernes.\n"
        "Mi hermana viene a visitarnos la semana que viene con sus dos "
        "hijos.\n"
        "¿Sabes si la tienda que está cerca de la estación abre los domingos?\n"
        "He buscado mis llaves por todas partes y no las encuentro.\n"
        "Quedamos delante del cine a las siete si te va bien.\n"},
    {"de",
        "Ich komme ungefähr zehn Minuten später, weil der Bus nicht gekommen "
        "ist.\n"
        "Kannst du mir bitte die Notizen von der Besprechung heute Morgen "
        "schicken?\n"
        "Wir hatten eine wunderbare Zeit bei euch, und das Essen war sehr "
        "gut.\n"
        "Die neue Version ist fertig, aber jemand muss sie vor Freitag "
        "testen.\n"
        "Meine Schwester besucht uns nächste Woche mit ihren beiden Kindern.\n"
        "Weißt du, ob der Laden beim Bahnhof am Sonntag geöffnet hat?\n"
        "Ich habe überall nach meinen Schlüsseln gesucht und finde sie "
        "nicht.\n"
        "Treffen wir uns um sieben vor dem Kino, wenn es dir passt.\n"},
};
enum { N_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static void
take_lines(struct texts *t, struct span rest)
{
    while (rest.p && t->n < TEXTS_MAX) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        if (line.len > 0)
            t->lines[t->n++] = line;
    }
}

bool
texts_read(struct texts *t, const char *path, struct err *err)
{
    FILE *f = fopen(path, "re");

    if (!f)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    t->file.len =
        fread(buf_reserve(&t->file, TEXTS_BYTES_MAX), 1, TEXTS_BYTES_MAX, f);
    fclose(f);
    take_lines(t, buf_span(&t->file));
    return t->n > 0 || err_set(err, FAIL_BAD_INPUT, "%s has no lines", path);
}

void
texts_sample(struct texts *t, const char *language, int times)
{
    const char *found = samples[0].text;

    for (size_t i = 0; i < N_SAMPLES; i++)
        if (strcmp(samples[i].language, language) == 0)
            found = samples[i].text;
    for (int i = 0; i < times; i++)
        take_lines(t, span_of(found));
}

void
texts_fini(struct texts *t)
{
    buf_free(&t->file);
}
