/* SPDX-License-Identifier: ISC */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "nn/tool/synth_impl.h"
#include "nn/tool/synth_train.h"

enum { LINES_MAX = 200000, OWN_LINES = 3000, OPTIONS_MAX = 400 };

static const char *const who[] = {"The old teacher", "My little sister",
    "Nobody", "Everybody here", "A friend of mine", "The whole family",
    "Your neighbour", "The girl with the red umbrella", "Our new colleague",
    "The musician", "A tired sailor", "The young doctor", "Someone", "Anna",
    "Peter and Maria", "The committee", "Le professeur", "Ma voisine",
    "Der Lehrer", "El muchacho"};
static const char *const does[] = {"is waiting for", "has forgotten",
    "wants to buy", "cannot find", "was looking at", "never liked",
    "talks about", "will repair", "remembered", "paints", "is afraid of",
    "wrote a letter about", "dreams of", "laughed at", "sold", "mange",
    "regarde", "sucht", "quiere", "brought back"};
static const char *const what[] = {"the green bicycle", "a broken window",
    "some fresh bread", "the last train", "his grandmother's clock",
    "an expensive camera", "three black cats", "the weather", "a cup of coffee",
    "the answer", "yesterday's newspaper", "their beautiful garden",
    "a strange dream", "the key to the cellar", "twelve blue chairs",
    "une petite maison", "les oiseaux", "das gelbe Buch", "la ventana",
    "nothing at all"};
static const char *const when[] = {"today", "in the morning",
    "after the concert", "before it rains", "on Monday", "every evening",
    "in the mountains", "without a word", "near the river", "at half past six",
    "once again", "for the first time", "demain", "heute", "siempre", "in 1984",
    "since January", "as usual", "at the station", "again and again"};

enum { WORDS = sizeof(who) / sizeof(who[0]) };

enum { NAMES = 1200, SYLLABLES_MAX = 4, NAME_BYTES = 2 * SYLLABLES_MAX + 1 };

/* The n-th of the words that mean nothing: they make a vocabulary large. */
static void
name(uint64_t n, char *ret)
{
    static const char consonant[] = "bdfgklmnprstvz", vowel[] = "aeiou";
    struct synth_random r = {n % NAMES};
    size_t len = 2 * (2 + synth_next(&r) % (SYLLABLES_MAX - 1));

    for (size_t i = 0; i < len; i += 2) {
        ret[i] = consonant[synth_next(&r) % (sizeof(consonant) - 1)];
        ret[i + 1] = vowel[synth_next(&r) % (sizeof(vowel) - 1)];
    }
    ret[len] = '\0';
}

/* Sentences put together from the lists above. */
static char **
own_lines(size_t *ret_n)
{
    static const char end[] = ".!?.";
    char **lines = xcalloc(OWN_LINES, sizeof(*lines));
    struct synth_random r = {1};

    for (size_t i = 0; i < OWN_LINES; i++) {
        char line[200], a[NAME_BYTES], b[NAME_BYTES];
        uint64_t v = synth_next(&r);
        name(synth_next(&r), a);
        name(synth_next(&r), b);
        snprintf(line, sizeof(line), "%s %s %s %s %s %s%c", who[v % WORDS], a,
            does[(v >> 16) % WORDS], what[(v >> 32) % WORDS], b,
            when[(v >> 48) % WORDS], end[i % 4]);
        lines[i] = xstrdup(line);
    }
    *ret_n = OWN_LINES;
    return lines;
}

static char **
read_lines(const char *path, size_t *ret_n, struct err *err)
{
    FILE *f = fopen(path, "re");
    char **lines, *line = NULL;
    size_t cap = 0;
    ssize_t len;

    if (!f) {
        err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
        return NULL;
    }
    lines = xcalloc(LINES_MAX, sizeof(*lines));
    *ret_n = 0;
    while (*ret_n < LINES_MAX && (len = getline(&line, &cap, f)) > 0) {
        if (line[len - 1] == '\n')
            line[len - 1] = '\0';
        lines[(*ret_n)++] = xstrdup(line);
    }
    free(line);
    fclose(f);
    return lines;
}

struct output {
    const char *path;
    bool ok;
};

static void
on_model(void *user, const char *p, size_t n)
{
    struct output *out = user;
    FILE *f = fopen(out->path, "we");

    if (!f)
        return;
    out->ok = fwrite(p, 1, n, f) == n;
    out->ok = fclose(f) == 0 && out->ok;
}

bool
synth_vocab(const char *path, const struct synth_vocab *spec, const char *text,
    struct err *err)
{
    struct output out = {path, false};
    char options[OPTIONS_MAX], why[SYNTH_WHY_MAX], **lines;
    size_t n = 0;
    bool trained;

    lines = text ? read_lines(text, &n, err) : own_lines(&n);
    if (!lines)
        return false;
    snprintf(options, sizeof(options),
        "--vocab_size=%u --model_type=%s --byte_fallback=%s --bos_id=-1 "
        "--eos_id=0 --unk_id=1 --character_coverage=1.0 --num_threads=1 "
        "--minloglevel=2 --normalization_rule_name=%s",
        spec->size, spec->bpe ? "bpe" : "unigram",
        spec->byte_fallback ? "true" : "false",
        spec->normaliser ? spec->normaliser : "nmt_nfkc");
    trained = synth_train(options, lines, n, on_model, &out, why);
    for (size_t i = 0; i < n; i++)
        free(lines[i]);
    free(lines);
    if (!trained)
        return err_set(err, FAIL_BAD_INPUT, "SentencePiece: %s", why);
    return out.ok || err_set(err, FAIL_SYSTEM, "write %s: %m", path);
}
