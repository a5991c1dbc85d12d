/* SPDX-License-Identifier: ISC */
#include "text/negation.h"

#include <stdio.h>
#include <string.h>

#include "base/tap.h"

enum { LINE_BYTES_MAX = 4096 };

static bool
differs(const char *source, const char *translation, const char *from,
    const char *to)
{
    return negation_differs(
        span_of(source), span_of(translation), span_of(from), span_of(to));
}

static void
a_lost_no_is_noticed_in_both_directions(void)
{
    CHECK(differs("i didnt see it", "Je l'ai vu", "en", "fr"));
    CHECK(differs("viens pas", "Come", "fr", "en"));
    CHECK(differs("Ich habe kein Geld.", "I have money.", "de", "en"));
    CHECK(differs("No puedo ir", "I can go", "es", "en"));
    CHECK(differs("I can come", "Non posso venire", "en", "it"));
    CHECK(differs("I have money", "Ik heb geen geld", "en", "nl"));
    CHECK(differs("Ich habe nein gesagt", "I didn't say no", "de", "en"));
    CHECK(differs("I said no", "Je n'ai pas dit non", "en", "fr"));
    CHECK(differs("Non, je veux pas", "No, I want to", "fr", "en"));
}

static bool
moved(const char *source, const char *translation, const char *from,
    const char *to)
{
    return negation_moved(
        span_of(source), span_of(translation), span_of(from), span_of(to));
}

static void
a_negation_stays_with_what_it_negates(void)
{
    CHECK(moved("promets-moi que tu diras rien", "Don't promise me to say it",
        "fr", "en"));
    CHECK(moved(
        "Promise me you won't tell", "No me prometas decirlo", "en", "es"));
    CHECK(moved("Bittet Tom, nicht dorthin zu gehen",
        "Please don't ask Tom to go there", "de", "en"));
    CHECK(!moved("Bittet Tom, nicht dorthin zu gehen",
        "Ask Tom not to go there", "de", "en"));
    CHECK(!moved("Vergiss bitte nicht, Brot zu kaufen",
        "Please don't forget to buy bread", "de", "en"));
    CHECK(!moved("Tom, geh nicht", "Don't go, Tom", "de", "en"));
    CHECK(!moved("surtout ne dis rien", "Don't say anything", "fr", "en"));
    CHECK(!moved("pleure pas", "Don't cry", "fr", "en"));
    CHECK(!moved("sag ihr das bitte nicht", "Don't tell her", "de", "en"));
    CHECK(!moved("I'm not going", "No voy", "en", "es"));
    CHECK(!moved("promets-moi de rien dire", "Promise me not to say anything",
        "fr", "en"));
}

static void
a_kept_no_is_no_difference(void)
{
    CHECK(!differs("i didnt see it", "Je ne l'ai pas vu", "en", "fr"));
    CHECK(!differs("Nobody came.", "Personne n'est venu.", "en", "fr"));
    CHECK(!differs("ça coûte 25 euros par personne", "it's 25 euros per person",
        "fr", "en"));
    CHECK(!differs(
        "she's the right person", "c'est la bonne personne", "en", "fr"));
    CHECK(!differs(
        "it's just around the corner", "c'est à deux pas", "en", "fr"));
    CHECK(differs("personne vient", "a person is coming", "fr", "en"));
    CHECK(differs("il vient pas", "he's coming", "fr", "en"));
    CHECK(!differs("I don\xe2\x80\x99t know", "n\xc3\xa3o sei", "en", "pt"));
    CHECK(!differs("Das geht nicht.", "That doesn't work.", "de", "en"));
    CHECK(!differs("Good morning", "Bonjour", "en", "fr"));
    CHECK(!differs("Nein, danke", "No, thanks", "de", "en"));
    CHECK(!differs("No, I can't", "Non, je ne peux pas", "en", "fr"));
    CHECK(!differs("no, no quiero", "No, I don't want to", "es", "en"));
    CHECK(!differs("no tengo nada", "I have nothing", "es", "en"));
}

static void
other_ways_to_say_no_are_no_difference(void)
{
    CHECK(!differs("It's not possible.", "C'est impossible.", "en", "fr"));
    CHECK(!differs(
        "Je n'ai que cinq euros.", "I only have five euros.", "fr", "en"));
    CHECK(!differs(
        "He left without a word", "No dijo nada y se fue", "en", "es"));
}

static void
an_idiom_need_not_say_no_in_the_other_language(void)
{
    CHECK(!differs("I don't care", "Das ist mir egal", "en", "de"));
    CHECK(!differs("i dont care", "je m'en fous", "en", "fr"));
    CHECK(!differs("You're welcome!", "Keine Ursache!", "en", "de"));
    CHECK(!differs("de nada", "you're welcome", "es", "en"));
    CHECK(!differs(
        "Remember to buy bread", "N'oublie pas d'acheter du pain", "en", "fr"));
    CHECK(!differs("c'est pas mal", "it's pretty good", "fr", "en"));
    CHECK(!differs("c'est pas mal", "it's not bad", "fr", "en"));
    CHECK(!differs(
        "il n'arr\xc3\xaate pas de pleuvoir", "it keeps raining", "fr", "en"));
    CHECK(!differs(
        "I can't wait to see you", "Ich freue mich auf dich", "en", "de"));
    CHECK(differs("I'm not coming", "Ich komme", "en", "de"));
    CHECK(differs("it's cheap", "ce n'est pas bon", "en", "fr"));
}

static void
a_language_without_a_table_is_not_judged(void)
{
    CHECK(!differs("I did not", "Ja", "en", "xx"));
    CHECK(!negation_knows(SPAN("xx")) && negation_knows(SPAN("fr")));
}

/* Human translations of the development data: hardly one may be suspected. */
static void
human_translations_are_rarely_suspected(void)
{
    static const char *const langs[] = {"fr", "es", "de"};
    char path[256], line[LINE_BYTES_MAX];

    for (size_t i = 0; i < sizeof(langs) / sizeof(langs[0]); i++) {
        size_t lines = 0, suspected = 0;
        FILE *f;

        snprintf(path, sizeof(path), SHARED_DIR "/data/tatoeba-en-%s.dev.tsv",
            langs[i]);
        f = fopen(path, "r");
        if (!f) {
            printf("# skipped: %s is not there\n", path);
            continue;
        }
        while (fgets(line, sizeof(line), f)) {
            struct span rest = span_of(line);
            struct span en = span_cut(&rest, '\t');
            struct span other = span_trim(span_cut(&rest, '\t'));

            lines++;
            suspected +=
                negation_differs(en, other, SPAN("en"), span_of(langs[i]));
        }
        fclose(f);
        CHECK(suspected * 50 < lines);
    }
}

int
main(void)
{
    RUN(a_lost_no_is_noticed_in_both_directions);
    RUN(a_negation_stays_with_what_it_negates);
    RUN(a_kept_no_is_no_difference);
    RUN(other_ways_to_say_no_are_no_difference);
    RUN(an_idiom_need_not_say_no_in_the_other_language);
    RUN(a_language_without_a_table_is_not_judged);
    RUN(human_translations_are_rarely_suspected);
    return tap_end();
}
