/* SPDX-License-Identifier: ISC */
#include "gateway/words.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"
#include "wire/task.h"

enum { HASH_BYTES = 8, VERSION_BYTES = 128 };

static struct span
version_of(const char *bytes, size_t len, char out[VERSION_BYTES])
{
    unsigned char hash[crypto_generichash_BYTES_MIN];

    crypto_generichash(
        hash, sizeof(hash), (const unsigned char *)bytes, len, NULL, 0);
    out[0] = 'w';
    sodium_bin2hex(out + 1, VERSION_BYTES - 1, hash, HASH_BYTES);
    return span_of(out);
}

const struct glossary *
words_load(const char *path, struct err *err)
{
    char version[VERSION_BYTES];
    const struct glossary *g;
    json_error_t why;
    json_t *obj;
    char *text;

    obj = json_load_file(
        *path ? path : "/dev/null", JSON_REJECT_DUPLICATES, &why);
    if (!*path)
        obj = json_pack("{s:[]}", "terms");
    if (!obj) {
        err_set(err, FAIL_BAD_INPUT, "glossary %s line %d: %s", path, why.line,
            why.text);
        return NULL;
    }
    text = json_dumps(obj, JSON_COMPACT | JSON_SORT_KEYS);
    g = glossary_read(obj, version_of(text, strlen(text), version), err);
    free(text);
    json_decref(obj);
    return g;
}

static bool
has(struct span s, const char *what)
{
    return memmem(s.p, s.len, what, strlen(what)) != NULL;
}

/* "*word", "#word", "@word" */
static bool
has_marked_word(struct span s)
{
    for (size_t i = 0; i + 1 < s.len; i++) {
        unsigned char after = (unsigned char)s.p[i + 1];
        bool begins = i == 0 || s.p[i - 1] == ' ' || s.p[i - 1] == '(';

        if (begins && strchr("*#@", s.p[i]) &&
            ((after | 0x20) >= 'a' || after >= 0x80))
            return true;
    }
    return false;
}

static bool
has_private(struct span s)
{
    while (s.len) {
        uint32_t c = utf8_take(&s);
        if ((c >= 0xe000 && c <= 0xf8ff) || c >= 0xf0000)
            return true;
    }
    return false;
}

static bool
looks_unknown(struct span text, struct span term)
{
    static const char *const marks[] = {"<unk>", "</s>", "[[", "^$",
        "\xe2\x81\x87", "\xe2\x96\x81", "\xef\xbf\xbd"};

    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
        if (has(text, marks[i]) && !has(term, marks[i]))
            return true;
    return (has_marked_word(text) && !has_marked_word(term)) ||
           (has_private(text) && !has_private(term));
}

static bool
check_marks(const struct glossary *g, struct err *err)
{
    for (size_t i = 0; i < g->n_terms; i++) {
        const struct glossary_term *t = &g->terms[i];
        for (size_t k = 0; k < t->n_translations; k++)
            if (looks_unknown(
                    span_of(t->translations[k].text), span_of(t->term)))
                return err_set(err, FAIL_BAD_INPUT,
                    "the %s of term %zu looks like an engine's mark of an "
                    "unknown word",
                    t->translations[k].language, i + 1);
    }
    return true;
}

bool
words_check(const struct glossary *workspace, const struct glossary *own,
    struct err *err)
{
    struct glossary *both = glossary_merge(workspace, own, SPAN("sum"));
    size_t bytes = strlen(both->json);

    glossary_unref(both);
    if (!check_marks(own, err))
        return false;
    return bytes <= TASK_GLOSSARY_BYTES_MAX ||
           err_set(err, FAIL_TOO_LARGE,
               "the glossary, with the terms of all rooms, has %zu bytes; a "
               "task has room for %d",
               bytes, TASK_GLOSSARY_BYTES_MAX);
}

bool
words_set_room(const struct glossary *workspace, struct room *room,
    int64_t version, struct span json, struct err *err)
{
    char name[GLOSSARY_VERSION_LEN_MAX + 1];
    json_t *obj = json_read(json, err);
    struct glossary *own;

    snprintf(name, sizeof(name), "%s:%lld", room->id, (long long)version);
    own = obj ? glossary_read(obj, span_of(name), err) : NULL;
    json_decref(obj);
    if (!own)
        return false;
    glossary_unref(room->own_words);
    glossary_unref(room->words);
    room->own_words = own;
    snprintf(name, sizeof(name), "%s.%s", workspace->version, own->version);
    room->words = glossary_merge(workspace, own, span_of(name));
    return true;
}
