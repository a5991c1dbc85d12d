/* SPDX-License-Identifier: ISC */
#include "text/stress.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "text/normal_parts.h"
#include "text/uni.h"

enum { STRESS_WORDS_MAX = 4, LANGUAGES = 6 };

static const char *const languages[LANGUAGES] = {
    "en", "fr", "es", "de", "it", "pt"};

/* One meaning a row, each word between spaces. */
static const char *const words[][LANGUAGES] = {
    {" no ", " non ", " no ", " nein ", " no ", " não "},
    {" yes ", " oui ", " sí si ", " ja ", " sì ", " sim "},
    {" not ", " pas ", " no ", " nicht ", " non ", " não "},
    {" never ", " jamais ", " nunca ", " nie niemals ", " mai ",
        " nunca jamais "},
    {" nothing ", " rien ", " nada ", " nichts ", " niente ", " nada "},
    {" now ", " maintenant ", " ahora ya ", " jetzt ", " ora adesso ",
        " agora já "},
    {" always ", " toujours ", " siempre ", " immer ", " sempre ", " sempre "},
    {" all everything ", " tout toute tous toutes ", " todo toda todos todas ",
        " alles alle ", " tutto tutta tutti tutte ", " tudo todo todos todas "},
    {" me ", " moi me ", " mí me ", " mich mir ", " me mi ", " mim me "},
    {" you ", " toi tu vous ", " tú ti usted ", " du dich dir ", " tu te ",
        " você tu ti "},
    {" please ", " plaît ", " favor ", " bitte ", " favore ", " favor "},
    {" very so ", " très tellement si ", " muy tan ", " sehr so ",
        " molto così ", " muito tão "},
    {" really ", " vraiment ", " realmente ", " wirklich ", " davvero ",
        " realmente "},
    {" stop ", " arrête arrêtez stop ", " para basta ", " hör stopp ",
        " smettila basta ", " para pare "},
    {" today ", " aujourd'hui ", " hoy ", " heute ", " oggi ", " hoje "},
    {" tomorrow ", " demain ", " mañana ", " morgen ", " domani ", " amanhã "},
};

static size_t
column_of(struct span lang)
{
    size_t i = 0;

    while (i < LANGUAGES && !span_eqz(lang, languages[i]))
        i++;
    return i;
}

/* What the word may be in another language, or NULL. */
static const char *
known(struct span word, size_t from, size_t to)
{
    for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
        if (word_among(word, words[k][from]))
            return words[k][to];
    }
    return NULL;
}

/* The words stressed in the sentence, as the other language may have them; none
 * when all of it is shouted. */
static size_t
stressed(struct span source, struct span lang, size_t from, size_t to,
    const char *ret[STRESS_WORDS_MAX])
{
    struct sentence s;
    size_t n = 0;
    bool small = false;

    sentence_read(&s, source, lang);
    for (size_t i = 0; i < s.n; i++) {
        struct span word = sentence_word(&s, i);
        enum letters letters = word_letters(word);

        small |= letters == LETTERS_SMALL;
        if (letters == LETTERS_CAPITAL && n < STRESS_WORDS_MAX &&
            (ret[n] = known(word, from, to)))
            n++;
    }
    sentence_fini(&s);
    return small ? n : 0;
}

void
stress_restore(struct span source, struct span translation,
    struct span source_lang, struct span target_lang, struct buf *out)
{
    const char *list[STRESS_WORDS_MAX];
    size_t from = column_of(source_lang), to = column_of(target_lang), n = 0;
    struct sentence t;

    if (from < LANGUAGES && to < LANGUAGES)
        n = stressed(source, source_lang, from, to, list);
    if (n == 0) {
        buf_adds(out, translation);
        return;
    }
    sentence_read(&t, translation, target_lang);
    for (size_t i = 0; i < t.n; i++) {
        struct span word = sentence_word(&t, i);
        size_t k = 0;

        while (k < n && !word_among(word, list[k]))
            k++;
        buf_adds(out, sentence_gap(&t, i));
        if (k < n)
            sentence_add_capitals(out, word, target_lang);
        else
            buf_adds(out, word);
    }
    buf_adds(out, sentence_gap(&t, t.n));
    sentence_fini(&t);
}
