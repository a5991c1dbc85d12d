/* SPDX-License-Identifier: ISC */
#include "text/tag.h"

#include <string.h>

#include "text/words.h"

/* Folded as words.h does it, each between bars. */
static const struct word_list whole[] = {
    {"en", "|right|huh|eh|no|yes|yeah|yep|ok|okay|true|correct|innit|really"
           "|is that right|isn't that right|isn't that so|am i right|got it"
           "|you know|see|understood|deal|agreed|hm|hmm|alright|"},
    {"fr",
        "|n'est ce pas|hein|non|oui|pas vrai|si|ok|d'accord|vrai|c'est ça|c'est vrai|c'est bien ça|compris|tu vois|vous voyez|tu sais|vous savez|d'ac|voilà|ou pas|ou non|est ce pas|"},
    {"es", "|verdad|no|sí|si|vale|cierto|no es verdad|no es cierto|no es "
           "así|no crees|de acuerdo|ok|eh|correcto|entiendes|sabes|ves|"
           "entendido|"},
    {"de",
        "|oder|nicht wahr|nicht|ne|gell|ja|nein|ok|okay|stimmt's|stimmt|richtig"
        "|stimmt das|klar|was|weißt du|verstanden|einverstanden|ist es das|"},
    {"it", "|vero|giusto|no|sì|si|ok|eh|non è vero|non è così|va "
           "bene|d'accord|d'accordo|capito|sai|nevvero|"},
    {"pt", "|certo|né|não|sim|ok|não é|não é verdade"
           "|verdade|tá|está bem|tá bom|viu|sabe|entendeu|"},
};

/* "are you?", "didn't he?": a verb and a pronoun. */
static const char english_verbs[] =
    "is isn't are aren't was wasn't were weren't do don't does doesn't did "
    "didn't have haven't has hasn't had hadn't will won't would wouldn't can "
    "can't could couldn't should shouldn't am ain't shall shan't must mustn't";
static const char english_pronouns[] = "i you he she it we they there";

/* The text behind the last comma; *found: there is one. */
static struct span
last_clause(struct span text, bool *found)
{
    size_t i = text.len;

    while (i > 0 && text.p[i - 1] != ',')
        i--;
    *found = i > 0;
    return (struct span){text.p + i, text.len - i};
}

static bool
is_english_tag(struct span words)
{
    struct span verb = span_cut(&words, ' ');
    struct span pronoun = words.p ? span_cut(&words, ' ') : words;

    return pronoun.len > 0 && words.len == 0 &&
           words_count(verb, english_verbs) > 0 &&
           words_count(pronoun, english_pronouns) > 0;
}

static bool
is_tag(struct span clause, struct span lang)
{
    const char *list = words_of(whole, sizeof(whole) / sizeof(whole[0]), lang);
    struct folded_words words;
    char key[64];

    if (!list)
        return false;
    words_fold(clause, &words);
    if (words.len < 2 || words.len + 2 > sizeof(key))
        return false;
    if (span_eqz(lang, "en") &&
        is_english_tag((struct span){words.p, words.len - 1}))
        return true;
    key[0] = '|';
    memcpy(key + 1, words.p, words.len - 1);
    key[words.len] = '|';
    key[words.len + 1] = '\0';
    return strstr(list, key) != NULL;
}

bool
tag_invented(struct span source, struct span translation,
    struct span source_lang, struct span target_lang)
{
    bool asks, asked;
    struct span tag = last_clause(translation, &asks);
    struct span clause = last_clause(source, &asked);

    return asks && asked && memchr(tag.p, '?', tag.len) &&
           memchr(clause.p, '?', clause.len) && is_tag(tag, target_lang) &&
           words_of(whole, sizeof(whole) / sizeof(whole[0]), source_lang) &&
           !is_tag(clause, source_lang);
}
