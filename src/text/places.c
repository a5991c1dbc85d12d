/* SPDX-License-Identifier: ISC */
#include "text/places.h"

#include <string.h>

#include "text/uni.h"

enum { LANGUAGES = 6 };

static const char *const languages[LANGUAGES] = {
    "en", "fr", "es", "de", "it", "pt"};

/* Left out are towns whose name is a word in one of the languages: Nice, Essen,
 * Tours, Reading, Como. */
static const char *const towns[][LANGUAGES] = {
    {"Aachen", "Aix-la-Chapelle", "Aquisgrán", "Aachen", "Aquisgrana",
        "Aachen"},
    {"Algiers", "Alger", "Argel", "Algier", "Algeri", "Argel"},
    {"Amsterdam", "Amsterdam", "Ámsterdam", "Amsterdam", "Amsterdam",
        "Amsterdã"},
    {"Antwerp", "Anvers", "Amberes", "Antwerpen", "Anversa", "Antuérpia"},
    {"Athens", "Athènes", "Atenas", "Athen", "Atene", "Atenas"},
    {"Barcelona", "Barcelone", "Barcelona", "Barcelona", "Barcellona",
        "Barcelona"},
    {"Basel", "Bâle", "Basilea", "Basel", "Basilea", "Basileia"},
    {"Beijing", "Pékin", "Pekín", "Peking", "Pechino", "Pequim"},
    {"Belgrade", "Belgrade", "Belgrado", "Belgrad", "Belgrado", "Belgrado"},
    {"Berlin", "Berlin", "Berlín", "Berlin", "Berlino", "Berlim"},
    {"Bologna", "Bologne", "Bolonia", "Bologna", "Bologna", "Bolonha"},
    {"Bonn", "Bonn", "Bonn", "Bonn", "Bonn", "Bonn"},
    {"Bordeaux", "Bordeaux", "Burdeos", "Bordeaux", "Bordeaux", "Bordéus"},
    {"Bruges", "Bruges", "Brujas", "Brügge", "Bruges", "Bruges"},
    {"Brussels", "Bruxelles", "Bruselas", "Brüssel", "Bruxelles", "Bruxelas"},
    {"Bucharest", "Bucarest", "Bucarest", "Bukarest", "Bucarest", "Bucareste"},
    {"Cologne", "Cologne", "Colonia", "Köln", "Colonia", "Colônia"},
    {"Copenhagen", "Copenhague", "Copenhague", "Kopenhagen", "Copenaghen",
        "Copenhague"},
    {"Dresden", "Dresde", "Dresde", "Dresden", "Dresda", "Dresden"},
    {"Edinburgh", "Édimbourg", "Edimburgo", "Edinburgh", "Edimburgo",
        "Edimburgo"},
    {"Florence", "Florence", "Florencia", "Florenz", "Firenze", "Florença"},
    {"Frankfurt", "Francfort", "Fráncfort", "Frankfurt", "Francoforte",
        "Frankfurt"},
    {"Geneva", "Genève", "Ginebra", "Genf", "Ginevra", "Genebra"},
    {"Genoa", "Gênes", "Génova", "Genua", "Genova", "Gênova"},
    {"Ghent", "Gand", "Gante", "Gent", "Gand", "Gante"},
    {"Grenoble", "Grenoble", "Grenoble", "Grenoble", "Grenoble", "Grenoble"},
    {"Hamburg", "Hambourg", "Hamburgo", "Hamburg", "Amburgo", "Hamburgo"},
    {"Jerusalem", "Jérusalem", "Jerusalén", "Jerusalem", "Gerusalemme",
        "Jerusalém"},
    {"Krakow", "Cracovie", "Cracovia", "Krakau", "Cracovia", "Cracóvia"},
    {"Leipzig", "Leipzig", "Leipzig", "Leipzig", "Lipsia", "Leipzig"},
    {"Lille", "Lille", "Lille", "Lille", "Lilla", "Lille"},
    {"Lisbon", "Lisbonne", "Lisboa", "Lissabon", "Lisbona", "Lisboa"},
    {"London", "Londres", "Londres", "London", "Londra", "Londres"},
    {"Lyon", "Lyon", "Lyon", "Lyon", "Lione", "Lyon"},
    {"Madrid", "Madrid", "Madrid", "Madrid", "Madrid", "Madri"},
    {"Marseille", "Marseille", "Marsella", "Marseille", "Marsiglia",
        "Marselha"},
    {"Milan", "Milan", "Milán", "Mailand", "Milano", "Milão"},
    {"Moscow", "Moscou", "Moscú", "Moskau", "Mosca", "Moscou"},
    {"Munich", "Munich", "Múnich", "München", "Monaco di Baviera", "Munique"},
    {"Naples", "Naples", "Nápoles", "Neapel", "Napoli", "Nápoles"},
    {"New York", "New York", "Nueva York", "New York", "New York", "Nova York"},
    {"Nuremberg", "Nuremberg", "Núremberg", "Nürnberg", "Norimberga",
        "Nuremberga"},
    {"Paris", "Paris", "París", "Paris", "Parigi", "Paris"},
    {"Porto", "Porto", "Oporto", "Porto", "Porto", "Porto"},
    {"Potsdam", "Potsdam", "Potsdam", "Potsdam", "Potsdam", "Potsdam"},
    {"Prague", "Prague", "Praga", "Prag", "Praga", "Praga"},
    {"Rome", "Rome", "Roma", "Rom", "Roma", "Roma"},
    {"Seville", "Séville", "Sevilla", "Sevilla", "Siviglia", "Sevilha"},
    {"Stockholm", "Stockholm", "Estocolmo", "Stockholm", "Stoccolma",
        "Estocolmo"},
    {"Strasbourg", "Strasbourg", "Estrasburgo", "Straßburg", "Strasburgo",
        "Estrasburgo"},
    {"The Hague", "La Haye", "La Haya", "Den Haag", "L'Aia", "Haia"},
    {"Tokyo", "Tokyo", "Tokio", "Tokio", "Tokyo", "Tóquio"},
    {"Toulouse", "Toulouse", "Toulouse", "Toulouse", "Tolosa", "Toulouse"},
    {"Turin", "Turin", "Turín", "Turin", "Torino", "Turim"},
    {"Valencia", "Valence", "Valencia", "Valencia", "Valencia", "Valência"},
    {"Venice", "Venise", "Venecia", "Venedig", "Venezia", "Veneza"},
    {"Vienna", "Vienne", "Viena", "Wien", "Vienna", "Viena"},
    {"Warsaw", "Varsovie", "Varsovia", "Warschau", "Varsavia", "Varsóvia"},
    {"Zaragoza", "Saragosse", "Zaragoza", "Saragossa", "Saragozza", "Saragoça"},
    {"Zurich", "Zurich", "Zúrich", "Zürich", "Zurigo", "Zurique"},
};

enum { TOWNS = sizeof(towns) / sizeof(towns[0]) };

static size_t
language(struct span lang)
{
    size_t k = 0;

    while (k < LANGUAGES && !span_eqz(lang, languages[k]))
        k++;
    return k;
}

/* Does the name, a whole word, stand at byte i? */
static bool
stands_at(struct span text, size_t i, struct span name)
{
    struct span rest = {text.p + i, text.len - i};
    size_t n;

    return span_starts(rest, name) && !uni_word(uni_before(text, i)) &&
           !uni_word(uni_at(text, i + name.len, &n));
}

static bool
has_name(struct span text, struct span name)
{
    for (size_t i = 0; i < text.len; i++)
        if (stands_at(text, i, name))
            return true;
    return false;
}

size_t
places_find(struct span text, struct span lang, struct place ret[PLACES_MAX])
{
    size_t k = language(lang), count = 0, n;

    for (size_t i = 0; k < LANGUAGES && i < text.len && count < PLACES_MAX;
         i += n) {
        bool capital = uni_upper(uni_at(text, i, &n));

        for (size_t id = 0; capital && id < TOWNS; id++) {
            struct span name = span_of(towns[id][k]);

            if (!stands_at(text, i, name))
                continue;
            ret[count++] = (struct place){{text.p + i, name.len}, id};
            n = name.len;
            break;
        }
    }
    return count;
}

struct span
places_name(size_t id, struct span lang)
{
    size_t k = language(lang);

    return k < LANGUAGES ? span_of(towns[id][k]) : (struct span){NULL, 0};
}

bool
places_kept(const struct place *list, size_t n, struct span translation,
    struct span lang)
{
    for (size_t i = 0; i < n; i++) {
        struct span name = places_name(list[i].id, lang);

        if (name.p && !has_name(translation, name) &&
            !has_name(translation, list[i].bytes))
            return false;
    }
    return true;
}

/* The town of the list that stands at byte i of text under the list's name. */
static const struct place *
place_at(const struct place *list, size_t n, struct span text, size_t i)
{
    for (size_t k = 0; k < n; k++)
        if (stands_at(text, i, list[k].bytes))
            return &list[k];
    return NULL;
}

void
places_localise(struct span source, struct span from, struct span translation,
    struct span to, struct buf *out)
{
    struct place list[PLACES_MAX];
    size_t n_list = places_find(source, from, list), n;

    for (size_t i = 0; i < translation.len; i += n) {
        const struct place *p = place_at(list, n_list, translation, i);
        struct span name = p ? places_name(p->id, to) : (struct span){NULL, 0};

        n = name.p ? p->bytes.len : 1;
        buf_adds(out, name.p ? name : (struct span){translation.p + i, 1});
    }
}
