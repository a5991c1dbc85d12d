/* SPDX-License-Identifier: ISC */
#include "text/phrase.h"

#include <stdlib.h>
#include <string.h>

#include "base/tap.h"

static bool
key_is(const char *text, const char *lang, const char *key)
{
    struct phrase p;
    bool ok = phrase_read(span_of(text), span_of(lang), &p) &&
              span_eqz((struct span){p.key, p.n}, key);

    if (!ok)
        printf("# %s: %.*s\n", text, (int)p.n, p.key);
    return ok;
}

static void
the_same_words_have_one_key(void)
{
    CHECK(key_is("thank you", "en", "thank you"));
    CHECK(key_is("  Thank  you !! ", "en", "thank you"));
    CHECK(key_is("THANK-YOU...", "en", "thank you"));
    CHECK(key_is("I don’t know…", "en", "i dont know"));
    CHECK(key_is("i don't know", "en", "i dont know"));
    CHECK(key_is("No, thanks.", "en", "no thanks"));
    CHECK(key_is("no,thanks", "en", "no thanks"));
    CHECK(key_is("¿¡Qué!?", "es", "qué"));
    CHECK(key_is("Schöne Grüße", "de", "schoene gruesse"));
    CHECK(key_is("schoene Gruesse", "de", "schoene gruesse"));
    CHECK(key_is("är", "sv", "är"));
    CHECK(key_is("谢谢！", "zh", "谢谢"));
}

static void
what_is_no_phrase_is_refused(void)
{
    char longer[PHRASE_BYTES_MAX + 1];
    struct phrase p;

    memset(longer, 'a', sizeof(longer));
    CHECK(!phrase_read(SPAN(""), SPAN("en"), &p));
    CHECK(!phrase_read(SPAN("?!"), SPAN("en"), &p));
    CHECK(!phrase_read(SPAN("12"), SPAN("en"), &p));
    CHECK(!phrase_read((struct span){longer, sizeof(longer)}, SPAN("en"), &p));
    memset(longer, '!', PHRASE_BYTES_MAX - 20);
    longer[0] = 'a';
    CHECK(phrase_read(
        (struct span){longer, PHRASE_BYTES_MAX - 20}, SPAN("en"), &p));
    CHECK(p.n_marks == PHRASE_MARKS_MAX);
}

static bool
shortens_to(const char *text, size_t times, const char *key)
{
    struct phrase p;

    return phrase_read(span_of(text), SPAN("en"), &p) &&
           phrase_shorten(&p, times) &&
           span_eqz((struct span){p.key, p.n}, key);
}

static void
drawn_out_letters_are_shortened(void)
{
    struct phrase p;

    CHECK(shortens_to("nooooo!", 1, "no"));
    CHECK(shortens_to("gooood", 2, "good"));
    CHECK(shortens_to("pleeeease heeeelp", 1, "please help"));
    CHECK(shortens_to("ouiiii", 1, "oui"));
    CHECK(phrase_read(SPAN("good bee"), SPAN("en"), &p));
    CHECK(!phrase_shorten(&p, 1));
}

static bool
wears(const char *text, const char *translation, const char *lang,
    const char *want)
{
    struct buf out = {0};
    struct phrase p;
    bool ok = phrase_read(span_of(text), SPAN("en"), &p);

    phrase_dress(&p, span_of(translation), span_of(lang), &out);
    ok = ok && span_eqz(buf_span(&out), want);
    if (!ok)
        printf("# %s: %.*s\n", text, SPAN_ARG(buf_span(&out)));
    buf_free(&out);
    return ok;
}

static void
a_translation_is_written_as_the_text_is(void)
{
    CHECK(wears("thanks", "merci", "fr", "merci"));
    CHECK(wears("Thanks", "merci", "fr", "Merci"));
    CHECK(wears("THANKS!", "merci", "fr", "MERCI\u00a0!"));
    CHECK(wears("ok", "OK", "fr", "OK"));
    CHECK(wears("really?!", "vraiment", "fr", "vraiment\u00a0?!"));
    CHECK(wears("Well....", "ben", "fr", "Ben…"));
    CHECK(wears("well...?", "ben", "fr", "ben…\u00a0?"));
    CHECK(wears("Street", "straße", "de", "Straße"));
    CHECK(wears("BIG STREET", "große Straße", "de", "GROSSE STRASSE"));
    CHECK(wears("Good evening", "iyi akşamlar", "tr", "İyi akşamlar"));
    CHECK(wears("谢谢", "thanks", "en", "Thanks"));
}

static void
marks_are_those_of_the_target_language(void)
{
    CHECK(wears("What?", "qué", "es", "¿Qué?"));
    CHECK(wears("what?!", "qué", "es", "¡¿qué?!"));
    CHECK(wears("Hi!!", "hola", "es", "¡¡Hola!!"));
    CHECK(wears(
        "Hi, how are you?", "hola, ¿cómo estás", "es", "Hola, ¿cómo estás?"));
    CHECK(wears("Hi.", "hola", "es", "Hola."));
    CHECK(wears("how are you", "¿cómo estás?", "es", "cómo estás"));
    CHECK(wears("How are you?", "ça va ?", "fr", "Ça va\u00a0?"));
    CHECK(wears("Thanks!", "谢谢", "zh", "谢谢！"));
    CHECK(wears("Thanks.", "धन्यवाद", "hi", "धन्यवाद।"));
    CHECK(wears("why?", "لماذا", "ar", "لماذا؟"));
}

int
main(void)
{
    RUN(the_same_words_have_one_key);
    RUN(what_is_no_phrase_is_refused);
    RUN(drawn_out_letters_are_shortened);
    RUN(a_translation_is_written_as_the_text_is);
    RUN(marks_are_those_of_the_target_language);
    return tap_end();
}
