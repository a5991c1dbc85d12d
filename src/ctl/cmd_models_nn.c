/* SPDX-License-Identifier: ISC */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ctl/cmd.h"
#include "ctl/models.h"
#include "ctl/speed.h"
#include "models/depot.h"

enum {
    TEXT_BYTES_MAX = 4 * 1024 * 1024,
    TEXTS_MAX = 512,
    BENCH_MS = 3000, /* of each measurement */
    BATCH_ROWS = 32,
};

/* ---- texts to translate ---- */

struct texts {
    struct buf file;
    struct span lines[TEXTS_MAX];
    size_t n;
};

struct sample_text {
    const char *language, *text;
};

/* Everyday sentences of some fifteen words for the languages that most models
 * read; others are measured with the English ones, or with a file. */
static const struct sample_text samples[] = {
    {"en", "I will be about ten minutes late because the bus did not come.\n"
           "Could you please send me the notes from the meeting this morning?\n"
           "We had a wonderful time at your place and the food was great.\n"
           "The new version is ready, but somebody has to test it before "
           "Friday.\n"
           "My sister is coming to visit us next week with her two children.\n"
           "Do you know if the shop near the station is open on Sunday?\n"
           "I have looked everywhere for my keys and cannot find them at all.\n"
           "Let us meet in front of the cinema at seven if that works.\n"},
    {"fr",
        "J'aurai environ dix minutes de retard parce que le bus n'est pas "
        "venu.\n"
        "Peux-tu m'envoyer les notes de la réunion de ce matin, s'il te "
        "plaît ?\n"
        "Nous avons passé un très bon moment chez vous et le repas était "
        "délicieux.\n"
        "La nouvelle version est prête, mais quelqu'un doit la tester avant "
        "vendredi.\n"
        "Ma sœur vient nous rendre visite la semaine prochaine avec ses deux "
        "enfants.\n"
        "Sais-tu si le magasin près de la gare est ouvert le dimanche ?\n"
        "J'ai cherché mes clés partout et je ne les trouve vraiment nulle "
        "part.\n"
        "Retrouvons-nous devant le cinéma à sept heures si cela te "
        "convient.\n"},
    {"es",
        "Llegaré unos diez minutos tarde porque el autobús no ha venido.\n"
        "¿Puedes enviarme las notas de la reunión de esta mañana, por favor?\n"
        "Lo pasamos muy bien en vuestra casa y la comida estaba muy buena.\n"
        "La nueva versión está lista, pero alguien tiene que probarla antes "
        "del viernes.\n"
        "Mi hermana viene a visitarnos la semana que viene con sus dos "
        "hijos.\n"
        "¿Sabes si la tienda que está cerca de la estación abre los domingos?\n"
        "He buscado mis llaves por todas partes y no las encuentro.\n"
        "Quedamos delante del cine a las siete si te va bien.\n"},
    {"de",
        "Ich komme ungefähr zehn Minuten später, weil der Bus nicht gekommen "
        "ist.\n"
        "Kannst du mir bitte die Notizen von der Besprechung heute Morgen "
        "schicken?\n"
        "Wir hatten eine wunderbare Zeit bei euch, und das Essen war sehr "
        "gut.\n"
        "Die neue Version ist fertig, aber jemand muss sie vor Freitag "
        "testen.\n"
        "Meine Schwester besucht uns nächste Woche mit ihren beiden Kindern.\n"
        "Weißt du, ob der Laden beim Bahnhof am Sonntag geöffnet hat?\n"
        "Ich habe überall nach meinen Schlüsseln gesucht und finde sie "
        "nicht.\n"
        "Treffen wir uns um sieben vor dem Kino, wenn es dir passt.\n"},
};
enum { N_SAMPLES = sizeof(samples) / sizeof(samples[0]) };

static void
take_lines(struct texts *t, struct span rest)
{
    while (rest.p && t->n < TEXTS_MAX) {
        struct span line = span_trim(span_cut(&rest, '\n'));
        if (line.len > 0)
            t->lines[t->n++] = line;
    }
}

static bool
read_lines(struct texts *t, const char *path, struct err *err)
{
    FILE *f = fopen(path, "re");

    if (!f)
        return err_set(err, FAIL_NOT_FOUND, "open %s: %m", path);
    t->file.len =
        fread(buf_reserve(&t->file, TEXT_BYTES_MAX), 1, TEXT_BYTES_MAX, f);
    fclose(f);
    take_lines(t, buf_span(&t->file));
    return t->n > 0 || err_set(err, FAIL_BAD_INPUT, "%s has no lines", path);
}

static bool
take_texts(struct texts *t, const struct opts *o, const char *language,
    struct err *err)
{
    const char *found = samples[0].text;

    if (o->text)
        return read_lines(t, o->text, err);
    for (size_t i = 0; i < N_SAMPLES; i++)
        if (strcmp(samples[i].language, language) == 0)
            found = samples[i].text;
    /* As many as fill a batch on a few threads. */
    for (int i = 0; i < 16; i++)
        take_lines(t, span_of(found));
    return true;
}

/* ---- bench ---- */

/* DIR/NAME of an installed model, owned by the caller, and what it is. */
static char *
find_model(const struct opts *o, const char *name, struct manifest *ret,
    struct err *err)
{
    struct span rest = span_of(o->models);
    char *dir;

    if (!manifest_name_valid(span_of(name))) {
        err_set(err, FAIL_BAD_INPUT, "no model has such a name");
        return NULL;
    }
    while ((dir = depot_next_folder(&rest)) != NULL) {
        struct buf b = {0};
        char *path;

        buf_addf(&b, "%s/%s", dir, name);
        path = buf_take(&b);
        free(dir);
        if (manifest_load(path, ret, err))
            return path;
        free(path);
        if (err->kind != FAIL_NOT_FOUND)
            return NULL;
    }
    err_set(err, FAIL_NOT_FOUND, "no model %s is installed", name);
    return NULL;
}

static bool
measure(const struct model *m, struct speed_cfg cfg, const char *what,
    struct err *err)
{
    struct speed s;

    if (!speed_measure(m, &cfg, &s, err))
        return false;
    printf("  %-38s %8.0f words/s", what, s.words_s);
    if (cfg.alone)
        printf("  %6.2f ms a text, p95 %.2f", s.mean_ms, s.p95_ms);
    if (s.failed)
        printf("  %zu failed", s.failed);
    putchar('\n');
    fflush(stdout);
    return true;
}

static bool
bench(const struct model *m, const struct texts *t, const struct opts *o,
    struct err *err)
{
    int cores = (int)sysconf(_SC_NPROCESSORS_ONLN);
    struct speed_cfg cfg = {.texts = t->lines,
        .n_texts = t->n,
        .threads = 1,
        .rows = BATCH_ROWS,
        .beam = o->beam,
        .alone = true,
        .ms = BENCH_MS};
    char what[64];
    bool ok = measure(m, cfg, "one text at a time, one thread", err);

    cfg.alone = false;
    snprintf(what, sizeof(what), "in batches of %d, one thread", BATCH_ROWS);
    ok = ok && measure(m, cfg, what, err);
    if (!ok || cores < 2)
        return ok;
    cfg.threads = cores;
    snprintf(
        what, sizeof(what), "in batches of %d, %d threads", BATCH_ROWS, cores);
    return measure(m, cfg, what, err);
}

static bool
read_precision(const struct opts *o, enum precision *ret, struct err *err)
{
    *ret = PRECISION_INT8;
    return !o->precision || precision_parse(o->precision, ret) ||
           err_set(
               err, FAIL_BAD_INPUT, "--precision is int8, bfloat16 or float32");
}

bool
cmd_models_bench(struct client *c, const struct opts *o, struct err *err)
{
    struct texts *t = xcalloc(1, sizeof(*t));
    struct manifest m;
    enum precision precision;
    char *folder = NULL;
    struct model *model = NULL;
    int64_t start;
    bool ok;

    (void)c;
    ok = read_precision(o, &precision, err) &&
         (folder = find_model(o, o->args[0], &m, err)) != NULL &&
         take_texts(t, o, m.source, err);
    start = clock_mono_us();
    ok = ok && (model = model_open_dir(folder, precision, err)) != NULL;
    if (ok) {
        printf("%s %s %s, %s on %s, opened in %.0f ms, %.1f MB\n", m.name,
            m.version, m.architecture, precision_name(model_precision(model)),
            model_kernel(model), (double)(clock_mono_us() - start) / 1e3,
            (double)model_bytes(model) / 1e6);
        fflush(stdout);
        ok = bench(model, t, o, err);
    }
    model_free(model);
    buf_free(&t->file);
    free(t);
    free(folder);
    return ok;
}

/* ---- for pull and add ---- */

bool
models_try_out(const char *folder, struct err *err)
{
    struct model *m = model_open_dir(folder, PRECISION_INT8, err);

    model_free(m);
    return m != NULL;
}
