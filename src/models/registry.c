/* SPDX-License-Identifier: ISC */
#include "models/registry.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "wire/json.h"

#define MOZILLA_LICENCE "MPL-2.0"
#define MOZILLA "Mozilla, Firefox Translations"

/* The names of the files in both formats. */
struct role_row {
    const char *key, *old_key; /* NULL: not in that format */
};

static const struct role_row roles[MANIFEST_ROLES] = {
    [MANIFEST_MODEL] = {"model", "model"},
    [MANIFEST_VOCAB] = {"vocab", "vocab"},
    [MANIFEST_SRCVOCAB] = {"srcVocab", "srcvocab"},
    [MANIFEST_TRGVOCAB] = {"trgVocab", "trgvocab"},
    [MANIFEST_LEX] = {"lexicalShortlist", "lex"},
};

/* ---- URLs and paths ---- */

static bool
is_plain(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           (c >= '0' && c <= '9');
}

/* One part of a path: nothing hidden, nothing that climbs. */
static bool
part_valid(struct span s)
{
    if (s.len == 0 || s.p[0] == '.')
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_plain(s.p[i]) && !memchr("._+~-", s.p[i], 5))
            return false;
    return true;
}

static bool
path_valid(struct span s)
{
    if (s.len == 0 || s.len > REGISTRY_PATH_LEN_MAX)
        return false;
    while (s.p)
        if (!part_valid(span_cut(&s, '/')))
            return false;
    return true;
}

static bool
host_is_local(struct span host)
{
    struct span name = span_cut(&host, ':');

    return span_eqz(name, "127.0.0.1") || span_eqz(name, "localhost");
}

bool
registry_url_valid(struct span url)
{
    struct span host;

    if (url.len > REGISTRY_URL_LEN_MAX)
        return false;
    for (size_t i = 0; i < url.len; i++)
        if (url.p[i] <= ' ' || url.p[i] >= 127 || url.p[i] == '\\')
            return false;
    if (span_starts(url, SPAN("file:///")))
        return true;
    host = url;
    if (span_starts(url, SPAN("https://"))) {
        host.p += 8;
        host.len -= 8;
    } else if (span_starts(url, SPAN("http://"))) {
        host.p += 7;
        host.len -= 7;
    } else {
        return false;
    }
    host = span_cut(&host, '/');
    /* No names and passwords: they would be logged and shown. */
    if (host.len == 0 || memchr(host.p, '@', host.len))
        return false;
    return span_starts(url, SPAN("https://")) || host_is_local(host);
}

/* What stands before the last slash. */
static struct span
folder(struct span url)
{
    const char *slash = url.len ? memrchr(url.p, '/', url.len) : NULL;

    return slash ? (struct span){url.p, (size_t)(slash - url.p)} : url;
}

static bool
from_disk(struct span url)
{
    return span_starts(url, SPAN("file:"));
}

/* A registry from a network shall not make us read our own disk. */
static bool
set_base(struct registry *r, struct span said, struct span url, struct err *err)
{
    struct span base = said.p ? said : folder(url);

    if (!registry_url_valid(base) || (from_disk(base) && !from_disk(url)))
        return err_set(err, FAIL_BAD_INPUT,
            "the registry's baseUrl is none that we may use");
    while (base.len > 0 && base.p[base.len - 1] == '/')
        base.len--;
    r->base = span_dup(base);
    return true;
}

char *
registry_url(const struct registry *r, const struct registry_file *f)
{
    struct buf b = {0};

    buf_addf(&b, "%s/%s", r->base, f->path);
    return buf_take(&b);
}

/* ---- entries of both formats ---- */

static void
refuse(struct registry_entry *e, const char *what, const char *file)
{
    if (!e->why[0])
        snprintf(e->why, sizeof(e->why), "%s%s%s", what, file ? " of its " : "",
            file ? file : "");
}

/* Copy a line of text; nothing when it is missing. */
static bool
take(char *ret, size_t size, struct span s)
{
    if (s.len >= size)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127)
            return false;
    if (s.len)
        memcpy(ret, s.p, s.len);
    ret[s.len] = '\0';
    return true;
}

static void
read_size(const json_t *obj, const char *key, uint64_t *ret,
    struct registry_entry *e, const char *file)
{
    const json_t *v = json_object_get(obj, key);
    long long n = json_integer_value(v);

    if (!v || json_is_null(v))
        return;
    if (!json_is_integer(v) || n < 1 || (uint64_t)n > MANIFEST_FILE_MAX)
        refuse(e, "strange size", file);
    else
        *ret = (uint64_t)n;
}

static void
read_hash(const json_t *obj, const char *key, char *ret,
    struct registry_entry *e, const char *file)
{
    const json_t *v = json_object_get(obj, key);
    struct span s = json_get_str(obj, key);

    if (!v || json_is_null(v))
        return;
    if (!manifest_sha256_valid(s))
        refuse(e, "strange hash", file);
    else
        take(ret, MANIFEST_SHA256_BYTES, s);
}

static void
set_path(struct registry_file *f, struct span path, struct registry_entry *e,
    const char *file)
{
    if (path_valid(path))
        f->path = span_dup(path);
    else
        refuse(e, "strange path", file);
}

/* Which files there must be. */
static void
check_files(struct registry_entry *e)
{
    const struct registry_file *f = e->files;
    bool joint = f[MANIFEST_VOCAB].path;

    if (!f[MANIFEST_MODEL].path)
        refuse(e, "no model", NULL);
    else if (!f[MANIFEST_MODEL].bytes || !f[MANIFEST_MODEL].sha256[0])
        refuse(e, "no size and hash of its model", NULL);
    else if (joint == (bool)f[MANIFEST_SRCVOCAB].path ||
             joint == (bool)f[MANIFEST_TRGVOCAB].path)
        refuse(e, "no vocabulary, or too many", NULL);
}

/* A new entry at the end for that pair, NULL when these are no languages. */
static struct registry_entry *
add_entry(struct registry *r, struct span source, struct span target)
{
    struct registry_entry *e;

    if (!manifest_lang_valid(source) || !manifest_lang_valid(target) ||
        span_eq(source, target)) {
        r->n_strange++;
        return NULL;
    }
    if ((r->n_entries & (r->n_entries - 1)) == 0)
        r->entries = xrealloc(r->entries,
            (r->n_entries ? 2 * r->n_entries : 1) * sizeof(*r->entries));
    e = &r->entries[r->n_entries++];
    memset(e, 0, sizeof(*e));
    take(e->source, sizeof(e->source), source);
    take(e->target, sizeof(e->target), target);
    snprintf(e->name, sizeof(e->name), "%s-%s", e->source, e->target);
    return e;
}

static void
set_licence(struct registry_entry *e, const struct registry *r,
    const json_t *entry, const json_t *top)
{
    bool mozilla = strstr(r->base, "moz-fx-translations-data") ||
                   strstr(r->base, "mozilla/firefox-translations-models");
    struct span licence = json_get_str(entry, "license");
    struct span whose = json_get_str(entry, "attribution");

    licence = licence.p ? licence : json_get_str(top, "license");
    whose = whose.p ? whose : json_get_str(top, "attribution");
    if (!licence.p)
        licence = mozilla ? SPAN(MOZILLA_LICENCE) : SPAN("unknown");
    if (!whose.p && mozilla)
        whose = SPAN(MOZILLA);
    if (!take(e->licence, sizeof(e->licence), licence) || !licence.len ||
        !take(e->attribution, sizeof(e->attribution), whose))
        refuse(e, "strange licence or attribution", NULL);
}

/* The folder of the training run, as in models/en-fr/RUN/exported/model.bin;
 * else the model's hash. */
static void
set_version(struct registry_entry *e)
{
    const struct registry_file *f = &e->files[MANIFEST_MODEL];
    struct span up = f->path ? folder(span_of(f->path)) : (struct span){0};
    struct span above = folder(up), run;

    if (up.len > above.len &&
        span_eqz(
            (struct span){up.p + above.len, up.len - above.len}, "/exported")) {
        struct span rest = folder(above);
        run = (struct span){above.p + rest.len, above.len - rest.len};
        if (run.len > 1 && run.p[0] == '/' &&
            take(e->version, sizeof(e->version),
                (struct span){run.p + 1, run.len - 1}))
            return;
    }
    snprintf(e->version, sizeof(e->version), "%.12s",
        f->sha256[0] ? f->sha256 : "unknown");
}

/* ---- models.json ---- */

static void
read_new_file(
    const json_t *files, enum manifest_role role, struct registry_entry *e)
{
    const char *key = roles[role].key;
    const json_t *obj = key ? json_object_get(files, key) : NULL;
    struct registry_file *f = &e->files[role];

    if (!obj || json_is_null(obj))
        return;
    set_path(f, json_get_str(obj, "path"), e, key);
    read_size(obj, "size", &f->packed_bytes, e, key);
    read_size(obj, "uncompressedSize", &f->bytes, e, key);
    read_hash(obj, "hash", f->packed_sha256, e, key);
    read_hash(obj, "uncompressedHash", f->sha256, e, key);
}

static void
read_new_entry(
    struct registry *r, struct span pair, const json_t *obj, const json_t *top)
{
    struct span target = pair, source = span_cut(&target, '-');
    struct registry_entry *e = add_entry(r, source, target);
    const json_t *files = json_object_get(obj, "files");

    if (!e)
        return;
    set_licence(e, r, obj, top);
    if (!take(e->architecture, sizeof(e->architecture),
            json_get_str(obj, "architecture")) ||
        !e->architecture[0])
        refuse(e, "no architecture", NULL);
    if (!take(e->status, sizeof(e->status), json_get_str(obj, "releaseStatus")))
        refuse(e, "strange status", NULL);
    for (enum manifest_role role = 0; role < MANIFEST_ROLES; role++)
        read_new_file(files, role, e);
    check_files(e);
    set_version(e);
}

static bool
read_new(struct registry *r, const json_t *top, struct err *err)
{
    json_t *models = json_object_get(top, "models");
    const char *pair;
    json_t *list;

    json_object_foreach(models, pair, list)
    {
        for (size_t i = 0; i < json_array_size(list); i++) {
            if (r->n_entries + r->n_strange >= REGISTRY_ENTRIES_MAX)
                return err_set(
                    err, FAIL_TOO_LARGE, "the registry has too many entries");
            read_new_entry(r, span_of(pair), json_array_get(list, i), top);
        }
    }
    return true;
}

/* ---- registry.json ---- */

/* Two languages without anything between them: "enfr".  Only two letters each
 * leave no doubt. */
static struct registry_entry *
add_old_entry(struct registry *r, struct span pair)
{
    if (pair.len != 4) {
        r->n_strange++;
        return NULL;
    }
    return add_entry(r, (struct span){pair.p, 2}, (struct span){pair.p + 2, 2});
}

static void
read_old_file(struct span pair, const json_t *obj, enum manifest_role role,
    struct registry_entry *e)
{
    const char *key = roles[role].old_key;
    const json_t *file = key ? json_object_get(obj, key) : NULL;
    struct span name = json_get_str(file, "name");
    struct span type = json_get_str(file, "modelType");
    struct registry_file *f = &e->files[role];
    struct buf path = {0};

    if (!file || json_is_null(file))
        return;
    if (!part_valid(name) || !part_valid(type)) {
        refuse(e, "strange name", key);
        return;
    }
    buf_addf(&path, "models/%.*s/%.*s/%.*s.gz", SPAN_ARG(type), SPAN_ARG(pair),
        SPAN_ARG(name));
    set_path(f, buf_span(&path), e, key);
    buf_free(&path);
    read_size(file, "size", &f->bytes, e, key);
    read_hash(file, "expectedSha256Hash", f->sha256, e, key);
    if (role == MANIFEST_MODEL)
        take(e->status, sizeof(e->status),
            span_eqz(type, "prod") ? SPAN("Release") : SPAN(""));
}

static bool
read_old(struct registry *r, const json_t *top, struct err *err)
{
    const char *key;
    json_t *obj;

    json_object_foreach((json_t *)top, key, obj)
    {
        struct span pair = span_of(key);
        struct registry_entry *e;

        if (r->n_entries + r->n_strange >= REGISTRY_ENTRIES_MAX)
            return err_set(
                err, FAIL_TOO_LARGE, "the registry has too many entries");
        e = add_old_entry(r, pair);
        if (!e)
            continue;
        set_licence(e, r, NULL, NULL);
        take(e->architecture, sizeof(e->architecture), SPAN("unknown"));
        for (enum manifest_role role = 0; role < MANIFEST_ROLES; role++)
            read_old_file(pair, obj, role, e);
        check_files(e);
        set_version(e);
    }
    return true;
}

/* ---- the whole ---- */

struct registry *
registry_parse(struct span json, const char *url, struct err *err)
{
    struct registry *r;
    json_t *top;
    bool ok, is_new;

    if (json.len > REGISTRY_BYTES_MAX) {
        err_set(err, FAIL_TOO_LARGE, "the registry is too large");
        return NULL;
    }
    top = json_read(json, err);
    if (!top)
        return NULL;
    r = xcalloc(1, sizeof(*r));
    is_new = json_is_object(json_object_get(top, "models"));
    ok = json_is_object(top) ||
         err_set(err, FAIL_BAD_INPUT, "the registry is no JSON object");
    ok = ok && set_base(r, json_get_str(top, "baseUrl"), span_of(url), err) &&
         (is_new ? read_new(r, top, err) : read_old(r, top, err));
    if (ok && r->n_entries == 0)
        ok =
            err_set(err, FAIL_BAD_INPUT, "there are no models in the registry");
    json_decref(top);
    if (ok)
        return r;
    registry_free(r);
    return NULL;
}

void
registry_free(struct registry *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < r->n_entries; i++)
        for (size_t role = 0; role < MANIFEST_ROLES; role++)
            free(r->entries[i].files[role].path);
    free(r->entries);
    free(r->base);
    free(r);
}

/* Lower is better.  What Mozilla ships to telephones is the smaller one. */
static int
rank(const struct registry_entry *e)
{
    if (e->why[0])
        return 3;
    if (!e->status[0])
        return 2;
    return strcmp(e->status, "Release Android") == 0 ? 1 : 0;
}

const struct registry_entry *
registry_find(const struct registry *r, struct span name,
    const char *architecture, struct err *err)
{
    const struct registry_entry *best = NULL;

    for (size_t i = 0; i < r->n_entries; i++) {
        const struct registry_entry *e = &r->entries[i];

        if (!span_eqz(name, e->name) ||
            (architecture && strcmp(architecture, e->architecture) != 0))
            continue;
        if (!best || rank(e) < rank(best))
            best = e;
    }
    if (!best) {
        if (!manifest_name_valid(name))
            name = SPAN("such model");
        err_set(err, FAIL_NOT_FOUND, "the registry has no %.*s%s%.40s",
            SPAN_ARG(name), architecture ? " of architecture " : "",
            architecture ? architecture : "");
        return NULL;
    }
    if (best->why[0]) {
        err_set(err, FAIL_BAD_INPUT,
            "the registry's entry for %s is refused: "
            "%s",
            best->name, best->why);
        return NULL;
    }
    return best;
}

uint64_t
registry_bytes(const struct registry_entry *e)
{
    uint64_t sum = 0;

    for (size_t i = 0; i < MANIFEST_ROLES; i++)
        sum += e->files[i].path ? e->files[i].bytes : 0;
    return sum;
}
