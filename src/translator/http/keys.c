/* SPDX-License-Identifier: ISC */
#include "translator/http/keys.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { MINUTE_S = 60 };

struct keys {
    size_t n;
    struct key *list; /* [KEYS_MAX] */
};

/* The next word of the line, which moves on; empty at its end. */
static struct span
word(struct span *line)
{
    struct span w;

    while (line->len && (line->p[0] == ' ' || line->p[0] == '\t')) {
        line->p++;
        line->len--;
    }
    w = (struct span){line->p, 0};
    while (w.len < line->len && w.p[w.len] != ' ' && w.p[w.len] != '\t')
        w.len++;
    line->p += w.len;
    line->len -= w.len;
    return w;
}

static bool
read_hash(struct span hex, unsigned char hash[KEY_HASH_BYTES])
{
    size_t len = 0;

    return hex.len == 2 * KEY_HASH_BYTES &&
           sodium_hex2bin(
               hash, KEY_HASH_BYTES, hex.p, hex.len, NULL, &len, NULL) == 0 &&
           len == KEY_HASH_BYTES;
}

static const char *
read_key(struct span line, struct key *k)
{
    struct span name = word(&line);

    if (name.len > KEY_NAME_LEN_MAX)
        return "the name is too long";
    memcpy(k->name, name.p, name.len);
    if (!read_hash(word(&line), k->hash))
        return "the hash is not 64 hexadecimal digits";
    if (!span_int(word(&line), 0, KEYS_LIMIT_MAX, &k->per_minute) ||
        !span_int(word(&line), 0, KEYS_LIMIT_MAX, &k->per_day) ||
        !span_int(word(&line), 0, KEYS_LIMIT_MAX, &k->chars_per_day))
        return "three numbers must follow the hash";
    if (span_trim(line).len)
        return "there is more than three numbers";
    return NULL;
}

static bool
is_known(const struct keys *k, const struct key *key)
{
    for (size_t i = 0; i < k->n; i++)
        if (strcmp(k->list[i].name, key->name) == 0 ||
            memcmp(k->list[i].hash, key->hash, KEY_HASH_BYTES) == 0)
            return true;
    return false;
}

static const char *
add_line(struct keys *k, struct span line)
{
    struct key key = {0};
    const char *why;

    if (line.len == 0 || line.p[0] == '#')
        return NULL;
    why = read_key(line, &key);
    if (!why && k->n == KEYS_MAX)
        why = "there are too many keys";
    if (!why && is_known(k, &key))
        why = "its name or hash is there twice";
    if (!why)
        k->list[k->n++] = key;
    return why;
}

struct keys *
keys_read(struct span text, struct err *err)
{
    struct keys *k = xcalloc(1, sizeof(*k));
    const char *why = NULL;
    int line = 0;

    k->list = xcalloc(KEYS_MAX, sizeof(*k->list));
    for (; text.p && !why; line++)
        why = add_line(k, span_trim(span_cut(&text, '\n')));
    if (!why)
        return k;
    err_set(err, FAIL_BAD_INPUT, "API keys, line %d: %s", line, why);
    keys_free(k);
    return NULL;
}

struct keys *
keys_load(const char *path, struct err *err)
{
    FILE *f = fopen(path, "re");
    struct keys *k = NULL;
    char *text;
    size_t len;

    if (!f) {
        err_set(err, FAIL_SYSTEM, "API keys: cannot open %s: %m", path);
        return NULL;
    }
    text = xmalloc(KEYS_FILE_BYTES_MAX + 1);
    len = fread(text, 1, KEYS_FILE_BYTES_MAX + 1, f);
    if (ferror(f))
        err_set(err, FAIL_SYSTEM, "API keys: cannot read %s", path);
    else if (len > KEYS_FILE_BYTES_MAX)
        err_set(err, FAIL_TOO_LARGE, "API keys: %s exceeds %d bytes", path,
            KEYS_FILE_BYTES_MAX);
    else
        k = keys_read((struct span){text, len}, err);
    fclose(f);
    free(text);
    return k;
}

void
keys_free(struct keys *k)
{
    if (!k)
        return;
    free(k->list);
    free(k);
}

size_t
keys_len(const struct keys *k)
{
    return k->n;
}

struct key *
keys_at(const struct keys *k, size_t i)
{
    return &k->list[i];
}

struct key *
keys_find(struct keys *k, struct span secret)
{
    unsigned char hash[KEY_HASH_BYTES];
    struct key *found = NULL;

    crypto_generichash(hash, sizeof(hash),
        (const unsigned char *)(secret.p ? secret.p : ""), secret.len, NULL, 0);
    for (size_t i = 0; i < k->n; i++)
        if (sodium_memcmp(hash, k->list[i].hash, KEY_HASH_BYTES) == 0)
            found = &k->list[i];
    return found;
}

void
keys_carry(struct keys *k, const struct keys *from)
{
    for (size_t i = 0; i < k->n; i++)
        for (size_t j = 0; j < from->n; j++)
            if (strcmp(k->list[i].name, from->list[j].name) == 0) {
                k->list[i].minute = from->list[j].minute;
                k->list[i].day = from->list[j].day;
                k->list[i].requests = from->list[j].requests;
                k->list[i].chars = from->list[j].chars;
            }
}

static bool
exceeds(long long used, size_t more, long long limit)
{
    return limit > 0 && used + (long long)more > limit;
}

bool
key_use(struct key *key, size_t requests, size_t chars, int64_t now_us,
    int64_t wall_ms, struct err *err)
{
    struct limit minute = {
        (double)key->per_minute / MINUTE_S, (double)key->per_minute};

    if (key->day != wall_ms / KEYS_DAY_MS) {
        key->day = wall_ms / KEYS_DAY_MS;
        key->requests = key->chars = 0;
    }
    if (exceeds(key->requests, requests, key->per_day))
        return err_set(err, FAIL_FORBIDDEN,
            "quota: %lld requests per day are used up", key->per_day);
    if (exceeds(key->chars, chars, key->chars_per_day))
        return err_set(err, FAIL_FORBIDDEN,
            "quota: %lld characters per day are used up", key->chars_per_day);
    if (key->per_minute > 0 &&
        !bucket_take_n(&key->minute, minute, (double)requests, now_us))
        return err_set(err, FAIL_RATE,
            "Slow down: %lld requests per minute are allowed", key->per_minute);
    key->requests += (long long)requests;
    key->chars += (long long)chars;
    return true;
}
