/* SPDX-License-Identifier: ISC */
#ifndef TEXT_NORMAL_CLAUSE_H
#define TEXT_NORMAL_CLAUSE_H

#include <stdbool.h>
#include <stddef.h>

#include "text/normal_parts.h"

/*
 * A French sentence word by word, for normal_ne.c: "j'ai" is two atoms, and of
 * each is known whether it can be a verb.
 */
struct atom {
    struct span text; /* a word, or its elided part with the apostrophe */
    size_t at;
    bool elided;
    bool starts; /* a clause */
    const char *before; /* what is put before it */
    const char *instead;
};

struct clause {
    struct span text;
    struct atom *list; /* owned */
    size_t n;
};

void clause_read(struct clause *c, const struct sentence *s);

/* The empty span behind the last. */
struct span clause_word(const struct clause *c, size_t i);
/* Is atom i among these words, each between spaces? */
bool clause_has(const struct clause *c, size_t i, const char *words);

/* Can it be negated, by the list of words; and by what stands around it? */
bool clause_knows_verb(const struct clause *c, size_t i);
bool clause_is_verb(const struct clause *c, size_t i);

bool clause_french_ends(struct span word, const char *ending);
bool clause_french_infinitive(struct span word);
bool clause_french_participle(struct span word);
bool clause_french_vowel_first(struct span word);

/* Words, each between spaces. */
extern const char french_pronouns[];
extern const char french_determiners[]; /* and what else no verb follows */
extern const char french_adverbs[];

#endif
