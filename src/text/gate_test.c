/* SPDX-License-Identifier: ISC */
#include "text/gate.h"

#include <string.h>

#include "base/tap.h"

static enum gate_reason
judge(const char *source, const char *translation)
{
    struct gate got = gate_check(
        span_of(source), span_of(translation), SPAN("en"), SPAN("es"));

    CHECK((got.verdict == GATE_REFUSED) == (got.score == 0));
    CHECK((got.reason == GATE_OK) == (got.verdict == GATE_PASSED));
    CHECK(got.score <= 1);
    return got.reason;
}

static void
good_translations_pass(void)
{
    CHECK(judge("Where are you?", "\xc2\xbf"
                                  "D\xc3\xb3nde est\xc3\xa1s?") == GATE_OK);
    CHECK(judge("ok", "de acuerdo") == GATE_OK);
    CHECK(judge("no no no no no!", "\xc2\xa1no no no no no!") == GATE_OK);
    CHECK(judge("hahahahahahaha", "jajajajajajaja") == GATE_OK);
    CHECK(judge("I have 2 cats and 1,000 fish",
              "Tengo 2 gatos y 1.000 peces") == GATE_OK);
    CHECK(judge("", "") == GATE_OK);
    CHECK(judge("?!", "?!") == GATE_OK);
}

static void
names_and_shared_words_may_stay(void)
{
    CHECK(judge("Tom", "Tom") == GATE_OK);
    CHECK(judge("Real Madrid", "Real Madrid") == GATE_OK);
    CHECK(judge("@ann https://ex.org 12:30", "@ann https://ex.org 12:30") ==
          GATE_OK);
    CHECK(judge("hotel", "hotel") == GATE_OK);
}

static void
loops_are_refused(void)
{
    CHECK(judge("I eat salad", "Yo como ensalada ensalada ensalada ensalada "
                               "ensalada") == GATE_LOOP);
    CHECK(judge("I eat salad with you",
              "como la sal, la sal, la sal, la sal") == GATE_LOOP);
    CHECK(judge("good", "buenbuenbuenbuenbuen") == GATE_LOOP);
}

static void
wild_lengths_are_refused(void)
{
    CHECK(judge("yes", "s\xc3\xad, y en aquel momento nadie supo qu\xc3\xa9 "
                       "decir de lo que pasaba") == GATE_RATIO);
    CHECK(judge("and at that moment nobody knew what to say about it",
              "y luego") == GATE_RATIO);
    CHECK(judge("where are you", " ") == GATE_EMPTY);
    CHECK(judge("where are you", "...") == GATE_EMPTY);
}

static void
other_languages_are_refused(void)
{
    CHECK(judge("where are you going now", "wo gehst du denn jetzt hin") ==
          GATE_LANGUAGE);
    CHECK(
        judge("where are you now", "\xd0\xb3\xd0\xb4\xd0\xb5 \xd1\x82\xd1\x8b "
                                   "\xd1\x81\xd0\xb5\xd0\xb9\xd1\x87\xd0\xb0"
                                   "\xd1\x81") == GATE_LANGUAGE);
    CHECK(judge("you", "\xe4\xbd\xa0") == GATE_LANGUAGE);
}

static void
the_source_again_is_refused(void)
{
    CHECK(judge("where are you now?", "where are you now?") == GATE_COPIED);
    CHECK(judge("I know that", "i know that!") == GATE_COPIED);
    CHECK(judge("Ruth", "Ruth") == GATE_OK);
    CHECK(judge("Ruth and Klaus", "Ruth y Klaus") == GATE_OK);
}

static void
lost_numbers_are_refused(void)
{
    CHECK(judge("at 10 there are 25", "a las 10 hay") == GATE_NUMBERS);
    CHECK(judge("at 12 there are 4", "a las 122 hay 4") == GATE_NUMBERS);
    CHECK(judge("12 chairs, 4 tables", "12 sillas y 444") == GATE_NUMBERS);
    CHECK(judge("1000 houses, 10 000", "1.000 casas, 10000") == GATE_OK);
    CHECK(judge("at 8:30 there", "a las 8h30 hay") == GATE_OK);
    CHECK(judge("at 8:30 there", "a las 20 h 30 hay") == GATE_OK);
    CHECK(judge("it costs 3.50", "cuesta 3,50") == GATE_OK);
    CHECK(judge("the 18th century", "el siglo XVIII") == GATE_OK);
    CHECK(judge("I have 3 cats", "tengo tres gatos") == GATE_OK);
    CHECK(judge("six thousand one hundred and ninety-one euros",
              "6191 euros") == GATE_OK);
    CHECK(judge("I have three cats", "tengo 30 gatos") == GATE_NUMBERS);
    CHECK(judge("it is -7 outside", "hace 7 afuera") == GATE_NUMBERS);
    CHECK(judge("see you on tuesday", "nos vemos el lunes") == GATE_DAY);
    CHECK(judge("call me before lunch", "llámame después de comer") ==
          GATE_PERIOD);
}

static void
marks_of_engines_are_refused(void)
{
    CHECK(judge("a strange house", "una casa *strange") == GATE_MARKS);
    CHECK(judge("a strange house", "una casa <unk>") == GATE_MARKS);
    CHECK(judge("a strange house", "una casa \xee\x80\x81") == GATE_MARKS);
    CHECK(judge("so *very* strange", "tan *muy* raro") == GATE_OK);
    CHECK(judge("a house", "una casa\xff") == GATE_MARKS);
    /* A name that had a quotation mark before it, which went elsewhere. */
    CHECK(judge("the \"@ann\" house", "la casa \" @ann\"") == GATE_OK);
}

static void
a_better_translation_scores_higher(void)
{
    struct span from = SPAN("en"), to = SPAN("es");
    struct span source = SPAN("the white house is very beautiful");
    double good =
        gate_check(source, SPAN("la casa blanca es muy hermosa"), from, to)
            .score;
    double half =
        gate_check(source, SPAN("la casa blanca es very beautiful"), from, to)
            .score;

    CHECK(good > 0.8);
    CHECK(half < good);
}

static void
every_reason_has_a_name(void)
{
    for (int i = 0; i < GATE_REASONS; i++)
        CHECK(strlen(gate_reason_name((enum gate_reason)i)) > 0);
}

static enum gate_verdict
verdict(const char *source, const char *translation)
{
    return gate_check(
        span_of(source), span_of(translation), SPAN("en"), SPAN("es"))
        .verdict;
}

static void
what_says_the_opposite_is_doubted(void)
{
    CHECK(judge("I can't come", "Puedo venir") == GATE_NEGATION);
    CHECK(verdict("I can't come", "Puedo venir") == GATE_DOUBTED);
    CHECK(judge("I can come", "No puedo venir") == GATE_NEGATION);
}

static void
an_insult_out_of_nothing_is_refused(void)
{
    CHECK(judge("see you later", "hasta luego, idiota") == GATE_RUDE);
    CHECK(verdict("see you later", "hasta luego, idiota") == GATE_REFUSED);
}

static void
a_lost_question_and_a_word_left_as_it_was_are_doubted(void)
{
    CHECK(judge("are you there?", "estás ahí") == GATE_QUESTION);
    CHECK(verdict("you are there", "¿estás ahí?") == GATE_DOUBTED);
    CHECK(judge("my umbrella is broken", "mi umbrella está roto") ==
          GATE_UNTRANSLATED);
    CHECK(verdict("my umbrella is broken", "mi umbrella está roto") ==
          GATE_DOUBTED);
}

static void
a_lost_half_is_doubted(void)
{
    struct gate got = gate_check(SPAN("ich kann dich hören aber nicht sehen"),
        SPAN("I can't hear you"), SPAN("de"), SPAN("en"));

    CHECK(got.reason == GATE_HALF && got.verdict == GATE_DOUBTED);
    CHECK(judge("it is none of your business", "no es asunto tuyo") == GATE_OK);
}

static void
an_idiom_is_doubted(void)
{
    CHECK(verdict("it's raining cats and dogs", "llueven gatos y perros") ==
          GATE_DOUBTED);
    CHECK(judge("we have to cancel the booking",
              "tenemos que cancelar el libro") == GATE_SENSE);
}

static void
somebody_else_and_a_question_made_a_tag_are_doubted(void)
{
    struct gate other = gate_check(SPAN("elle a tout oublié"),
        SPAN("you forgot everything"), SPAN("fr"), SPAN("en"));

    CHECK(other.reason == GATE_PERSON && other.verdict == GATE_DOUBTED);
    CHECK(judge("I can't find Tom, is he there?",
              "no encuentro a Tom, ¿verdad?") == GATE_QUESTION);
}

static void
a_lost_number_is_doubted_and_a_short_copy_too(void)
{
    CHECK(verdict("I have 12 cats", "Tengo gatos") == GATE_DOUBTED);
    CHECK(verdict("Tom", "Tom") == GATE_PASSED);
}

int
main(void)
{
    RUN(good_translations_pass);
    RUN(names_and_shared_words_may_stay);
    RUN(loops_are_refused);
    RUN(wild_lengths_are_refused);
    RUN(other_languages_are_refused);
    RUN(the_source_again_is_refused);
    RUN(lost_numbers_are_refused);
    RUN(marks_of_engines_are_refused);
    RUN(a_better_translation_scores_higher);
    RUN(every_reason_has_a_name);
    RUN(what_says_the_opposite_is_doubted);
    RUN(an_insult_out_of_nothing_is_refused);
    RUN(a_lost_question_and_a_word_left_as_it_was_are_doubted);
    RUN(a_lost_half_is_doubted);
    RUN(an_idiom_is_doubted);
    RUN(somebody_else_and_a_question_made_a_tag_are_doubted);
    RUN(a_lost_number_is_doubted_and_a_short_copy_too);
    return tap_end();
}
