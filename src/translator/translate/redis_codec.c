/* SPDX-License-Identifier: ISC */
#include "translator/translate/redis_codec.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "wire/json.h"

enum { HASH_BYTES = 20 };

/* The number changes with the format of key or value. */
#define PREFIX "meeshy:translation:2:"

size_t
redis_name(struct span key, char ret[REDIS_NAME_BYTES])
{
    unsigned char hash[HASH_BYTES];
    size_t n = sizeof(PREFIX) - 1;

    _Static_assert(sizeof(PREFIX) + 2 * HASH_BYTES <= REDIS_NAME_BYTES, "");
    crypto_generichash(
        hash, sizeof(hash), (const unsigned char *)key.p, key.len, NULL, 0);
    memcpy(ret, PREFIX, n);
    sodium_bin2hex(ret + n, REDIS_NAME_BYTES - n, hash, sizeof(hash));
    return n + 2 * HASH_BYTES;
}

void
redis_format(struct buf *b, struct span key, const struct cached *v)
{
    buf_addc(b, '{');
    json_put_field(b, "key", key);
    json_add_field(b, "text", (struct span){v->text, v->len});
    json_add_field(b, "model", span_of(v->model));
    buf_addf(b, ",\"confidence\":%.4f,", v->trust.confidence);
    json_put_field(b, "quality", span_of(quality_name(v->trust.quality)));
    json_add_field(b, "doubt", span_of(v->trust.doubt));
    buf_addc(b, '}');
}

struct cached *
redis_parse(struct span value, struct span key)
{
    struct cached *v = NULL;
    struct span text, model;
    struct trust trust = {0};
    char *name;
    json_t *obj;

    if (value.len > REDIS_VALUE_BYTES_MAX || !(obj = json_read(value, NULL)))
        return NULL;
    text = json_get_str(obj, "text");
    model = json_get_str(obj, "model");
    if (text.p && model.p && span_eq(json_get_str(obj, "key"), key) &&
        json_get_num(obj, "confidence", &trust.confidence) &&
        trust.confidence >= 0 && trust.confidence <= 1) {
        trust.quality = quality_find(json_get_str(obj, "quality"));
        snprintf(trust.doubt, sizeof(trust.doubt), "%.*s",
            SPAN_ARG(json_get_str(obj, "doubt")));
        name = span_dup(model);
        v = cached_new(text, name, &trust);
        free(name);
    }
    json_decref(obj);
    return v;
}
