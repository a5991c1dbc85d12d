/* SPDX-License-Identifier: ISC */
#include "text/tag.h"

#include "base/tap.h"

static bool
invented(const char *source, const char *translation, const char *from,
    const char *to)
{
    return tag_invented(
        span_of(source), span_of(translation), span_of(from), span_of(to));
}

static void
a_question_that_became_a_tag_is_noticed(void)
{
    CHECK(invented("I haven't heard from Tom, is he ok?",
        "Je n'ai pas entendu parler de Tom, n'est-ce pas ?", "en", "fr"));
    CHECK(invented("J'ai pas de nouvelles, il va bien ?",
        "I don't have any news, right?", "fr", "en"));
    CHECK(invented("hab nichts gehört, geht's ihm gut?",
        "Didn't hear anything, did he?", "de", "en"));
    CHECK(invented("she left, where to?", "ella se fue, ¿verdad?", "en", "es"));
}

static void
a_tag_may_be_another(void)
{
    CHECK(!invented(
        "it's cold, isn't it?", "il fait froid, n'est-ce pas ?", "en", "fr"));
    CHECK(!invented("tu viens, oui ?", "you're coming, right?", "fr", "en"));
    CHECK(!invented("you'll come, won't you?", "kommst du, oder?", "en", "de"));
}

static void
other_questions_are_none(void)
{
    CHECK(!invented(
        "it's cold, are you ok?", "il fait froid, tu vas bien ?", "en", "fr"));
    CHECK(!invented(
        "it's cold isn't it?", "il fait froid, n'est-ce pas ?", "en", "fr"));
    CHECK(!invented("he's ok, I think", "il va bien, non", "en", "fr"));
    CHECK(!invented("", "", "en", "fr"));
    CHECK(!invented("a, b?", "c, right?", "xx", "en"));
}

int
main(void)
{
    RUN(a_question_that_became_a_tag_is_noticed);
    RUN(a_tag_may_be_another);
    RUN(other_questions_are_none);
    return tap_end();
}
