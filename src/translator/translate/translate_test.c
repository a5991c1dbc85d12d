/* SPDX-License-Identifier: ISC */
#include "translator/translate/translate.h"

#include <stdio.h>
#include <unistd.h>

#include "base/buf.h"
#include "engine/testing_toy.h"
#include "translator/translate/translate_testing.h"
#include "wire/json.h"

enum { MANY = 40, SOON_MS = 100, LATE_MS = 2000 };

static const struct translate_cfg with_cache = {.cache_bytes = 1 << 20};
static const struct translate_cfg without_cache = {0};

static struct glossary *
glossary_of(const char *text)
{
    json_t *obj = json_read(span_of(text), NULL);
    struct glossary *g = glossary_read(obj, (struct span){NULL, 0}, NULL);

    json_decref(obj);
    return g;
}

static void
spans_stay_and_the_rest_is_translated(void)
{
    struct bench b = bench_open(bench_echo(0), &without_cache);

    CHECK(gives(&b,
        asking("en", "es", "tell @bob to read https://a.org/x\n\n  `so` now"),
        "TELL @bob TO READ https://a.org/x\n\n  `so` NOW", false));
    CHECK(gives(
        &b, asking("EN", "es_MX", "go. run! stop?"), "GO. RUN! STOP?", false));
    bench_close(&b);
}

static void
engines_see_what_is_meant(void)
{
    struct bench b = bench_open(bench_echo(0), &without_cache);

    CHECK(gives(&b, asking("en", "es", "pls call @bob asap!!! lol"),
        "PLEASE CALL @bob AS SOON AS POSSIBLE!!! jaja", false));
    CHECK(gives(&b, asking("en", "es", "i didnt see\nhahaha"),
        "I DIDN'T SEE\njajaja", false));
    CHECK(gives(&b, asking("en", "es", "lol"), "jaja", false));
    bench_close(&b);
}

static void
what_was_translated_once_comes_from_memory(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    struct asked plain = asking("en", "es", "hello");
    struct asked fresh = plain;
    struct translate_stats s;

    plain.r.plain = true;
    fresh.r.no_cache = true;
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", false));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", true));
    CHECK(gives(&b, asking("en", "fr", "hello"), "HELLO", false));
    CHECK(gives(&b, asking("en", "es", "hello "), "HELLO ", false));
    CHECK(gives(&b, plain, "HELLO", false));
    CHECK(gives(&b, fresh, "HELLO", false));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", true));
    s = translate_stats(b.t);
    CHECK(s.hits == 2 && s.misses == 4 && s.inferences == 5);
    CHECK(s.ok == 7 && s.cache_entries == 4 && s.in_flight == 0);
    bench_close(&b);
}

static void
glossaries_have_their_own_translations(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    struct glossary *one = glossary_of(
        "{\"version\":\"1\",\"terms\":[{\"term\":\"meeshy\"},{\"term\":"
        "\"call\",\"translations\":{\"es\":\"llamada\"}}]}");
    struct glossary *two =
        glossary_of("{\"version\":\"2\",\"terms\":[{\"term\":\"the\"}]}");
    struct asked a = asking("en", "es", "the meeshy call");

    CHECK(gives(&b, a, "THE MEESHY CALL", false));
    a.r.glossary = one;
    CHECK(gives(&b, a, "THE meeshy llamada", false));
    CHECK(gives(&b, a, "THE meeshy llamada", true));
    a.r.target = SPAN("fr");
    CHECK(gives(&b, a, "THE meeshy call", false));
    a.r.target = SPAN("es");
    a.r.glossary = two;
    CHECK(gives(&b, a, "the MEESHY CALL", false));
    a.r.text = SPAN("call");
    a.r.glossary = one; /* nothing is left for an engine */
    CHECK(gives(&b, a, "llamada", false));
    glossary_unref(one);
    glossary_unref(two);
    bench_close(&b);
}

static void
equal_texts_at_once_are_one_inference(void)
{
    struct bench b = bench_open(bench_echo(SOON_MS), &with_cache);
    struct translate_stats s;
    struct asked a[MANY];

    for (int i = 0; i < MANY; i++) {
        a[i] = asking("en", "es", "hello you");
        ask(&b, &a[i]);
    }
    for (int i = 0; i < MANY; i++) {
        await(&a[i]);
        CHECK(a[i].r.outcome == TRANSLATE_OK);
        CHECK(!strcmp(a[i].r.translation, "HELLO YOU"));
        CHECK(!strcmp(a[i].r.model, "echo:en-es"));
        asked_fini(&a[i]);
    }
    s = translate_stats(b.t);
    CHECK(s.inferences == 1 && s.shared == MANY - 1 && s.ok == MANY);
    bench_close(&b);
}

static void
without_a_cache_nothing_is_shared(void)
{
    struct bench b = bench_open(bench_echo(SOON_MS), &without_cache);
    struct asked a = asking("en", "es", "hello"), c = a;

    ask(&b, &a);
    ask(&b, &c);
    await(&a);
    await(&c);
    CHECK(translate_stats(b.t).inferences == 2);
    asked_fini(&a);
    asked_fini(&c);
    bench_close(&b);
}

static void
a_failure_is_told_to_all_and_not_kept(void)
{
    struct bench b = bench_open(bench_echo(SOON_MS), &with_cache);
    struct asked a = asking("en", "fr", "we break it"), c = a;

    ask(&b, &a);
    ask(&b, &c);
    await(&a);
    await(&c);
    CHECK(a.r.outcome == TRANSLATE_FAILED && c.r.outcome == TRANSLATE_FAILED);
    CHECK(strstr(c.r.err.text, "fails on this text") && !c.r.translation);
    CHECK(translate_stats(b.t).inferences == 1);
    CHECK(says(&b, asking("en", "fr", "we break it"), TRANSLATE_FAILED,
        "the echo fails on this text"));
    CHECK(translate_stats(b.t).inferences == 2);
    CHECK(translate_stats(b.t).failed == 3);
    bench_close(&b);
}

/* Each of those who wait for one inference has its own time. */
static void
nobody_waits_longer_than_allowed(void)
{
    struct bench b = bench_open(bench_echo(TEST_WAIT_MS), &with_cache);
    struct asked hasty = asking("en", "es", "hello"), calm = hasty;

    hasty.r.deadline_ms = SOON_MS;
    calm.r.deadline_ms = TEST_WAIT_MS;
    ask(&b, &calm);
    ask(&b, &hasty);
    await(&hasty);
    CHECK(hasty.r.outcome == TRANSLATE_FAILED);
    CHECK(!strcmp(hasty.r.err.text, "translation timed out"));
    CHECK(hasty.took_ms >= SOON_MS);
    CHECK(translate_stats(b.t).in_flight == 1);
    bench_close(&b);
    await(&calm);
    CHECK(!strcmp(calm.r.err.text, "the engine is closing"));
}

/* ... and when nobody waits any more, the work is not lost. */
static void
what_came_too_late_is_kept_for_the_next(void)
{
    struct bench b = bench_open(bench_echo(LATE_MS), &with_cache);
    struct asked hasty = asking("en", "es", "hello"), again = hasty;

    hasty.r.deadline_ms = SOON_MS;
    CHECK(says(&b, hasty, TRANSLATE_FAILED, "translation timed out"));
    ask(&b, &again);
    await(&again);
    CHECK(again.r.outcome == TRANSLATE_OK);
    CHECK(translate_stats(b.t).inferences == 1);
    asked_fini(&again);
    bench_close(&b);
}

static void
what_needs_no_translation_is_skipped_with_a_reason(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);

    CHECK(says(&b, asking("en", "es", "😀 🎉"), TRANSLATE_SKIPPED, "emoji only"));
    CHECK(says(&b, asking("en", "es", "https://a.org"), TRANSLATE_SKIPPED,
        "links only"));
    CHECK(says(&b, asking("en", "es", " \n "), TRANSLATE_SKIPPED, "empty"));
    CHECK(says(&b, asking("en", "en-GB", "hello"), TRANSLATE_SKIPPED,
        "the text is in this language already"));
    /* Also when nobody could translate it, or say what language it is. */
    CHECK(says(&b, asking("en", "xx", "😀"), TRANSLATE_SKIPPED, "emoji only"));
    CHECK(says(&b, asking("auto", "es", "😀"), TRANSLATE_SKIPPED, "emoji only"));
    CHECK(translate_stats(b.t).skipped == 6);
    CHECK(translate_stats(b.t).misses == 0); /* nor does it spoil the rates */
    CHECK(translate_stats(b.t).inferences == 0);
    CHECK(translate_stats(b.t).failed == 0);
    bench_close(&b);
}

static void
a_sentence_in_the_readers_language_stays_as_it_is(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);

    CHECK(gives(&b,
        asking("en", "es",
            "See you at the station. Nos vemos mañana por la mañana."),
        "SEE YOU AT THE STATION. Nos vemos mañana por la mañana.", false));
    CHECK(says(&b, asking("en", "es", "Nos vemos mañana por la mañana."),
        TRANSLATE_SKIPPED, "the text is in this language already"));
    /* It is not as long as it has words of the other. */
    CHECK(gives(&b, asking("es", "en", "quien canta take me in your arms"),
        "QUIEN CANTA TAKE ME IN YOUR ARMS", false));
    /* A word may be in both. */
    CHECK(gives(&b, asking("en", "es", "no"), "NO", false));
    bench_close(&b);
}

static void
a_sentence_in_a_third_language_goes_its_own_way(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    struct toy toy = toy_init();
    struct asked a = asking("en", "es",
        "See you at the station. \u00c0 demain \u00e0 la gare, mon ami.");

    toy_add(&toy, "fr", "es", 0.1);
    toy.bare = true;
    toy.says = "Hasta ma\u00f1ana en la estaci\u00f3n, amigo.";
    router_add(b.router, &toy.engine);
    CHECK(gives(&b, a,
        "SEE YOU AT THE STATION. Hasta ma\u00f1ana en la estaci\u00f3n, amigo.",
        false));
    /* A text of one sentence is in what it is said to be in. */
    CHECK(gives(&b, asking("en", "es", "Demain la gare, mon ami."),
        "DEMAIN LA GARE, MON AMI.", false));
    bench_close(&b);
}

static void
what_cannot_be_translated_fails_with_a_reason(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    char *text = xmalloc(TRANSLATE_TEXT_BYTES_MAX + 1);
    struct asked big = asking("en", "es", "");

    memset(text, 'x', TRANSLATE_TEXT_BYTES_MAX + 1);
    big.r.text = (struct span){text, TRANSLATE_TEXT_BYTES_MAX + 1};
    CHECK(says(&b, big, TRANSLATE_FAILED, "text too long"));
    CHECK(says(&b, asking("en", "ja", "hello"), TRANSLATE_FAILED,
        "unsupported language pair en-ja"));
    CHECK(says(&b, asking("?", "es", "hello"), TRANSLATE_FAILED,
        "unsupported language ?"));
    CHECK(says(&b, asking("en", "none", "hello"), TRANSLATE_FAILED,
        "unsupported language pair en-none"));
    CHECK(says(&b, asking("auto", "es", "x"), TRANSLATE_FAILED,
        "language not recognised"));
    free(text);
    bench_close(&b);
}

static void
auto_is_identified(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    struct asked a =
        asking("auto", "es", "where is the station, and what does it cost?");

    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK && !strcmp(a.r.source_code, "en"));
    CHECK(a.r.source_confidence > 0.5 && a.r.source_confidence <= 1);
    asked_fini(&a);
    /* What is the same text is the same translation. */
    a.r.source = SPAN("en");
    CHECK(gives(&b, a, "WHERE IS THE STATION, AND WHAT DOES IT COST?", true));
    CHECK(says(&b, asking("auto", "es", "ok"), TRANSLATE_FAILED,
        "language not recognised"));
    a = asking("auto", "es", "ok"); /* who must have an answer gets a guess */
    a.r.guess = true;
    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK && !strcmp(a.r.source_code, "en"));
    CHECK(a.r.source_confidence < 0.7);
    asked_fini(&a);
    a = asking("auto", "es", "nous avons froid aujourd'hui");
    a.r.guess = true;
    CHECK(says(&b, a, TRANSLATE_FAILED, "unsupported language pair fr-es"));
    /* French is no source here, nor taken for one. */
    CHECK(says(&b, asking("auto", "es", "nous avons froid aujourd'hui"),
        TRANSLATE_FAILED, "language not recognised"));
    bench_close(&b);
}

static void
another_way_is_an_alternative(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    struct asked a = asking("en", "es", "hello");

    a.r.other = true;
    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK);
    CHECK(!strcmp(a.r.model, "echo:en-ca-es"));
    asked_fini(&a);
    CHECK(says(&b, asking("en", "es", "hello"), TRANSLATE_OK, ""));
    a = asking("en", "ca", "hello"); /* there is one way only */
    a.r.other = true;
    CHECK(says(&b, a, TRANSLATE_FAILED, "no other way from en to ca"));
    CHECK(translate_stats(b.t).failed == 0 && translate_stats(b.t).ok == 1);
    bench_close(&b);
}

/* en-es fails here, en-ca-es does not. */
static struct engine *
half_broken(void)
{
    struct echo_cfg cfg = {.name = "broken",
        .pairs = bench_pairs,
        .n_pairs = 1,
        .queue_max = 100,
        .fail_on = "e"};

    return echo_open(&cfg);
}

static void
a_failing_path_is_left_for_another(void)
{
    struct bench b = {.router = router_new()};
    struct echo_cfg rest = {.pairs = bench_pairs + 1,
        .n_pairs = BENCH_PAIRS - 1,
        .queue_max = 100,
        .upper = true};
    struct asked a = asking("en", "es", "see @bob");

    router_add(b.router, half_broken());
    router_add(b.router, echo_open(&rest));
    b.t = translate_new(&without_cache, b.router, NULL);
    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK);
    CHECK(a.r.translation && !strcmp(a.r.translation, "SEE @bob"));
    CHECK(!strcmp(a.r.model, "echo:en-ca-es"));
    CHECK(translate_stats(b.t).rerouted == 1);
    asked_fini(&a);
    bench_close(&b);
}

static void
what_an_engine_doubts_goes_another_way(void)
{
    struct bench b = {.router = router_new()};
    struct translate_cfg gated = {.gate = true};
    struct toy toy = toy_init();
    struct asked a = asking("en", "es", "see you");
    struct asked c = asking("en", "pt", "see you");

    toy_add(&toy, "en", "es", 0.1);
    toy_add(&toy, "en", "pt", 0.1);
    router_add(b.router, bench_echo(0));
    router_add(b.router, &toy.engine);
    b.t = translate_new(&gated, b.router, NULL);
    toy.doubt = ENGINE_LOOP;
    ask(&b, &a);
    await(&a);
    CHECK(!strcmp(a.r.model, "echo:en-es") ||
          strstr(a.r.err.text, "translation refused"));
    CHECK(translate_stats(b.t).rerouted == 1);
    asked_fini(&a);
    CHECK(says(&b, c, TRANSLATE_FAILED, "translation refused: loop"));
    toy.doubt = ENGINE_CUT;
    CHECK(says(&b, c, TRANSLATE_FAILED, "translation refused: cut off"));
    bench_close(&b);
}

static void
what_an_engine_is_unsure_of_is_asked_of_another(void)
{
    struct bench b = {.router = router_new()};
    struct translate_cfg gated = {.gate = true};
    struct toy toy = toy_init(), rest = toy_init();
    struct asked a = asking("en", "es", "see you");

    toy_add(&toy, "en", "es", 0.1);
    toy_add(&toy, "en", "pt", 0.1);
    toy_add(&rest, "en", "es", 0.5);
    rest.engine.ops = toy.engine.ops;
    router_add(b.router, &rest.engine);
    router_add(b.router, &toy.engine);
    b.t = translate_new(&gated, b.router, NULL);
    toy.doubt = ENGINE_UNSURE;
    toy.confidence = 0.4;
    rest.confidence = 0.9;
    toy.says = rest.says = "hasta luego";
    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK && a.r.trust.confidence > 0.4);
    /* Nobody measured from which confidence on it is right. */
    CHECK(a.r.trust.quality == QUALITY_ROUGH);
    CHECK(strcmp(a.r.trust.doubt, "unsure") == 0);
    asked_fini(&a);
    /* The other fails: better this than nothing. */
    rest.away[0] = true;
    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK && a.r.trust.confidence <= 0.4);
    asked_fini(&a);
    /* There is no other. */
    CHECK(gives(&b, asking("en", "pt", "see you"), "<pt> hasta luego", false));
    bench_close(&b);
}

/* A way whose confidence lacks a little, and what its translation is when it
 * comes back: is that sure? */
static enum quality
proven_by(const char *there, const char *back)
{
    char dir[] = "/tmp/translate_test.XXXXXX", path[64];
    struct bench b = {.router = router_new()};
    struct translate_cfg gated = {.gate = true};
    struct toy forth = toy_init(), again = toy_init();
    struct asked a = asking("en", "es", "I see you");
    FILE *f;

    CHECK(mkdtemp(dir));
    snprintf(path, sizeof(path), "%s/ways.tsv", dir);
    f = fopen(path, "w");
    fputs("toy:en-es 50 50 80\n", f);
    fclose(f);
    toy_add(&forth, "en", "es", 0.1);
    toy_add(&again, "es", "en", 0.1);
    forth.bare = again.bare = true;
    forth.confidence = 0.7;
    forth.says = there;
    again.says = back;
    router_use_ways(b.router, dir);
    router_add(b.router, &forth.engine);
    router_add(b.router, &again.engine);
    b.t = translate_new(&gated, b.router, NULL);
    ask(&b, &a);
    await(&a);
    CHECK(a.r.outcome == TRANSLATE_OK && !strcmp(a.r.translation, there));
    asked_fini(&a);
    bench_close(&b);
    unlink(path);
    rmdir(dir);
    return a.r.trust.quality;
}

static void
what_becomes_its_source_again_is_sure(void)
{
    CHECK(proven_by("Yo te veo", "I see you.") == QUALITY_SURE);
    CHECK(proven_by("Yo te veo", "I saw you.") == QUALITY_ROUGH);
    CHECK(proven_by("Yo te geladeira", "I see you.") == QUALITY_ROUGH);
}

static void
engines_that_change_are_noticed(void)
{
    struct bench b = {.router = router_new()};
    struct translate_cfg cached = {.cache_bytes = 1 << 20};
    struct toy toy = toy_init();

    router_add(b.router, bench_echo(0));
    router_add(b.router, &toy.engine);
    b.t = translate_new(&cached, b.router, NULL);
    CHECK(gives(&b, asking("en", "es", "hi"), "HI", false));
    CHECK(gives(&b, asking("en", "es", "hi"), "HI", true));
    CHECK(says(&b, asking("en", "pt", "hi"), TRANSLATE_FAILED,
        "unsupported language pair en-pt"));
    toy_add(&toy, "en", "es", 0.1);
    toy_add(&toy, "es", "pt", 0.1);
    toy_changed(&toy);
    CHECK(gives(&b, asking("en", "es", "hi"), "<es> hi", false));
    CHECK(gives(&b, asking("en", "pt", "hi"), "<pt> <es> hi", false));
    toy.away[0] = toy.away[1] = true;
    toy_changed(&toy);
    /* All is as at the beginning, and so is what was done then. */
    CHECK(gives(&b, asking("en", "es", "hi"), "HI", true));
    CHECK(says(&b, asking("en", "pt", "hi"), TRANSLATE_FAILED,
        "unsupported language pair en-pt"));
    toy.version = 1;
    toy.away[0] = false;
    toy_changed(&toy);
    CHECK(gives(&b, asking("en", "es", "hi"), "<es> hi", false));
    bench_close(&b);
}

/* An engine that eats digits and private-use characters: whatever stands for a
 * span. */
static size_t
vandal_pairs(const struct engine *e, const struct engine_pair **ret)
{
    (void)e;
    *ret = bench_pairs;
    return BENCH_PAIRS;
}

static bool
vandal_submit(
    struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    struct buf b = {0};

    (void)e;
    (void)pair;
    (void)err;
    for (size_t i = 0; i < r->text.len; i++) {
        char c = r->text.p[i];
        if ((c >= 'a' && c <= 'z') || c == ' ')
            buf_addc(&b, (char)(c == ' ' ? c : c - 'a' + 'A'));
    }
    r->translation = buf_take(&b);
    r->confidence = 1;
    r->ok = true;
    r->done(r);
    return true;
}

/* One that says what it hears. */
static bool
parrot_submit(
    struct engine *e, size_t pair, struct engine_request *r, struct err *err)
{
    (void)e;
    (void)pair;
    (void)err;
    r->translation = span_dup(r->text);
    r->confidence = 1;
    r->ok = true;
    r->done(r);
    return true;
}

static void
nothing_to_close(struct engine *e)
{
    (void)e;
}

static const char sentence[] = "Where is the station, and what does it cost?";

static void
what_is_no_translation_is_refused_with_a_reason(void)
{
    static const struct engine_ops ops = {
        .name = "parrot",
        .pairs = vandal_pairs,
        .submit = parrot_submit,
        .close = nothing_to_close,
    };
    struct translate_cfg gated = {.gate = true, .cache_bytes = 1 << 20};
    struct engine parrot = {&ops};
    struct bench b = bench_open(&parrot, &gated);
    struct asked a = asking("en", "es", sentence);
    struct glossary *g =
        glossary_of("{\"version\":\"1\",\"terms\":[{\"term\":\"station\"}]}");

    CHECK(says(&b, a, TRANSLATE_FAILED, "translation refused: copied source"));
    CHECK(translate_stats(b.t).rerouted == 1); /* over ca: no better */
    CHECK(translate_stats(b.t).cache_entries == 0);
    a.r.glossary = g; /* a room that keeps its words may look like that */
    CHECK(gives(&b, a, sentence, false));
    glossary_unref(g);
    bench_close(&b);
    b = bench_open(&parrot, &without_cache);
    CHECK(gives(&b, asking("en", "es", sentence), sentence, false));
    bench_close(&b);
}

static void
what_an_engine_tears_is_put_together_all_the_same(void)
{
    static const struct engine_ops ops = {
        .name = "vandal",
        .pairs = vandal_pairs,
        .submit = vandal_submit,
        .close = nothing_to_close,
    };
    struct engine vandal = {&ops};
    struct bench b = bench_open(&vandal, &without_cache);

    CHECK(gives(&b,
        asking(
            "en", "es", "tell @bob and @eve 25 km **are** far 🙂 off\nbye"),
        "TELL @bob AND @eve 25 km **ARE** FAR 🙂 OFF\nBYE", false));
    bench_close(&b);
}

static void
pairs_are_counted_each_by_itself(void)
{
    struct bench b = bench_open(bench_echo(0), &with_cache);
    struct translate_pair pairs[8];

    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", false));
    CHECK(gives(&b, asking("en", "es", "hello"), "HELLO", true));
    CHECK(
        says(&b, asking("es", "en", "🙂"), TRANSLATE_SKIPPED, "emoji only"));
    CHECK(says(&b, asking("en", "ja", "hello"), TRANSLATE_FAILED,
        "unsupported language pair en-ja"));
    CHECK(translate_pairs(b.t, pairs, 0) == 2);
    CHECK(translate_pairs(b.t, pairs, 8) == 2);
    for (int i = 0; i < 2; i++) {
        bool first = !strcmp(pairs[i].source, "en");
        CHECK(!strcmp(pairs[i].target, first ? "es" : "en"));
        CHECK(
            pairs[i].ok == (first ? 2 : 0) && pairs[i].hits == (first ? 1 : 0));
        CHECK(pairs[i].skipped == (first ? 0 : 1) && pairs[i].failed == 0);
    }
    bench_close(&b);
}

static void
stopping_ends_what_is_under_way(void)
{
    struct bench b = bench_open(bench_echo(TEST_WAIT_MS), &with_cache);
    struct asked a[MANY];

    for (int i = 0; i < MANY; i++) {
        a[i] = asking("en", i % 2 ? "es" : "fr", i % 3 ? "one" : "two");
        ask(&b, &a[i]);
    }
    translate_stop(b.t);
    offer_freeze(b.offer);
    router_free(b.router);
    for (int i = 0; i < MANY; i++) {
        await(&a[i]);
        CHECK(a[i].r.outcome == TRANSLATE_FAILED);
    }
    CHECK(translate_stats(b.t).in_flight == 0);
    translate_free(b.t);
    offer_free(b.offer);
}

int
main(void)
{
    RUN(spans_stay_and_the_rest_is_translated);
    RUN(engines_see_what_is_meant);
    RUN(what_was_translated_once_comes_from_memory);
    RUN(glossaries_have_their_own_translations);
    RUN(equal_texts_at_once_are_one_inference);
    RUN(without_a_cache_nothing_is_shared);
    RUN(a_failure_is_told_to_all_and_not_kept);
    RUN(nobody_waits_longer_than_allowed);
    RUN(what_came_too_late_is_kept_for_the_next);
    RUN(what_needs_no_translation_is_skipped_with_a_reason);
    RUN(a_sentence_in_the_readers_language_stays_as_it_is);
    RUN(a_sentence_in_a_third_language_goes_its_own_way);
    RUN(what_cannot_be_translated_fails_with_a_reason);
    RUN(auto_is_identified);
    RUN(another_way_is_an_alternative);
    RUN(a_failing_path_is_left_for_another);
    RUN(what_an_engine_doubts_goes_another_way);
    RUN(what_an_engine_is_unsure_of_is_asked_of_another);
    RUN(what_becomes_its_source_again_is_sure);
    RUN(engines_that_change_are_noticed);
    RUN(what_an_engine_tears_is_put_together_all_the_same);
    RUN(what_is_no_translation_is_refused_with_a_reason);
    RUN(pairs_are_counted_each_by_itself);
    RUN(stopping_ends_what_is_under_way);
    return tap_end();
}
