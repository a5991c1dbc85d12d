/* SPDX-License-Identifier: ISC */
#include "text/elision.h"

#include "base/tap.h"

static bool
mends(const char *lang, const char *text, const char *want)
{
    struct buf out = {0};
    bool same;

    elision_mend(span_of(text), span_of(lang), &out);
    same = span_eqz(buf_span(&out), want);
    if (!same)
        printf("# %s: %.*s\n", text, (int)out.len, out.p);
    buf_free(&out);
    return same;
}

static bool
stays(const char *lang, const char *text)
{
    return mends(lang, text, text);
}

static void
french_words_lose_their_vowel(void)
{
    CHECK(mends("fr", "Le appartement est trop petit.",
        "L'appartement est trop petit."));
    CHECK(mends("fr", "Où est le imprimante ?", "Où est l'imprimante ?"));
    CHECK(mends(
        "fr", "Je ai vu que il ne est pas là.", "J'ai vu qu'il n'est pas là."));
    CHECK(mends("fr", "Je y vais parce que elle me attend.",
        "J'y vais parce qu'elle m'attend."));
    CHECK(mends("fr", "l' appartement de Anna et le hôtel",
        "l'appartement d'Anna et l'hôtel"));
    CHECK(mends("fr", "Ce est ma amie.", "C'est mon amie."));
    CHECK(
        mends("fr", "si il vient avant le orage", "s'il vient avant l'orage"));
}

static void
french_words_that_keep_it_do(void)
{
    CHECK(stays("fr", "le onze, le haricot, la hache, le yaourt"));
    CHECK(stays("fr", "Donne-le avec le reste, puis-je aider ?"));
    CHECK(stays("fr", "la URSS, le un, ce ami"));
    CHECK(stays("fr",
        "de I'équipage, je dis que oui, de un à dix, prends le avec toi"));
    CHECK(stays("fr", "On voit le, la, et ou le."));
}

static void
english_articles_fit_the_next_sound(void)
{
    CHECK(mends("en", "A apple and an banana", "An apple and a banana"));
    CHECK(mends("en", "It is a old umbrella.", "It is an old umbrella."));
    CHECK(mends("en", "a unusual day", "an unusual day"));
    CHECK(stays("en", "a user, a university, a European, a one-way ticket"));
    CHECK(
        stays("en", "an hour, an MP3, an X-ray, an sms, an nfl game, an xbox"));
}

static void
italian_articles_fit_the_next_sound(void)
{
    CHECK(mends("it", "Il amico del uomo", "L'amico dell'uomo"));
    CHECK(mends("it", "il studente e un zaino", "lo studente e uno zaino"));
    CHECK(stays("it", "il sole, un amico, lo ama, il Ivo, del o"));
}

static void
spanish_words_do_not_meet_their_like(void)
{
    CHECK(mends("es", "madre y hija o otro", "madre e hija u otro"));
    CHECK(mends("es", "la puerta de el coche", "la puerta del coche"));
    CHECK(stays("es", "agua y hielo, es de él, de El Salvador, uno o dos"));
}

static void
other_languages_stay(void)
{
    CHECK(stays("de", "Le appartement a apple"));
    CHECK(stays("fr", ""));
    CHECK(stays("", "le appartement"));
}

int
main(void)
{
    RUN(french_words_lose_their_vowel);
    RUN(french_words_that_keep_it_do);
    RUN(english_articles_fit_the_next_sound);
    RUN(italian_articles_fit_the_next_sound);
    RUN(spanish_words_do_not_meet_their_like);
    RUN(other_languages_stay);
    return tap_end();
}
