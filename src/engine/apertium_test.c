/* SPDX-License-Identifier: ISC */
#include "engine/apertium.h"

#include "base/buf.h"
#include "base/log.h"
#include "base/tap.h"
#include "engine/router.h"
#include "engine/testing.h"

/* The installed Apertium itself; skipped where it is missing. */

#define MODES_DIR "/usr/share/apertium/modes"

static struct engine *
open_apertium(void)
{
    struct apertium_cfg cfg = {
        .modes_dir = MODES_DIR,
        .in_flight_max = 32,
        .queue_max = 2000,
        .idle_ms = TEST_WAIT_MS,
        .request_timeout_ms = TEST_WAIT_MS,
    };
    struct err err;
    struct engine *e = apertium_open(&cfg, &err);

    if (!e) {
        printf("# %s\n", err.text);
        exit(1);
    }
    return e;
}

static bool
becomes(struct engine *e, const char *source, const char *target,
    const char *text, const char *want)
{
    struct err err = {0};
    char *got = translate_one(e, pair_index(e, source, target), text, &err);
    bool ok = got && strcmp(got, want) == 0;

    if (!ok)
        printf("# %s: got %s\n", text, got ? got : err.text);
    free(got);
    return ok;
}

/* What "apertium -u MODE" makes of text, without the space that some rules
 * leave at the ends. */
static char *
by_command(const char *mode, const char *text)
{
    char path[] = "/tmp/meeshy-text.XXXXXX", line[256];
    struct buf out = {0};
    FILE *f;
    int fd = mkstemp(path);

    CHECK(write(fd, text, strlen(text)) == (ssize_t)strlen(text));
    close(fd);
    snprintf(line, sizeof(line), "apertium -u %s %s", mode, path);
    f = popen(line, "re");
    while (!feof(f))
        out.len += fread(buf_reserve(&out, 4096), 1, 4096, f);
    pclose(f);
    unlink(path);
    char *trimmed = span_dup(span_trim(buf_span(&out)));
    buf_free(&out);
    return trimmed;
}

static void
translations_are_those_of_the_apertium_command(void)
{
    static const char *const texts[] = {
        "Hello.",
        "How are you today?",
        "I'd like to buy two tickets for tomorrow, please.",
        "She said: \"Don't touch [that] {thing}!\" (twice)",
        "The price is $3.50 / kg, a<b and c>d, e^f, x\\y",
        "Write to bob@example.org or see https://example.org/a?b=c",
        "I saw  him\tyesterday 😀 and 𝒳 too",
        "New York is not in Xyzzyland.",
    };
    struct engine *e = open_apertium();

    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        char *want = by_command("eng-spa", texts[i]);

        CHECK(becomes(e, "en", "es", texts[i], want));
        free(want);
    }
    e->ops->close(e);
}

static void
case_is_kept(void)
{
    struct engine *e = open_apertium();

    CHECK(becomes(e, "en", "es", "hello", "hola"));
    CHECK(becomes(e, "en", "es", "Hello", "Hola"));
    CHECK(becomes(e, "en", "es", "HELLO", "HOLA"));
    CHECK(becomes(e, "fr", "ca", "Bonjour", "Bon dia"));
    CHECK(becomes(e, "fr", "ca", "bonjour", "bon dia"));
    e->ops->close(e);
}

static void
spacing_symbols_and_marks_of_the_user_survive(void)
{
    struct engine *e = open_apertium();

    CHECK(becomes(e, "en", "es", "hello  hello\thello", "hola  hola\thola"));
    CHECK(becomes(e, "en", "es", "hello 😀👍🏽", "hola 😀👍🏽"));
    CHECK(becomes(e, "en", "es", "𝒳𝒴 #xyzzy *xyzzy @xyzzy ~xyzzy",
        "𝒳𝒴 #xyzzy *xyzzy @xyzzy ~xyzzy"));
    CHECK(becomes(
        e, "en", "es", "[x] {x} ^x$ <x> x/x \\x", "[x] {x} ^x$ <x> x/x \\x"));
    CHECK(becomes(e, "en", "es", "xyzzyqwerty", "xyzzyqwerty"));
    e->ops->close(e);
}

/* cat-spa leaves "#haber# de" even when told to leave no marks. */
static void
marks_of_words_that_cannot_be_inflected_are_removed(void)
{
    struct engine *e = open_apertium();
    struct err err;
    char *text = translate_one(e, pair_index(e, "fr", "ca"),
        "Ne pas avoir à parler des gens dans son dos.", &err);

    CHECK(text && !strpbrk(text, "#*@"));
    free(text);
    e->ops->close(e);
}

/* Requests whose answers show whose they are: a lone unknown word is what
 * makes some pairs lose the end of a request. */
static void
many_requests_in_every_pair_get_their_own_answers(void)
{
    enum { EACH = 40 };
    static const char *const names[][2] = {{"en", "es"}, {"es", "en"},
        {"en", "ca"}, {"ca", "en"}, {"fr", "ca"}, {"ca", "fr"}, {"ca", "es"}};
    struct engine *e = open_apertium();

    for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
        size_t p = pair_index(e, names[k][0], names[k][1]);
        struct gather *g = gather_new(EACH);
        struct err err;

        for (size_t i = 0; i < g->n; i++) {
            char text[64];

            snprintf(text, sizeof(text), i % 3 ? "qxq%zuqx" : "qxq%zuqx.", i);
            CHECK(gather_submit(g, i, e, p, text, &err));
        }
        CHECK(gather_wait(g, g->n));
        for (size_t i = 0; i < g->n; i++) {
            if (!CHECK(g->requests[i].ok &&
                       strcmp(g->requests[i].translation, g->texts[i]) == 0))
                printf("# %s-%s: %s became %s\n", names[k][0], names[k][1],
                    g->texts[i],
                    g->requests[i].ok ? g->requests[i].translation
                                      : g->requests[i].err.text);
        }
        gather_free(g);
    }
    e->ops->close(e);
    CHECK(children(NULL, 0) == 0);
}

static void
a_thousand_requests_survive_killed_programs(void)
{
    struct engine *e = open_apertium();
    size_t pair = pair_index(e, "en", "es");
    struct gather *g = gather_new(1000);
    size_t right = 0;
    struct err err;
    pid_t pids[32];

    for (size_t i = 0; i < g->n; i++) {
        CHECK(gather_submit(
            g, i, e, pair, i % 2 ? "a white house" : "hello", &err));
        if (i == 300 || i == 700) {
            CHECK(gather_wait(g, i - 150));
            if (children(pids, 32) > 5)
                kill(pids[i / 300 + 2], SIGKILL);
        }
    }
    CHECK(gather_wait(g, g->n));
    for (size_t i = 0; i < g->n; i++) {
        const char *want = i % 2 ? "Una casa blanca" : "hola";

        right += g->requests[i].ok && g->done_order[i] == i &&
                 strcmp(g->requests[i].translation, want) == 0;
    }
    CHECK(right == g->n);
    gather_free(g);
    e->ops->close(e);
    CHECK(children(NULL, 0) == 0);
}

static void
closing_with_requests_in_flight_fails_them_and_leaves_no_process(void)
{
    struct engine *e = open_apertium();
    size_t pair = pair_index(e, "en", "es");
    struct gather *g = gather_new(500);
    struct err err;

    for (size_t i = 0; i < g->n; i++)
        CHECK(gather_submit(g, i, e, pair, "hello", &err));
    CHECK(gather_wait(g, 10));
    e->ops->close(e);
    CHECK(g->n_done == g->n);
    CHECK(children(NULL, 0) == 0);
    gather_free(g);
}

/* In each the first text makes Debian's tagger tag the second one otherwise, as
 * long as it lives (tagger.cc). */
static const struct {
    const char *source, *target, *before, *text;
} leaks[] = {
    {"ca", "fr", "Venja, anem.", "No sent molt bé."},
    {"ca", "en", "més compres", "sol amb cara"},
    {"fr", "ca", "Salon vide", "sapin de Noël"},
    {"en", "es", "Known Users", "Rotate Right"},
    {"es", "fr", "Centro VR", "Enviar como"},
};
enum { LEAKS = sizeof(leaks) / sizeof(leaks[0]) };

static void
a_text_has_one_translation_whatever_came_before(void)
{
    struct engine *e = open_apertium();

    for (size_t i = 0; i < LEAKS; i++) {
        size_t pair = pair_index(e, leaks[i].source, leaks[i].target);
        struct err err;
        char *alone = translate_one(e, pair, leaks[i].text, &err);

        free(translate_one(e, pair, leaks[i].before, &err));
        CHECK(alone && becomes(e, leaks[i].source, leaks[i].target,
                           leaks[i].text, alone));
        free(alone);
    }
    e->ops->close(e);
}

static void
paths_are_those_that_measured_best(void)
{
    struct router *r = router_new();
    struct router_route path;

    router_add(r, open_apertium());
    CHECK(router_find(r, SPAN("fr"), SPAN("en"), &path));
    CHECK(strcmp(path.of[ENGINE_SHORT].way[0].label, "apertium:fr-ca-es-en") ==
          0);
    CHECK(router_find(r, SPAN("en"), SPAN("fr"), &path));
    CHECK(strcmp(path.of[ENGINE_SHORT].way[0].label, "apertium:en-ca-fr") == 0);
    CHECK(router_find(r, SPAN("en"), SPAN("es"), &path));
    CHECK(strcmp(path.of[ENGINE_SHORT].way[0].label, "apertium:en-es") == 0);
    CHECK(router_find(r, SPAN("es"), SPAN("en"), &path));
    CHECK(strcmp(path.of[ENGINE_SHORT].way[0].label, "apertium:es-en") == 0);
    router_free(r);
}

#define RUN_IF(can, test)                                                      \
    ((can) ? RUN(test) : skip_test(#test, "Apertium's pairs are missing"))

int
main(void)
{
    bool can = access(MODES_DIR "/eng-spa.mode", R_OK) == 0 &&
               access(MODES_DIR "/eng-cat.mode", R_OK) == 0 &&
               access(MODES_DIR "/fra-cat.mode", R_OK) == 0 &&
               access(MODES_DIR "/spa-cat.mode", R_OK) == 0 &&
               access(MODES_DIR "/fr-es.mode", R_OK) == 0;

    log_open("apertium_test", LOG_ERROR);
    RUN_IF(can, translations_are_those_of_the_apertium_command);
    RUN_IF(can, case_is_kept);
    RUN_IF(can, spacing_symbols_and_marks_of_the_user_survive);
    RUN_IF(can, marks_of_words_that_cannot_be_inflected_are_removed);
    RUN_IF(can, many_requests_in_every_pair_get_their_own_answers);
    RUN_IF(can, a_thousand_requests_survive_killed_programs);
    RUN_IF(
        can, closing_with_requests_in_flight_fails_them_and_leaves_no_process);
    RUN_IF(can, a_text_has_one_translation_whatever_came_before);
    RUN_IF(can, paths_are_those_that_measured_best);
    return tap_end();
}
