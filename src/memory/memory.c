/* SPDX-License-Identifier: ISC */
#include "memory/memory.h"

#include <dirent.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/log.h"
#include "base/mem.h"
#include "memory/slots.h"
#include "memory/table.h"
#include "text/stress.h"

struct memory {
    atomic_int refs;
    uint64_t version;
    size_t n;
    struct table *tables[MEMORY_TABLES_MAX];
};

/* ---- folders ---- */

/* FNV-1a: whoever writes the files need not forge them. */
static uint64_t
mix(uint64_t hash, const void *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ ((const unsigned char *)bytes)[i]) * 0x100000001b3;
    return hash;
}

static const uint64_t mix_start = 0xcbf29ce484222325;

static int
is_table(const struct dirent *e)
{
    size_t n = strlen(e->d_name);

    return e->d_name[0] != '.' && n > 4 && !strcmp(e->d_name + n - 4, ".tsv");
}

/* Call f with the path of every table, in the order in which they count. */
static void
walk(const char *folders, void (*f)(const char *path, void *ctx), void *ctx)
{
    struct span rest = span_of(folders);

    while (rest.p) {
        struct dirent **list;
        char *dir = span_dup(span_cut(&rest, ':'));
        int n = *dir ? scandir(dir, &list, is_table, alphasort) : 0;

        for (int i = 0; i < n; i++) {
            struct buf path = {0};
            char *p;

            buf_addf(&path, "%s/%s", dir, list[i]->d_name);
            p = buf_take(&path);
            f(p, ctx);
            free(p);
            free(list[i]);
        }
        if (n > 0)
            free(list);
        free(dir);
    }
}

static void
fingerprint(const char *path, void *ctx)
{
    uint64_t *hash = ctx;
    struct stat st;

    *hash = mix(*hash, path, strlen(path) + 1);
    if (stat(path, &st) != 0)
        return;
    *hash = mix(*hash, &st.st_ino, sizeof(st.st_ino));
    *hash = mix(*hash, &st.st_size, sizeof(st.st_size));
    *hash = mix(*hash, &st.st_mtim, sizeof(st.st_mtim));
}

uint64_t
memory_fingerprint(const char *folders)
{
    uint64_t hash = mix_start;

    walk(folders, fingerprint, &hash);
    return hash;
}

static void
add(const char *path, void *ctx)
{
    struct memory *m = ctx;
    struct err err = {0};
    struct table *t;
    uint64_t version;

    if (m->n == MEMORY_TABLES_MAX) {
        log_warn("too many tables, one left out path=%s", path);
        return;
    }
    t = table_open(path, &err);
    if (!t) {
        log_warn("no table of phrases path=%s reason=\"%s\"", path, err.text);
        return;
    }
    m->tables[m->n++] = t;
    version = table_version(t);
    m->version = mix(m->version, &version, sizeof(version));
}

struct memory *
memory_load(const char *folders)
{
    struct memory *m = xcalloc(1, sizeof(*m));

    atomic_init(&m->refs, 1);
    m->version = mix_start;
    walk(folders, add, m);
    return m;
}

struct memory *
memory_ref(struct memory *m)
{
    if (m)
        atomic_fetch_add(&m->refs, 1);
    return m;
}

void
memory_unref(struct memory *m)
{
    if (!m || atomic_fetch_sub(&m->refs, 1) > 1)
        return;
    for (size_t i = 0; i < m->n; i++)
        table_free(m->tables[i]);
    free(m);
}

/* ---- looking ---- */

/* Who is asked, from which language into which. */
struct asked {
    const struct memory *m;
    struct span source, target;
};

static struct table_hit
look(const struct asked *a, const struct phrase *p)
{
    struct table_hit hit = {{NULL, 0}, false, false};

    for (size_t i = 0; i < a->m->n && !hit.text.p; i++) {
        const struct table *t = a->m->tables[i];
        size_t from = table_column(t, a->source);
        size_t to = table_column(t, a->target);

        if (from < table_columns(t) && to < table_columns(t))
            hit = table_find(t, p, from, to);
    }
    return hit;
}

/* As it asks; else, when it is a few words with a question mark, as a
 * statement. */
static struct table_hit
look_both(const struct asked *a, const struct phrase *p)
{
    struct table_hit hit = look(a, p);
    struct phrase echo;

    if (hit.text.p || !p->asks || p->words > MEMORY_ECHO_WORDS)
        return hit;
    echo = *p;
    echo.asks = false;
    return look(a, &echo);
}

static struct table_hit
find(const struct asked *a, const struct phrase *p)
{
    struct table_hit hit = look_both(a, p);
    struct phrase shorter;

    for (size_t times = 2; times > 0 && !hit.text.p; times--) {
        shorter = *p;
        if (!phrase_shorten(&shorter, times))
            break;
        hit = look_both(a, &shorter);
    }
    return hit;
}

/* What stands behind other words is written small, or all in capitals. */
static enum phrase_letters
behind(enum phrase_letters first)
{
    return first == PHRASE_CAPITALS ? PHRASE_CAPITALS : PHRASE_SMALL;
}

/* Where the next word begins behind byte i, or the end. */
static size_t
next_word(struct span text, size_t i)
{
    while (i < text.len && text.p[i] != ' ')
        i++;
    while (i < text.len && text.p[i] == ' ')
        i++;
    return i;
}

static bool say(const struct asked *a, struct span text,
    enum phrase_letters letters, int depth, struct buf *out);

/* "hi mom", "sorry I'm late": words that stand beside others, then these. */
static bool
say_before(const struct asked *a, struct span text, enum phrase_letters letters,
    int depth, struct buf *out)
{
    size_t start = out->len, i = next_word(text, 0);
    struct phrase p;

    for (int n = 0; n < MEMORY_BESIDE_WORDS && i < text.len; n++) {
        struct span rest = {text.p + i, text.len - i};
        struct table_hit hit = {{NULL, 0}, false, false};

        if (phrase_read((struct span){text.p, i}, a->source, &p) &&
            p.n_marks == 0)
            hit = find(a, &p);
        if (hit.beside) {
            p.letters = letters;
            phrase_dress(&p, hit.text, a->target, out);
            buf_addc(out, ' ');
            if (say(a, rest, behind(letters), depth, out))
                return true;
            out->len = start;
        }
        i = next_word(text, i);
    }
    return false;
}

/* "how are you bro?", "good night mom": the last word stands beside what is a
 * phrase of its own.  "Are you free tomorrow night?" wishes nobody a good one. */
static bool
say_behind(const struct asked *a, struct span text, struct phrase *whole,
    struct buf *out)
{
    size_t last = 0, i = 0;
    struct table_hit head, tail;
    struct buf both = {0};
    struct phrase p, q;
    bool ok;

    while ((i = next_word(text, i)) < text.len)
        last = i;
    if (!phrase_read((struct span){text.p, last}, a->source, &p) ||
        !phrase_read(
            (struct span){text.p + last, text.len - last}, a->source, &q) ||
        p.n_marks > 0)
        return false;
    p.asks = whole->asks;
    q.asks = false;
    head = find(a, &p);
    tail = find(a, &q);
    ok = head.text.p && tail.beside && !tail.clipped &&
         (p.words > 1 || head.beside);
    if (ok) {
        phrase_strip(head.text, &both);
        buf_addc(&both, ' ');
        buf_adds(&both, tail.text);
        phrase_dress(whole, buf_span(&both), a->target, out);
    }
    buf_free(&both);
    return ok;
}

/* Append a text that is one clause. */
static bool
say(const struct asked *a, struct span text, enum phrase_letters letters,
    int depth, struct buf *out)
{
    struct table_hit hit;
    struct phrase p;

    text = span_trim(text);
    if (!phrase_read(text, a->source, &p))
        return false;
    p.letters = letters;
    hit = find(a, &p);
    if (hit.text.p)
        phrase_dress(&p, hit.text, a->target, out);
    return hit.text.p || (depth > 0 && p.words <= MEMORY_WORDS_MAX &&
                             (say_before(a, text, letters, depth - 1, out) ||
                                 say_behind(a, text, &p, out)));
}

/* "No, thanks, I'm fine": every clause by itself, or nothing. */
static bool
say_clauses(const struct asked *a, struct span text,
    enum phrase_letters letters, struct buf *out)
{
    size_t start = out->len;
    struct phrase p;

    for (int n = 0; text.p && n < MEMORY_CLAUSES_MAX; n++) {
        struct span clause = span_cut(&text, ',');

        if (text.p && phrase_read(clause, a->source, &p) && p.n_marks > 0)
            break;
        if (n > 0)
            buf_addz(out, ", ");
        if (!say(a, clause, n ? behind(letters) : letters, MEMORY_DEPTH, out))
            break;
        if (!text.p)
            return true;
    }
    out->len = start;
    return false;
}

static bool
find_text(const struct asked *a, struct span text, struct buf *out)
{
    struct phrase p;

    if (!phrase_read(text, a->source, &p))
        return false;
    if (text.len > 0 && memchr(text.p, ',', text.len))
        return say(a, text, p.letters, 0, out) ||
               say_clauses(a, text, p.letters, out);
    return say(a, text, p.letters, MEMORY_DEPTH, out);
}

/* The text with places for its numbers. */
static bool
find_with_slots(const struct asked *a, struct span text, struct buf *out)
{
    struct buf pattern = {0}, found = {0};
    struct slots slots;
    bool ok = slots_take(text, a->source, &slots, &pattern) &&
              find_text(a, buf_span(&pattern), &found) &&
              slots_fill(&slots, buf_span(&found), a->target, out);

    buf_free(&pattern);
    buf_free(&found);
    return ok;
}

bool
memory_find(const struct memory *m, struct span text, struct span source,
    struct span target, struct buf *out)
{
    struct asked a = {m, source, target};
    struct buf found = {0};
    bool ok = find_text(&a, text, &found);

    /* A # is no number: the phrase has a place for one. */
    ok = ok && !(found.len > 0 && memchr(found.p, '#', found.len));
    if (!ok) {
        buf_reset(&found);
        ok = find_with_slots(&a, text, &found);
    }
    if (ok)
        stress_restore(text, buf_span(&found), source, target, out);
    buf_free(&found);
    return ok;
}

size_t
memory_find_aside(const struct memory *m, struct span text, struct span source,
    struct span target, struct buf *out)
{
    struct asked a = {m, source, target};
    const char *comma = text.len ? memrchr(text.p, ',', text.len) : NULL;
    struct table_hit hit;
    struct phrase p;
    size_t at;

    if (!comma)
        return 0;
    at = (size_t)(comma - text.p);
    text = span_trim((struct span){comma + 1, text.len - at - 1});
    if (!phrase_read(text, source, &p))
        return 0;
    p.asks = false;
    p.n_marks = 0;
    p.letters = behind(p.letters);
    hit = find(&a, &p);
    if (!hit.text.p || !hit.beside)
        return 0;
    phrase_dress(&p, hit.text, target, out);
    return at;
}

bool
memory_has_pair(const struct memory *m, struct span source, struct span target)
{
    for (size_t i = 0; i < m->n; i++) {
        const struct table *t = m->tables[i];

        if (table_column(t, source) < table_columns(t) &&
            table_column(t, target) < table_columns(t))
            return true;
    }
    return false;
}

uint64_t
memory_version(const struct memory *m)
{
    return m ? m->version : 0;
}

struct memory_size
memory_size(const struct memory *m)
{
    struct memory_size size = {.tables = m->n};

    for (size_t i = 0; i < m->n; i++) {
        size.meanings += table_lines(m->tables[i]);
        size.bytes += table_size(m->tables[i]);
    }
    return size;
}
