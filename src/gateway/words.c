/* SPDX-License-Identifier: ISC */
#include "gateway/words.h"

#include <jansson.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

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
