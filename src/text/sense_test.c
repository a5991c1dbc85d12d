/* SPDX-License-Identifier: ISC */
#include "text/sense.h"

#include "base/tap.h"

static bool
mistaken(const char *source, const char *translation, const char *from,
    const char *to)
{
    struct folded_words s, t;

    words_fold(span_of(source), &s);
    words_fold(span_of(translation), &t);
    return sense_mistaken(&s, &t, span_of(from), span_of(to));
}

static void
the_wrong_one_of_two_meanings_is_noticed(void)
{
    CHECK(mistaken("We have to cancel the booking",
        "Nous devons annuler le livre", "en", "fr"));
    CHECK(mistaken("I'm allergic to nuts", "Soy alérgico a nubes", "en", "es"));
    CHECK(mistaken("Está embarazada", "She is embarrassed", "es", "en"));
    CHECK(mistaken(
        "Ho perso l'ultimo autobus", "I lost the last bus", "it", "en"));
    CHECK(mistaken("I spent too much", "J'ai trop passé", "en", "fr"));
    CHECK(mistaken(
        "DONT FORGET THE CHARGER", "VERGISS DEN CHARGER NICHT", "en", "de"));
    CHECK(mistaken(
        "perdimos el último tren", "We lost the last train", "es", "en"));
    CHECK(mistaken("ma carte est refusée", "My map is refused", "fr", "en"));
    CHECK(mistaken("are there any seats left?", "Y a-t-il des sièges partis ?",
        "en", "fr"));
    CHECK(mistaken(
        "six plates and six glasses", "seis pratos e seis óculos", "en", "pt"));
}

static void
the_right_one_is_not(void)
{
    CHECK(!mistaken("We have to cancel the booking",
        "Nous devons annuler la réservation", "en", "fr"));
    CHECK(!mistaken("He was booked for a book", "Un livre", "en", "fr"));
    CHECK(!mistaken(
        "I spent the day there", "J'y ai passé la journée", "en", "fr"));
    CHECK(!mistaken("the shop on the left", "le magasin à gauche", "en", "fr"));
    CHECK(!mistaken("regarde la carte", "look at the map", "fr", "en"));
    CHECK(!mistaken(
        "I need my glasses", "j'ai besoin de mes lunettes", "en", "fr"));
    CHECK(!mistaken("Ho perso il portafoglio", "I lost my wallet", "it", "en"));
    CHECK(
        !mistaken("Soy alérgico a nubes", "Soy alérgico a nubes", "es", "es"));
}

int
main(void)
{
    RUN(the_wrong_one_of_two_meanings_is_noticed);
    RUN(the_right_one_is_not);
    return tap_end();
}
