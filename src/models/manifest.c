/* SPDX-License-Identifier: ISC */
#include "models/manifest.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "wire/json.h"

struct role_row {
    const char *name;
    const char *files[2]; /* that it allows; the second may be NULL */
};

static const struct role_row roles[MANIFEST_ROLES] = {
    [MANIFEST_MODEL] = {"model", {"model.bin", "model.npz"}},
    [MANIFEST_VOCAB] = {"vocab", {"vocab.spm"}},
    [MANIFEST_SRCVOCAB] = {"srcvocab", {"srcvocab.spm", "source.bpe"}},
    [MANIFEST_TRGVOCAB] = {"trgvocab", {"trgvocab.spm", "target.bpe"}},
    [MANIFEST_LEX] = {"lex", {"lex.bin"}},
    [MANIFEST_OPTIONS] = {"options", {"decoder.yml"}},
    [MANIFEST_IDS] = {"ids", {"vocab.yml"}},
};

/* ---- what the fields may hold ---- */

static bool
is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static bool
all_lower(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (!is_lower(s.p[i]))
            return false;
    return true;
}

bool
manifest_lang_valid(struct span s)
{
    struct span code = span_cut(&s, '_');

    if (code.len < 2 || code.len > 3 || !all_lower(code))
        return false;
    return !s.p || (s.len == 4 && all_lower(s));
}

static bool
is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool
manifest_name_valid(struct span s)
{
    if (s.len == 0 || s.len >= MANIFEST_NAME_BYTES ||
        (!is_lower(s.p[0]) && !is_digit(s.p[0])))
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_lower(s.p[i]) && !is_digit(s.p[i]) && !memchr("_.-", s.p[i], 3))
            return false;
    return true;
}

bool
manifest_sha256_valid(struct span s)
{
    if (s.len != MANIFEST_SHA256_BYTES - 1)
        return false;
    for (size_t i = 0; i < s.len; i++)
        if (!is_digit(s.p[i]) && !(s.p[i] >= 'a' && s.p[i] <= 'f'))
            return false;
    return true;
}

/* ---- reading ---- */

/* A line of text without control characters, which terminals obey. */
static bool
is_line(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 127)
            return false;
    return true;
}

static bool
read_text(const json_t *obj, const char *key, bool needed, char *ret,
    size_t size, struct err *err)
{
    struct span s = json_get_str(obj, key);

    ret[0] = '\0';
    if (!json_object_get(obj, key) && !needed)
        return true;
    if (!s.p || (needed && s.len == 0) || s.len >= size || !is_line(s))
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: %s must be a line of %zu bytes at most", key,
            size - 1);
    memcpy(ret, s.p, s.len);
    ret[s.len] = '\0';
    return true;
}

static enum manifest_role
role_of(struct span name)
{
    enum manifest_role r = 0;

    while (r < MANIFEST_ROLES && !span_eqz(name, roles[r].name))
        r++;
    return r;
}

static bool
allows(enum manifest_role role, const char *name)
{
    const struct role_row *row = &roles[role];

    return strcmp(name, row->files[0]) == 0 ||
           (row->files[1] && strcmp(name, row->files[1]) == 0);
}

static bool
read_file(const json_t *obj, struct manifest *m, struct err *err)
{
    enum manifest_role role = role_of(json_get_str(obj, "role"));
    struct manifest_file *f;
    long long bytes = 0;

    if (role == MANIFEST_ROLES)
        return err_set(
            err, FAIL_BAD_INPUT, "model.json: a role we do not know");
    f = &m->files[role];
    if (f->name[0])
        return err_set(err, FAIL_BAD_INPUT, "model.json: two files are the %s",
            roles[role].name);
    if (!read_text(obj, "name", true, f->name, sizeof(f->name), err) ||
        !read_text(obj, "sha256", true, f->sha256, sizeof(f->sha256), err))
        return false;
    if (!allows(role, f->name))
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: the %s must be called %s", roles[role].name,
            roles[role].files[0]);
    if (!json_get_int(obj, "bytes", &bytes) || bytes < 1 ||
        (uint64_t)bytes > MANIFEST_FILE_MAX)
        return err_set(err, FAIL_BAD_INPUT, "model.json: bytes of the %s",
            roles[role].name);
    if (!manifest_sha256_valid(span_of(f->sha256)))
        return err_set(err, FAIL_BAD_INPUT, "model.json: sha256 of the %s",
            roles[role].name);
    f->bytes = (uint64_t)bytes;
    return true;
}

static bool
read_files(const json_t *list, struct manifest *m, struct err *err)
{
    const struct manifest_file *f = m->files;
    bool joint;

    if (!json_is_array(list) || json_array_size(list) > MANIFEST_ROLES)
        return err_set(err, FAIL_BAD_INPUT, "model.json: files must be a list");
    for (size_t i = 0; i < json_array_size(list); i++)
        if (!read_file(json_array_get(list, i), m, err))
            return false;
    if (!f[MANIFEST_MODEL].name[0])
        return err_set(err, FAIL_BAD_INPUT, "model.json: there is no model");
    joint = f[MANIFEST_VOCAB].name[0];
    if (joint == (bool)f[MANIFEST_SRCVOCAB].name[0] ||
        joint == (bool)f[MANIFEST_TRGVOCAB].name[0])
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: vocab, or srcvocab and trgvocab, are needed");
    return true;
}

/* How to search, and what to think of it. */
static bool
read_use(const json_t *obj, struct manifest *m, struct err *err)
{
    long long beam = 0;

    if (json_object_get(obj, "sureFrom") &&
        (!json_get_num(obj, "sureFrom", &m->sure_from) || m->sure_from < 0 ||
            m->sure_from > 1))
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: sureFrom must be a number from 0 to 1");
    if (json_object_get(obj, "keepsNames") &&
        !json_is_boolean(json_object_get(obj, "keepsNames")))
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: keepsNames must be true or false");
    m->keeps_names = json_get_bool(obj, "keepsNames", false);
    if (json_object_get(obj, "beam") &&
        (!json_get_int(obj, "beam", &beam) || beam < 1 ||
            beam > MANIFEST_BEAM_MAX))
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: beam must be a number from 1 to %d",
            MANIFEST_BEAM_MAX);
    m->beam = (int)beam;
    return true;
}

/* Where each figure of a quality is. */
static const struct {
    const char *name;
    size_t offset;
} figures[] = {
    {"short", offsetof(struct manifest_quality, of_short)},
    {"long", offsetof(struct manifest_quality, of_long)},
    {"sure", offsetof(struct manifest_quality, sure)},
};

enum { N_FIGURES = sizeof(figures) / sizeof(figures[0]) };

static double *
figure_of(struct manifest_quality *q, size_t i)
{
    return (double *)((char *)q + figures[i].offset);
}

static bool
read_quality(const json_t *obj, struct manifest *m, struct err *err)
{
    const json_t *quality = json_object_get(obj, "quality");

    for (size_t i = 0; quality && i < N_FIGURES; i++) {
        double percent = 0;

        if (json_object_get(quality, figures[i].name) &&
            (!json_get_num(quality, figures[i].name, &percent) || percent < 0 ||
                percent > 100))
            return err_set(err, FAIL_BAD_INPUT,
                "model.json: quality must have numbers from 0 to 100");
        *figure_of(&m->quality, i) = percent / 100;
    }
    return true;
}

static bool
read_head(const json_t *obj, struct manifest *m, struct err *err)
{
    long long format = 0;

    if (!json_get_int(obj, "format", &format) || format != MANIFEST_FORMAT)
        return err_set(err, FAIL_BAD_INPUT, "model.json: format must be %d",
            MANIFEST_FORMAT);
    if (!read_text(obj, "name", true, m->name, sizeof(m->name), err) ||
        !read_text(obj, "source", true, m->source, sizeof(m->source), err) ||
        !read_text(obj, "target", true, m->target, sizeof(m->target), err) ||
        !read_text(obj, "version", true, m->version, sizeof(m->version), err) ||
        !read_text(obj, "architecture", true, m->architecture,
            sizeof(m->architecture), err) ||
        !read_text(obj, "licence", true, m->licence, sizeof(m->licence), err) ||
        !read_text(obj, "attribution", false, m->attribution,
            sizeof(m->attribution), err) ||
        !read_text(obj, "origin", false, m->origin, sizeof(m->origin), err) ||
        !read_use(obj, m, err) || !read_quality(obj, m, err))
        return false;
    if (!manifest_name_valid(span_of(m->name)))
        return err_set(err, FAIL_BAD_INPUT, "model.json: no name for a model");
    if (!manifest_lang_valid(span_of(m->source)) ||
        !manifest_lang_valid(span_of(m->target)) ||
        strcmp(m->source, m->target) == 0)
        return err_set(err, FAIL_BAD_INPUT,
            "model.json: source and target must be codes of languages");
    return true;
}

bool
manifest_parse(struct span json, struct manifest *ret, struct err *err)
{
    json_t *obj;
    bool ok;

    memset(ret, 0, sizeof(*ret));
    if (json.len > MANIFEST_BYTES_MAX)
        return err_set(err, FAIL_TOO_LARGE, "model.json is too large");
    obj = json_read(json, err);
    ok = obj && (json_is_object(obj) ||
                    err_set(err, FAIL_BAD_INPUT, "model.json: no object"));
    ok = ok && read_head(obj, ret, err) &&
         read_files(json_object_get(obj, "files"), ret, err);
    json_decref(obj);
    return ok;
}

bool
manifest_load(const char *dir, struct manifest *ret, struct err *err)
{
    struct buf path = {0}, text = {0};
    const char *slash;
    char *file;
    size_t len = strlen(dir);
    bool ok;

    while (len > 1 && dir[len - 1] == '/')
        len--;
    buf_addf(&path, "%.*s/model.json", (int)len, dir);
    file = buf_take(&path);
    ok = file_read(file, MANIFEST_BYTES_MAX, &text, err) &&
         manifest_parse(buf_span(&text), ret, err);
    slash = memrchr(dir, '/', len);
    slash = slash ? slash + 1 : dir;
    if (ok &&
        !span_eqz((struct span){slash, (size_t)(dir + len - slash)}, ret->name))
        ok = err_set(err, FAIL_BAD_INPUT,
            "the folder %.*s holds a model called %s", (int)len, dir,
            ret->name);
    free(file);
    buf_free(&text);
    return ok;
}

/* ---- writing ---- */

static void
put(struct buf *b, const char *indent, const char *key, const char *value)
{
    buf_addf(b, ",\n%s", indent);
    json_put_field(b, key, span_of(value));
}

static void
put_quality(struct buf *b, struct manifest_quality q)
{
    const char *comma = "";

    if (q.of_short <= 0 && q.of_long <= 0 && q.sure <= 0)
        return;
    buf_addz(b, ",\n  \"quality\":{");
    for (size_t i = 0; i < N_FIGURES; i++) {
        double value = *figure_of(&q, i);

        if (value <= 0)
            continue;
        buf_addf(b, "%s\"%s\":%.15g", comma, figures[i].name, 100 * value);
        comma = ",";
    }
    buf_addc(b, '}');
}

void
manifest_format(const struct manifest *m, struct buf *b)
{
    const char *comma = "";

    buf_addf(b, "{\n  \"format\":%d", MANIFEST_FORMAT);
    put(b, "  ", "name", m->name);
    put(b, "  ", "source", m->source);
    put(b, "  ", "target", m->target);
    put(b, "  ", "version", m->version);
    put(b, "  ", "architecture", m->architecture);
    put(b, "  ", "licence", m->licence);
    if (m->attribution[0])
        put(b, "  ", "attribution", m->attribution);
    if (m->origin[0])
        put(b, "  ", "origin", m->origin);
    if (m->sure_from > 0)
        buf_addf(b, ",\n  \"sureFrom\":%.17g", m->sure_from);
    if (m->keeps_names)
        buf_addz(b, ",\n  \"keepsNames\":true");
    if (m->beam > 0)
        buf_addf(b, ",\n  \"beam\":%d", m->beam);
    put_quality(b, m->quality);
    buf_addz(b, ",\n  \"files\":[");
    for (enum manifest_role r = 0; r < MANIFEST_ROLES; r++) {
        const struct manifest_file *f = &m->files[r];

        if (!f->name[0])
            continue;
        buf_addf(b,
            "%s\n    {\"role\":\"%s\",\"name\":\"%s\",\"bytes\":%" PRIu64
            ",\n     \"sha256\":\"%s\"}",
            comma, roles[r].name, f->name, f->bytes, f->sha256);
        comma = ",";
    }
    buf_addz(b, "\n  ]\n}\n");
}

/* ---- looking ---- */

char *
manifest_path(
    const struct manifest *m, const char *dir, enum manifest_role role)
{
    struct buf b = {0};

    if (!m->files[role].name[0])
        return NULL;
    buf_addf(&b, "%s/%s", dir, m->files[role].name);
    return buf_take(&b);
}

const char *
manifest_role_name(enum manifest_role role)
{
    return roles[role].name;
}

const char *
manifest_role_file(enum manifest_role role)
{
    return roles[role].files[0];
}

const char *
manifest_role_file_like(enum manifest_role role, const char *path)
{
    const char *other = roles[role].files[1];
    const char *dot = strrchr(path, '.');

    if (other && dot && strcmp(dot, strrchr(other, '.')) == 0)
        return other;
    return roles[role].files[0];
}

uint64_t
manifest_bytes(const struct manifest *m)
{
    uint64_t sum = 0;

    for (enum manifest_role r = 0; r < MANIFEST_ROLES; r++)
        sum += m->files[r].name[0] ? m->files[r].bytes : 0;
    return sum;
}
