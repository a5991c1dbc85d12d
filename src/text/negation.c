/* SPDX-License-Identifier: ISC */
#include "text/negation.h"

#include <string.h>

#include "text/words.h"

/* "pas" alone negates in spoken French; "plus" does only behind "ne", and
 * "ne" alone may belong to "ne ... que", which says "only". */
static const struct word_list strong[] = {
    {"en", "not no never nothing nobody none neither nor nowhere "
           "cannot nope nah noone *n't dont cant wont didnt doesnt "
           "isnt arent wasnt werent havent hasnt hadnt couldnt "
           "wouldnt shouldnt mustnt aint"},
    {"fr", "pas jamais rien aucun aucune non nan ni nul nulle "
           "personne gu\xc3\xa8re"},
    {"es", "no nunca nada nadie ning\xc3\xban ninguno ninguna jam\xc3\xa1s "
           "tampoco ni"},
    {"pt", "n\xc3\xa3o nao nunca nada ningu\xc3\xa9m nenhum nenhuma jamais nem "
           "tampouco n"},
    {"it", "non no mai niente nulla nessuno nessuna nessun n\xc3\xa9 "
           "neanche nemmeno neppure macch\xc3\xa9"},
    {"ca", "no mai res ning\xc3\xba cap gens ni tampoc enlloc pas"},
    {"gl", "non nunca nada ningu\xc3\xa9n ning\xc3\xban ningunha xamais nin "
           "tampouco"},
    {"de", "nicht kein keine keinen keinem keiner keines keins nie "
           "niemals nichts niemand niemanden niemandem nirgends "
           "nirgendwo nein weder n\xc3\xb6 nee net ned nich nix"},
    {"nl", "niet geen nooit niets niemand nergens nee noch niks "
           "nimmer neen"},
};

static const struct word_list weak[] = {
    {"en",
        "without hardly barely unable fail failed fails lack "
        "refuse refused stop stopped avoid until unless "
        "impossible unlikely unknown unfair unusual unhappy "
        "non* unclear unsure unsafe untrue unpaid unavailable uncertain uncommon unexpected unfinished unread unseen unwanted unwell unsegmented unlike unnecessary unimportant incapable invisible "
        "disagree dislike disappeared *less but miss missed "
        "missing wrong free deny denied empty gone rid forget "
        "forgot worry otherwise little few only too anything "
        "anyone rather ever away out yet"},
    {"fr",
        "sans ne n plus impossible incapable inconnu inutile peu "
        "manque manquer refuse refus\xc3\xa9 arr\xc3\xaate arr\xc3\xaater \xc3\xa9vite "
        "\xc3\xa9viter moins sauf faux fausse seulement sinon trop h\xc3\xa2te "
        "oublie d\xc3\xa9\xc3\xa7u"},
    {"es",
        "sin imposible incapaz desconocido in\xc3\xbatil apenas poco "
        "falta dejar deja dej\xc3\xb3 evitar menos mal salvo neg\xc3\xb3 "
        "rechaz\xc3\xb3 fracas\xc3\xb3 solo s\xc3\xb3lo sino hasta demasiado fuera "
        "olvides"},
    {"pt",
        "sem imposs\xc3\xadvel incapaz desconhecido in\xc3\xbatil pouco falta "
        "parar pare evitar menos mal exceto s\xc3\xb3 apenas sen\xc3\xa3o at\xc3\xa9 "
        "demais fora"},
    {"it", "senza impossibile incapace sconosciuto inutile poco "
           "manca smettere smetti evitare meno mica tranne solo "
           "soltanto finch\xc3\xa9 troppo"},
    {"ca", "sense impossible incapa\xc3\xa7 desconegut in\xc3\xbatil poc falta "
           "deixar deixa evitar menys mal nom\xc3\xa9s sin\xc3\xb3 fins massa"},
    {"gl", "sen imposible incapaz desco\xc3\xb1"
           "ecido pouco falta deixar "
           "evitar menos mal s\xc3\xb3 ata"},
    {"de", "ohne unm\xc3\xb6glich unbekannt ungern unfair ungew\xc3\xb6hnlich "
           "ungl\xc3\xbc"
           "cklich unn\xc3\xb6tig unwichtig unrecht kaum wenig wenige "
           "*los au\xc3\x9f"
           "er bis sonst statt fehlt fehlen aufh\xc3\xb6ren h\xc3\xb6r "
           "verweigert weigert nur weg falsch leer verboten zu noch"},
    {"nl", "zonder onmogelijk onbekend nauwelijks weinig *loos "
           "behalve tot anders stop alleen maar nog weg te"},
};

/* What answers, and is no other negation as Spanish "no" is. */
static const struct word_list answers[] = {
    {"en", "no nope nah"},
    {"fr", "non nan"},
    {"it", "no macch\xc3\xa9"},
    {"de", "nein n\xc3\xb6 nee"},
    {"nl", "nee neen"},
};

enum { LANGUAGES = sizeof(strong) / sizeof(strong[0]) };
_Static_assert(LANGUAGES == sizeof(weak) / sizeof(weak[0]),
    "each language has strong and weak negators");

bool
negation_knows(struct span lang)
{
    return words_of(strong, LANGUAGES, lang) != NULL;
}

/* Negators that are nouns behind some words: "25 euros par personne", "à deux
 * pas". */
static const struct {
    const char *noun, *behind;
} french_nouns[] = {
    {"personne",
        "par une la cette chaque quelle autre m\xc3\xaame seule premi\xc3\xa8re "
        "grande jeune vieille belle bonne ma sa ta"},
    {"pas", "premier deux trois quelques chaque"},
};

/* Expressions that one language says with a negation and another without: "I don't
 * care" is "das ist mir egal".  Each stands for a weak negator, and the strong
 * ones in it do not count.  Between "|", without apostrophes: a space stands for
 * one, but in English. */
static const struct word_list idioms[] = {
    {"en", "dont care|do not care|doesnt care|didnt care|doesnt matter|"
           "does not matter|didnt matter|no matter|youre welcome|"
           "you are welcome|its ok|its okay|its fine|"
           "thats ok|thats okay|thats fine|not bad|why not|"
           "how about|what about|wont stop|wouldnt stop|doesnt stop|"
           "dont stop|didnt stop|cant wait|can not wait|"
           "remember to|always remember|fair enough|whatever|"
           "its been a while|its been ages|not expensive|not far|no wonder"},
    {"fr", "pas mal|pas cher|pas ch\xc3\xa8re|pas chers|pas ch\xc3\xa8res|"
           "pourquoi pas|un pas|des pas|oublie pas|oubliez pas|oublier pas|"
           "oublions pas|pas de quoi|de rien|pas faux|pas grave|pas loin|"
           "arr\xc3\xaate pas|arr\xc3\xaates pas|arr\xc3\xaatent pas|"
           "arr\xc3\xaatez pas|arr\xc3\xaatait pas|m en fous|m en fiche|"
           "t en fous|s en fout|m est \xc3\xa9gal|est \xc3\xa9gal|"
           "peu importe|n importe|vivement|"
           "pas la peine|est ce pas"},
    {"es", "no importa|no me importa|no pasa nada|no hay de qu\xc3\xa9|"
           "de nada|no olvides|no te olvides|no olviden|no olvid\xc3\xa9is|"
           "por qu\xc3\xa9 no|da igual|da lo mismo|no para de|no paran de|"
           "no deja de|no dejan de|no hace falta|nada m\xc3\xa1s|"
           "no est\xc3\xa1 mal|no es caro|qu\xc3\xa9 tal si"},
    {"pt", "n\xc3\xa3o importa|n\xc3\xa3o me importa|n\xc3\xa3o faz mal|"
           "de nada|n\xc3\xa3o h\xc3\xa1 de qu\xc3\xaa|"
           "n\xc3\xa3o tem de qu\xc3\xaa|por que n\xc3\xa3o|"
           "porque n\xc3\xa3o|n\xc3\xa3o se esque\xc3\xa7"
           "a|n\xc3\xa3o esque\xc3\xa7"
           "a|n\xc3\xa3o te esque\xc3\xa7"
           "as|tanto faz|n\xc3\xa3o para de|"
           "n\xc3\xa3o p\xc3\xa1ra de|n\xc3\xa3o vejo a hora"},
    {"it", "non importa|non mi importa|non fa niente|non fa nulla|"
           "non c \xc3\xa8 di che|di niente|di nulla|perch\xc3\xa9 non|"
           "non dimenticare|non dimenticarti|non dimenticate|niente male|"
           "fa lo stesso|non smette di|non smettono di|non vedo l ora"},
    {"ca", "de res|no importa|m \xc3\xa9s igual|per qu\xc3\xa8 no|"
           "no passa res"},
    {"gl", "de nada|non importa|d\xc3\xa1 igual|por que non|non pasa nada"},
    {"de", "keine ursache|nichts zu danken|keine rolle|nicht wichtig|"
           "vergiss nicht|vergesst nicht|vergessen sie nicht|warum nicht|"
           "wieso nicht|egal|nicht schlecht|nicht teuer|nicht weit|"
           "macht nichts|schnuppe|nicht schlimm|nicht auf zu|nicht wahr|"
           "wie w\xc3\xa4re es|wie w\xc3\xa4rs|wie w\xc3\xa4r s"},
    {"nl", "geen dank|niks te danken|maakt niet uit|maakt niets uit|"
           "vergeet niet|waarom niet|niet slecht|niet erg|niet duur|"
           "maakt mij niet uit"},
};

/* The words, each with a space around it, apostrophes as the idioms have
 * them. */
static void
spaced(struct span text, struct span lang, struct folded_words *ret)
{
    bool joined = span_eqz(lang, "en");
    struct folded_words words;

    words_fold(text, &words);
    ret->p[0] = ' ';
    ret->len = 1;
    for (size_t i = 0; i < words.len && ret->len < sizeof(ret->p); i++) {
        if (words.p[i] != '\'')
            ret->p[ret->len++] = words.p[i];
        else if (!joined)
            ret->p[ret->len++] = ' ';
    }
}

/* How often the words stand in the text, one behind another. */
static size_t
times_said(const struct folded_words *text, struct span idiom)
{
    const char *at = text->p, *end = text->p + text->len;
    size_t n = 0;

    while ((at = memmem(at, (size_t)(end - at), idiom.p, idiom.len))) {
        n += at[-1] == ' ' && at + idiom.len < end && at[idiom.len] == ' ';
        at += idiom.len;
    }
    return n;
}

/* Take an idiom with its negators out of what was counted. */
static void
without_idioms(struct span text, struct span lang, struct negation *count)
{
    const char *list =
        words_of(idioms, sizeof(idioms) / sizeof(idioms[0]), lang);
    struct span rest = list ? span_of(list) : (struct span){NULL, 0};
    struct folded_words words;

    if (list)
        spaced(text, lang, &words);
    while (rest.len) {
        struct span idiom = span_cut(&rest, '|');
        size_t said = times_said(&words, idiom);
        size_t negators =
            words_count(idiom, words_of(strong, LANGUAGES, lang)) * said;

        count->strong -= negators < count->strong ? negators : count->strong;
        count->weak += said;
    }
}

/* How many negators of the text are none, but nouns. */
static size_t
nouns_in(struct span text, struct span lang)
{
    struct folded_words words;
    struct span rest, before = {NULL, 0}, word;
    size_t n = 0;

    if (!span_eqz(lang, "fr"))
        return 0;
    words_fold(text, &words);
    rest = (struct span){words.p, words.len};
    while (rest.len) {
        word = span_cut(&rest, ' ');
        for (size_t i = 0; i < sizeof(french_nouns) / sizeof(french_nouns[0]);
             i++)
            n += before.len && span_eqz(word, french_nouns[i].noun) &&
                 words_count(before, french_nouns[i].behind) > 0;
        before = word;
    }
    return n;
}

/* Word by word. */
static struct negation
count_words(struct span text, struct span lang)
{
    size_t negators = words_count(text, words_of(strong, LANGUAGES, lang));
    size_t not_so = negators ? nouns_in(text, lang) : 0;

    return (struct negation){
        .strong = negators > not_so ? negators - not_so : 0,
        .weak = words_count(text, words_of(weak, LANGUAGES, lang)),
    };
}

struct negation
negation_count(struct span text, struct span lang)
{
    struct negation count = count_words(text, lang);

    without_idioms(text, lang, &count);
    return count;
}

/* Is there an answer, and it negated once more? "I didn't say no." */
static bool
denies_answer(struct span text, struct span lang, size_t strong_there)
{
    const char *list =
        words_of(answers, sizeof(answers) / sizeof(answers[0]), lang);
    size_t said = words_count(text, list);

    return strong_there > 1 && said > 0 && said < strong_there;
}

bool
negation_differs(struct span source, struct span translation,
    struct span source_lang, struct span target_lang)
{
    struct negation s = negation_count(source, source_lang);
    struct negation t = negation_count(translation, target_lang);

    if (!negation_knows(source_lang) || !negation_knows(target_lang))
        return false;
    if (s.strong == 1 && s.weak == 0 &&
        denies_answer(translation, target_lang, t.strong))
        return true;
    if (t.strong == 1 && t.weak == 0 &&
        denies_answer(source, source_lang, s.strong))
        return true;
    return (s.strong > 0 && t.strong + t.weak == 0) ||
           (t.strong > 0 && s.strong + s.weak == 0);
}

enum {
    NEGATION_NEAR = 3, /* words in front of a negation that begins a sentence */
    NEGATION_NEAR_DE = 5, /* "sag ihr das bitte nicht" */
};

/* How many words but "please" stand in front of the first negator; *plain: it is
 * a strong one. */
static size_t
words_before(struct span text, struct span lang, bool *plain)
{
    size_t n = 0;

    *plain = false;
    for (struct span rest = text; rest.p;) {
        struct span word = span_cut(&rest, ' ');
        struct negation found = count_words(word, lang);

        *plain = found.strong > 0;
        if (found.strong + found.weak > 0)
            break;
        n += word.len > 0 && words_count(word, "please bitte") == 0;
    }
    return n;
}

/* "Bitte ihn, nicht zu gehen": what is denied is not the asking. */
static bool
denies_infinitive(struct span text, struct span lang)
{
    struct span rest = text;

    if (!span_eqz(lang, "de"))
        return false;
    span_cut(&rest, ',');
    rest = span_trim(rest);
    return count_words(span_cut(&rest, ' '), lang).strong > 0 &&
           words_count(rest, "zu") > 0;
}

bool
negation_moved(struct span source, struct span translation,
    struct span source_lang, struct span target_lang)
{
    size_t near =
        span_eqz(source_lang, "de") ? NEGATION_NEAR_DE : NEGATION_NEAR;
    bool denies, said;

    if (!negation_knows(source_lang) || !negation_knows(target_lang))
        return false;
    return words_before(translation, target_lang, &denies) == 0 && denies &&
           ((words_before(source, source_lang, &said) >= near && said) ||
               denies_infinitive(source, source_lang));
}
