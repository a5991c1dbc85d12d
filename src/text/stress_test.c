/* SPDX-License-Identifier: ISC */
#include "text/stress.h"

#include "base/tap.h"

static bool
becomes(const char *source, const char *translation, const char *from,
    const char *to, const char *want)
{
    struct buf out = {0};
    bool ok;

    stress_restore(span_of(source), span_of(translation), span_of(from),
        span_of(to), &out);
    ok = span_eqz(buf_span(&out), want);
    buf_free(&out);
    return ok;
}

static void
a_shouted_word_is_shouted_in_the_translation(void)
{
    CHECK(becomes("I said NO", "j'ai dit non", "en", "fr", "j'ai dit NON"));
    CHECK(becomes(
        "ich hab NEIN gesagt!", "I said no!", "de", "en", "I said NO!"));
    CHECK(becomes("NEVER do that again", "nunca vuelvas a hacer eso", "en",
        "es", "NUNCA vuelvas a hacer eso"));
    CHECK(becomes(
        "I am SO tired", "ich bin so müde", "en", "de", "ich bin SO müde"));
    CHECK(becomes("eu disse NÃO", "I said no", "pt", "en", "I said NO"));
}

static void
nothing_else_is_changed(void)
{
    CHECK(becomes(
        "NO MORE NOW", "PLUS MAINTENANT", "en", "fr", "PLUS MAINTENANT"));
    CHECK(becomes("I said no", "j'ai dit non", "en", "fr", "j'ai dit non"));
    CHECK(becomes("the NASA site", "le site de la NASA", "en", "fr",
        "le site de la NASA"));
    CHECK(becomes("I said NO", "sanoin ei", "en", "fi", "sanoin ei"));
    CHECK(becomes("", "", "en", "fr", ""));
}

int
main(void)
{
    RUN(a_shouted_word_is_shouted_in_the_translation);
    RUN(nothing_else_is_changed);
    return tap_end();
}
