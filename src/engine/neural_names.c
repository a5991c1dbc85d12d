/* SPDX-License-Identifier: ISC */
#include "engine/neural_names.h"

#include <string.h>

#include "nn/batcher.h"
#include "text/uni.h"

enum {
    NAME_LETTERS_MIN = 3,
    PIECES_MIN = 2, /* of a name that the vocabulary has not got */
};

static const struct {
    const char *lang, *words; /* each between spaces */
} translated[] = {
    {"en",
        " Monday Tuesday Wednesday Thursday Friday Saturday Sunday January "
        "February March April May June July August September October November "
        "December Christmas Easter Halloween New Year Eve God Lord Bible Earth "
        "Moon Sun Internet English French German Spanish Italian Portuguese "
        "Dutch Russian Polish Greek Turkish Chinese Japanese Korean Arabic "
        "Hebrew Latin Swedish Danish Norwegian Finnish Irish Scottish Welsh "
        "British American Canadian Mexican Brazilian Indian African European "
        "Asian Australian Swiss Austrian Belgian Ukrainian Egyptian Moroccan "
        "Algerian Muslim Christian Jewish Catholic Buddhist Hindu "
        "England France Germany Spain Italy Portugal Netherlands Holland "
        "Belgium Switzerland Austria Russia Poland Greece Turkey China Japan "
        "Korea Sweden Denmark Norway Finland Ireland Scotland Wales Britain "
        "America Canada Mexico Brazil Argentina Chile Peru Colombia India "
        "Pakistan Vietnam Thailand Egypt Morocco Algeria Tunisia Lebanon Syria "
        "Africa Europe Asia Australia Ukraine Hungary Romania Bulgaria Serbia "
        "Croatia Slovenia Slovakia Iceland Israel Jordan Iraq United States "
        "Kingdom Union Republic Republican Democrat South North East West "
        "Southern Northern Eastern Western "
        "London Geneva Brussels Lisbon Athens Rome Venice Florence Vienna "
        "Warsaw Moscow Beijing Cairo Algiers Mr Mrs Ms Miss Dr Doctor "
        "Professor President Minister King Queen Prince Princess Sir Madam "
        "Saint Street Avenue Road Park River Lake Mount Sea Ocean Atlantic "
        "Pacific Mediterranean Olympic Olympics Games World War Red Cross "
        "Dad Mum Mom Mommy Daddy Grandma Grandpa Uncle Aunt "},
    {"fr",
        " Dieu Seigneur Bible Terre Lune Soleil Internet Noël Pâques Toussaint "
        "Français Française Anglais Anglaise Allemand Allemande Espagnol "
        "Espagnole Italien Italienne Portugais Portugaise Néerlandais Russe "
        "Polonais Polonaise Grec Grecque Turc Turque Chinois Chinoise Japonais "
        "Japonaise Coréen Coréenne Arabe Suédois Danois Norvégien Finlandais "
        "Irlandais Écossais Gallois Britannique Américain Américaine Canadien "
        "Canadienne Mexicain Brésilien Indien Indienne Africain Européen "
        "Européenne Asiatique Australien Suisse Autrichien Belge Ukrainien "
        "Égyptien Marocain Algérien Tunisien Musulman Chrétien Juif "
        "Étatsunien Étatsunienne Angleterre France Allemagne Espagne Italie "
        "Portugal Pays Bas Hollande Belgique Autriche Russie Pologne Grèce "
        "Turquie Chine Japon Corée Suède Danemark Norvège Finlande Irlande "
        "Écosse Bretagne Grande Amérique Canada Mexique Brésil Argentine Chili "
        "Pérou Colombie Inde Vietnam Thaïlande Égypte Maroc Algérie Tunisie "
        "Liban Syrie Afrique Europe Asie Australie Ukraine Hongrie Roumanie "
        "Bulgarie Serbie Croatie Slovénie Slovaquie Islande Israël Jordanie "
        "Irak États Unis Royaume Uni Union République Sud Nord Est Ouest "
        "Londres Genève Bruxelles Lisbonne Athènes Rome Venise Vienne "
        "Varsovie Moscou Pékin Alger Monsieur Madame Mademoiselle Messieurs "
        "Mesdames Docteur Professeur Président Ministre Roi Reine Prince "
        "Princesse Saint Sainte Rue Avenue Place Parc Lac Mont Mer Océan "
        "Atlantique Pacifique Méditerranée Croix Rouge Papa Maman Mamie Papi "
        "Oncle Tante "},
};

/* Languages in which a capital inside of a sentence begins a name. */
static bool
has_names(const char *lang)
{
    static const char list[] = " en fr es it pt ca gl oc ro nl pl cs sk sl hr ";
    size_t n = strlen(lang);
    const char *at = n ? strstr(list, lang) : NULL;

    return at && at[-1] == ' ' && at[n] == ' ';
}

/* Also with a plural's s behind it. */
static bool
is_translated(struct span word, const char *lang)
{
    for (size_t i = 0; i < sizeof(translated) / sizeof(translated[0]); i++) {
        const char *list = translated[i].words, *at = list;
        size_t left = strlen(list);

        if (strcmp(translated[i].lang, lang) != 0)
            continue;
        while ((at = memmem(at, left, word.p, word.len - 1))) {
            size_t n = strcspn(at, " ");
            struct span one = {at, n};

            if (at[-1] == ' ' &&
                (span_eq(one, word) || (n == word.len - 1 && word.p[n] == 's')))
                return true;
            left = strlen(++at);
        }
    }
    return false;
}

static size_t
word_len(struct span s, size_t i)
{
    size_t end = i, n;

    while (uni_word(uni_at(s, end, &n)))
        end += n;
    return end - i;
}

/* A capital, and small letters behind it. */
static bool
is_capitalised(struct span word)
{
    size_t letters = 1, n, m;

    if (!uni_upper(uni_at(word, 0, &n)))
        return false;
    for (; n < word.len; n += m, letters++)
        if (!uni_lower(uni_at(word, n, &m)))
            return false;
    return letters >= NAME_LETTERS_MIN;
}

/* Do words of the same sentence stand before byte i? */
static bool
is_inside(struct span s, size_t i)
{
    while (i > 0 && s.p[i - 1] == ' ')
        i--;
    if (i > 0 && s.p[i - 1] == ',')
        i--;
    if (i > 0 && s.p[i - 1] == '\'')
        i--;
    if (i > 2 && memcmp(s.p + i - 3, "\u2019", 3) == 0)
        i -= 3;
    return uni_word(uni_before(s, i));
}

size_t
neural_names_find(
    struct span text, const char *lang, struct span ret[NEURAL_NAMES_MAX])
{
    size_t count = 0, n;

    if (!has_names(lang))
        return 0;
    for (size_t i = 0; i < text.len && count < NEURAL_NAMES_MAX; i += n) {
        struct span word = {text.p + i, word_len(text, i)};

        uni_at(text, i, &n);
        if (word.len == 0)
            continue;
        n = word.len;
        if (is_capitalised(word) && is_inside(text, i) &&
            !is_translated(word, lang))
            ret[count++] = word;
    }
    return count;
}

/* A letter of Greek, Cyrillic and all scripts behind them. */
static bool
is_other_script(int32_t c)
{
    return uni_alpha(c) && c >= 0x370 && !(c >= 0x1e00 && c < 0x1f00);
}

/* Is the language written in Latin letters? */
static bool
is_latin(const char *lang)
{
    static const char others[] =
        " ru uk be bg mk sr kk mn el ar fa ur he hi mr "
        "ne bn ta te ml kn gu pa si th lo my km ka hy "
        "am zh ja ko ";
    size_t n = strlen(lang);
    const char *at = n ? strstr(others, lang) : NULL;

    return !at || at[-1] != ' ' || at[n] != ' ';
}

size_t
neural_names_foreign(
    struct span text, const char *lang, struct span ret[NEURAL_NAMES_MAX])
{
    size_t count = 0, n;

    if (!is_latin(lang))
        return 0;
    for (size_t i = 0; i < text.len && count < NEURAL_NAMES_MAX; i += n) {
        struct span word = {text.p + i, word_len(text, i)};
        bool other = is_other_script(uni_at(text, i, &n));

        if (word.len == 0)
            continue;
        n = word.len;
        if (other)
            ret[count++] = word;
    }
    return count;
}

static bool
has_word(struct span s, struct span word)
{
    for (size_t i = 0, n; i < s.len; i += n) {
        struct span one = {s.p + i, word_len(s, i)};

        uni_at(s, i, &n);
        if (one.len == 0)
            continue;
        if (span_eq(one, word))
            return true;
        n = one.len;
    }
    return false;
}

static size_t
pieces_of(const struct batcher_alignment *a, size_t begin, size_t end)
{
    size_t n = 0;

    for (uint32_t s = 0; s < a->n_src; s++)
        n += a->src_end[s] > begin && a->src_begin[s] < end;
    return n;
}

size_t
neural_names_lost(struct span *list, size_t n, struct span text,
    struct span translation, const struct batcher_alignment *alignment)
{
    size_t lost = 0;

    for (size_t i = 0; alignment && i < n; i++) {
        size_t begin = (size_t)(list[i].p - text.p);

        if (!has_word(translation, list[i]) &&
            pieces_of(alignment, begin, begin + list[i].len) >= PIECES_MIN)
            list[lost++] = list[i];
    }
    return lost;
}
