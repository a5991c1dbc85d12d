/* SPDX-License-Identifier: ISC */
#include "text/normal.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

/* What is typed, as an engine sees it. */
static bool
means(const char *lang, const char *typed, const char *want)
{
    struct normal *n = normal_new(span_of(typed), span_of(lang));
    bool ok = span_eqz(normal_text(n), want);

    if (!ok)
        printf("# %s \"%s\" became \"%.*s\"\n", lang, typed,
            SPAN_ARG(normal_text(n)));
    normal_free(n);
    return ok;
}

/* The translation, given back what typed has. */
static bool
restores(const char *lang, const char *typed, const char *target,
    const char *translation, const char *want)
{
    struct normal *n = normal_new(span_of(typed), span_of(lang));
    struct buf out = {0};
    bool ok;

    normal_restore(n, span_of(translation), span_of(target), &out);
    ok = span_eqz(buf_span(&out), want);
    if (!ok)
        printf("# \"%s\" became \"%.*s\"\n", typed, SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    normal_free(n);
    return ok;
}

/* test/text/normal.tsv: language, typed, meant. */
static void
lines_as_people_type_them_become_what_engines_know(void)
{
    FILE *f = fopen(LINES_FILE, "r");
    char line[1024];
    size_t n = 0;

    if (!CHECK(f))
        return;
    while (fgets(line, sizeof(line), f)) {
        char *lang = strtok(line, "\t\n"), *typed = strtok(NULL, "\t\n");
        char *meant = strtok(NULL, "\t\n");

        if (lang && lang[0] != '#' && typed)
            CHECK(means(lang, typed, meant ? meant : ""));
        n++;
    }
    CHECK(n > 150);
    fclose(f);
}

static void
good_sentences_stay_as_they_are(void)
{
    static const char *const lines[][2] = {
        {"en", "She doesn't know whether it's well done."},
        {"en", "He was ill, and the shell broke."},
        {"en", "The CEO of IBM met the WHO in the UK."},
        {"fr", "Je ne sais pas si elle n'est plus l\303\240."},
        {"en", "c'est la vie"},
        {"fr", "Il y a plus de monde que pr\303\251vu."},
        {"fr", "Un h\303\264tel pas cher \303\240 deux pas d'ici."},
        {"fr", "Une personne vient de partir."},
        {"es", "Esta tarde est\303\241 en casa."},
        {"it", "Dell'acqua e un po' di pane."},
        {"pt", "N\303\243o sei se voc\303\252 est\303\241 a\303\255."},
        {"de", "Ich habe am Montag keine Zeit."},
        {"ja", "\343\201\235\343\201\206\343\201\247\343\201\231\343\200\202"},
        {"", "Whatever it is, it stays."},
    };

    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        CHECK(means(lines[i][0], lines[i][1], lines[i][1]));
}

static void
stand_ins_stay_where_they_are(void)
{
    CHECK(means("fr", "10020 vient pas a 10121", "10020 ne vient pas a 10121"));
    CHECK(means("en", "CALL 10020 NOW \356\200\200 PLS",
        "Call 10020 now \356\200\200 please"));
}

static void
capitals_come_back(void)
{
    CHECK(restores("en", "DID YOU EAT?", "fr", "As-tu mang\303\251 ?",
        "AS-TU MANG\303\211 ?"));
    CHECK(restores("en", "WHERE IS 10020", "tr", "10020 nerede kald\304\261i",
        "10020 NEREDE KALDI\304\260"));
    CHECK(restores("en", "i am SO tired", "fr", "je suis si fatigu\303\251",
        "je suis SI fatigu\303\251"));
}

static void
a_row_of_marks_comes_back(void)
{
    CHECK(restores(
        "en", "really???", "es", "\302\277de verdad?", "\302\277de verdad???"));
    CHECK(
        restores("en", "no way?!", "fr", "pas question ?", "pas question ?!"));
    CHECK(restores("en", "stop!!!", "fr", "arr\303\252te", "arr\303\252te!!!"));
    CHECK(restores("en", "what??", "zh", "\344\273\200\344\271\210\357\274\237",
        "\344\273\200\344\271\210\357\274\237\357\274\237"));
}

static void
laughter_becomes_the_other_language_s(void)
{
    CHECK(means("es", "jajaja", ""));
    CHECK(restores("es", "jajaja", "en", "", "hahaha"));
    CHECK(restores(
        "fr", "mdr t'es fou", "en", "you are crazy", "lol you are crazy"));
    CHECK(restores("en", "LOL, so funny", "fr", "si dr\303\264le",
        "MDR, si dr\303\264le"));
    CHECK(restores("pt", "muito bom!! kkkk", "es", "\302\241muy bueno!",
        "\302\241muy bueno!! jajajaja"));
    CHECK(restores("en", "that was haha great", "fr", "c'\303\251tait super",
        "c'\303\251tait super haha"));
    CHECK(means("de", "ja ja ja", "ja ja ja"));
    CHECK(means("en", "aha", "aha"));
}

/* What is typed, completed, as an engine sees it, and what becomes of its
 * translation. */
static bool
completes(const char *lang, const char *typed, const char *want,
    const char *translation, const char *back)
{
    struct normal *n = normal_new(span_of(typed), span_of(lang));
    bool differs = normal_complete(n);
    struct buf out = {0};
    bool ok =
        span_eqz(normal_text(n), want) && differs == (strcmp(typed, want) != 0);

    normal_restore(n, span_of(translation), SPAN("en"), &out);
    ok = ok && span_eqz(buf_span(&out), back);
    if (!ok)
        printf("# \"%s\": \"%.*s\", \"%.*s\"\n", typed,
            SPAN_ARG(normal_text(n)), SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    normal_free(n);
    return ok;
}

static void
a_sentence_has_its_capital_and_full_stop(void)
{
    CHECK(completes("pt", "apaga a luz", "Apaga a luz.", "Turn off the light.",
        "Turn off the light"));
    CHECK(completes("es", "vivo a las 70101", "Vivo a las 70101.", "I live at.",
        "I live at"));
    CHECK(completes("fr", "on part \303\240 8h", "On part \303\240 8h.",
        "We leave at 8 a.m.", "We leave at 8 a.m."));
    CHECK(completes("de", "wo bist du?", "Wo bist du?", "Where are you.",
        "Where are you."));
    CHECK(completes(
        "fr", "C'est fini.", "C'est fini.", "It is over.", "It is over."));
}

static void
what_is_no_sentence_is_not_completed(void)
{
    CHECK(completes("en", "charger", "charger", "charger.", "charger."));
    CHECK(completes(
        "en", "iPhone is dead", "iPhone is dead.", "It is.", "It is"));
    CHECK(completes("ja", "\343\201\235\343\201\206",
        "\343\201\235\343\201\206", "So.", "So."));
    CHECK(completes(
        "fr", "on verra...", "On verra...", "We'll see...", "We'll see..."));
}

int
main(void)
{
    RUN(lines_as_people_type_them_become_what_engines_know);
    RUN(good_sentences_stay_as_they_are);
    RUN(stand_ins_stay_where_they_are);
    RUN(capitals_come_back);
    RUN(a_row_of_marks_comes_back);
    RUN(laughter_becomes_the_other_language_s);
    RUN(a_sentence_has_its_capital_and_full_stop);
    RUN(what_is_no_sentence_is_not_completed);
    return tap_end();
}
