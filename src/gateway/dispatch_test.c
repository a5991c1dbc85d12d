/* SPDX-License-Identifier: ISC */
#include "gateway/dispatch.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/tap.h"
#include "gateway/test_hub.h"
#include "store/store.h"

/*
 * Each row is a sentence about dispatch: what happens, in steps, and what it
 * sends ("0>m.1:fr", to translator 0 the task m.1 for French) and has written
 * ("fr=ready").  The steps:
 *
 *   up:N old:N down:N   translator N is there: ours, or the original project's
 *   say:fr,es edit:fr   the message m is saved, or is a revision more
 *   more:fr drop        a reader asks for French; the message is deleted
 *   ok full             the translator accepts the task; has no room for it
 *   ready:fr fail:fr never:fr odd:fr blank:fr   it answers; with an error; with
 *                       one that asking again does not mend; with what cannot
 *                       be it; with what cannot be seen
 *   late:fr             an answer to the first revision
 *   nosave              the next outcome cannot be written
 *   busy large free     the way to translators is full; the task is too large
 *                       for them; neither is so any more
 *   ms:N stop           so much later; the gateway stops
 *   v1:N v2:N           translator N is there, with its models of this version
 *   base                from now on the database is asked ("?m.1:fr" is seen)
 *   found:fr other:fr none   it has the text in French; of another version of
 *                       the models; it does not have it
 *   lost                the lease ran out
 */
enum { TIMEOUT_MS = 10000 };

static struct {
    struct hub *hub;
    struct dispatch *d;
    int64_t now_us;
    int revision;
    bool nosave, base;
    enum dispatch_sent sent;
    struct store_translation unsaved; /* one outcome that is being written */
    char unsaved_language[STORE_LANG_BYTES];
    bool writing;
    int64_t version; /* of the last outcome that says one */
    char seen[1000];
} w;

static void
see(const char *fmt, ...)
{
    size_t len = strlen(w.seen);
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(w.seen + len, sizeof(w.seen) - len, fmt, ap);
    va_end(ap);
}

/* ---- its world ---- */

static int64_t
now_us(void *ctx)
{
    (void)ctx;
    return w.now_us;
}

static enum dispatch_sent
send_task(int translator, const struct task *t, void *ctx)
{
    (void)ctx;
    if (translator == DISPATCH_DATABASE && !w.base)
        return DISPATCH_FULL;
    if (w.sent != DISPATCH_SENT)
        return w.sent;
    if (translator == DISPATCH_DATABASE)
        see("?%s:", t->task_id);
    else
        see("%d>%s:", translator, t->task_id);
    for (int i = 0; i < t->n_targets; i++)
        see("%s%s", i ? "," : "", t->targets[i]);
    see(" ");
    return DISPATCH_SENT;
}

static void
settle(const struct store_translation *row, int64_t born_us, void *ctx)
{
    static const char *const names[] = {"queued", "ready", "failed", "skipped"};

    (void)born_us;
    (void)ctx;
    see("%.*s=%s%s ", SPAN_ARG(row->language), row->cached ? "known:" : "",
        names[row->state]);
    w.version = row->version ? row->version : w.version;
    snprintf(w.unsaved_language, sizeof(w.unsaved_language), "%.*s",
        SPAN_ARG(row->language));
    w.unsaved = (struct store_translation){.message_id = SPAN("m"),
        .revision = row->revision,
        .language = span_of(w.unsaved_language)};
    w.writing = true;
}

static const struct dispatch_ops ops = {now_us, send_task, settle};

/* ---- the steps ---- */

static void
peer(int id, bool alive, const char *session, const char *version)
{
    struct link_peer p = {.id = id,
        .name = "translator",
        .listed = true,
        .alive = alive,
        .session = session,
        .version = version};

    dispatch_on_peer(w.d, &p);
}

static void
say(struct span languages)
{
    struct span targets[STORE_LANGUAGES_MAX];
    struct dispatch_request r = {.message_id = SPAN("m"),
        .conversation_id = SPAN("room"),
        .content = SPAN("hello"),
        .source = SPAN("en"),
        .revision = w.revision,
        .targets = targets};

    while (languages.p)
        targets[r.n_targets++] = span_cut(&languages, ',');
    dispatch_add(w.d, &r);
}

static void
hear(enum event_type type, struct span language, const char *error,
    const char *text, int revision)
{
    char task[32], target[STORE_LANG_BYTES], reason[64], content[64];
    static char message[] = "m", session[] = "first run";
    struct event e = {.type = type,
        .task_id = task,
        .session = session,
        .message_id = message,
        .revision = revision,
        .target = language.p ? target : NULL,
        .error = error ? reason : NULL,
        .text = text ? content : NULL};

    snprintf(task, sizeof(task), "m.%d", revision);
    snprintf(target, sizeof(target), "%.*s", SPAN_ARG(language));
    snprintf(reason, sizeof(reason), "%s", error ? error : "");
    snprintf(content, sizeof(content), "%s", text ? text : "");
    dispatch_on_event(w.d, &e);
}

static void
look_up(struct span language, int64_t version)
{
    struct store_translation row = {.message_id = SPAN("another"),
        .language = language,
        .state = STORE_READY,
        .text = SPAN("bonjour"),
        .version = version};

    dispatch_looked_up(w.d, SPAN("m"), w.revision, &row, 1);
}

static void
answer(const char *verb, struct span language)
{
    struct span none = {NULL, 0};

    if (strcmp(verb, "ok") == 0)
        hear(EVENT_ACCEPTED, none, NULL, NULL, w.revision);
    else if (strcmp(verb, "full") == 0)
        hear(EVENT_ERROR, none, "normal pool full", NULL, w.revision);
    else if (strcmp(verb, "ready") == 0)
        hear(EVENT_COMPLETED, language, NULL, "bonjour", w.revision);
    else if (strcmp(verb, "late") == 0)
        hear(EVENT_COMPLETED, language, NULL, "bonjour", 1);
    else if (strcmp(verb, "odd") == 0)
        hear(EVENT_COMPLETED, language, NULL, "", w.revision);
    else if (strcmp(verb, "blank") == 0)
        hear(EVENT_COMPLETED, language, NULL, " \u2800\u200b\n", w.revision);
    else if (strcmp(verb, "fail") == 0)
        hear(EVENT_ERROR, language, "the engine ended", NULL, w.revision);
    else if (strcmp(verb, "never") == 0)
        hear(EVENT_ERROR, language, "unsupported language pair", NULL,
            w.revision);
    else
        CHECK(!"a step");
}

static void
step(const char *verb, struct span arg)
{
    int n = arg.len ? atoi(arg.p) : 0;

    if (strcmp(verb, "up") == 0) {
        peer(n, true, "first run", NULL);
    } else if (strcmp(verb, "old") == 0) {
        peer(n, true, NULL, NULL);
    } else if (strcmp(verb, "down") == 0) {
        peer(n, false, NULL, NULL);
    } else if (strcmp(verb, "v1") == 0 || strcmp(verb, "v2") == 0) {
        peer(n, true, "first run", verb);
    } else if (strcmp(verb, "base") == 0) {
        w.base = true;
    } else if (strcmp(verb, "found") == 0) {
        look_up(arg, w.version);
    } else if (strcmp(verb, "other") == 0) {
        look_up(arg, w.version + 1);
    } else if (strcmp(verb, "none") == 0) {
        dispatch_looked_up(w.d, SPAN("m"), w.revision, NULL, 0);
    } else if (strcmp(verb, "lost") == 0) {
        dispatch_lost(w.d);
    } else if (strcmp(verb, "say") == 0 || strcmp(verb, "more") == 0) {
        say(arg);
    } else if (strcmp(verb, "edit") == 0) {
        w.revision++;
        say(arg);
    } else if (strcmp(verb, "drop") == 0) {
        dispatch_drop(w.d, SPAN("m"));
    } else if (strcmp(verb, "nosave") == 0) {
        w.nosave = true;
    } else if (strcmp(verb, "busy") == 0) {
        w.sent = DISPATCH_FULL;
    } else if (strcmp(verb, "large") == 0) {
        w.sent = DISPATCH_TOO_LARGE;
    } else if (strcmp(verb, "free") == 0) {
        w.sent = DISPATCH_SENT;
    } else if (strcmp(verb, "stop") == 0) {
        dispatch_stop(w.d);
    } else if (strcmp(verb, "ms") == 0) {
        w.now_us += (int64_t)n * 1000;
        dispatch_tick(w.d);
    } else {
        answer(verb, arg);
    }
    if (w.writing) {
        w.writing = false;
        dispatch_settled(w.d, &w.unsaved, !w.nosave);
        w.nosave = false;
    }
}

static void
begin(void)
{
    struct dispatch_cfg cfg = {.ops = &ops,
        .balance = "least",
        .timeout_ms = TIMEOUT_MS,
        .window = 100};
    static const struct glossary none;
    struct err err;

    memset(&w, 0, sizeof(w));
    w.now_us = 1000000;
    w.revision = 1;
    w.hub = hub_new();
    test_room(w.hub, "room", "group");
    cfg.hub = w.hub;
    cfg.words = &none;
    w.d = dispatch_new(&cfg, &err);
    CHECK(w.d != NULL);
}

static const struct sentence {
    const char *says, *steps, *expected;
} sentences[] = {
    {"a task goes to a translator that is there", "up:0 say:fr,es",
        "0>m.1:fr,es "},
    {"without a translator it waits for one", "say:fr ms:60000 up:0",
        "0>m.1:fr "},
    {"what is not accepted is sent again, under the same id",
        "up:0 say:fr ms:900 ms:400", "0>m.1:fr 0>m.1:fr "},
    {"and then less often", "up:0 say:fr ms:1300 ms:1300 ms:1300",
        "0>m.1:fr 0>m.1:fr 0>m.1:fr "},
    {"what is accepted is not", "up:0 say:fr ok ms:1300", "0>m.1:fr "},
    {"a translator of ours is asked what became of it, as a result may be lost",
        "up:0 say:fr ok ms:2100", "0>m.1:fr 0>m.1:fr "},
    {"one that never says \"accepted\" has until the timeout",
        "old:0 say:fr ms:5000 ms:4900", "0>m.1:fr "},
    {"and is asked again behind it", "old:0 say:fr ms:5000 ms:5100",
        "0>m.1:fr 0>m.1:fr "},
    {"the timeout begins when it accepts", "old:0 say:fr ms:5000 ok ms:9000",
        "0>m.1:fr "},
    {"what finds the way full goes when it is free",
        "up:0 busy say:fr ms:200 free ms:100", "0>m.1:fr "},
    {"what no translator can take fails at once", "up:0 large say:fr",
        "fr=failed "},
    {"a full pool is asked again, but not at once",
        "up:0 say:fr full ms:100 ms:2500", "0>m.1:fr 0>m.1:fr "},
    {"and however often",
        "up:0 say:fr full ms:2600 full ms:5100 full ms:9900 "
        "full ms:18000 full ms:38000 full ms:38000",
        "0>m.1:fr 0>m.1:fr 0>m.1:fr 0>m.1:fr 0>m.1:fr 0>m.1:fr 0>m.1:fr "},
    {"a result is written and the task is over",
        "up:0 say:fr ok ready:fr ms:60000", "0>m.1:fr fr=ready "},
    {"one that comes twice is written once", "up:0 say:fr ok ready:fr ready:fr",
        "0>m.1:fr fr=ready "},
    {"only what is missing is asked for again",
        "up:0 say:fr,es ok ready:fr ms:2100", "0>m.1:fr,es fr=ready 0>m.1:es "},
    {"what could not be written is asked for again",
        "up:0 say:fr ok nosave ready:fr ms:1300",
        "0>m.1:fr fr=ready 0>m.1:fr "},
    {"a failure is tried again", "up:0 say:fr ok fail:fr ms:2600",
        "0>m.1:fr 0>m.1:fr "},
    {"five times, and then it is final",
        "up:0 say:fr fail:fr ms:2600 fail:fr ms:5100 fail:fr ms:10100 "
        "fail:fr ms:20100 fail:fr ms:60000",
        "0>m.1:fr 0>m.1:fr 0>m.1:fr 0>m.1:fr 0>m.1:fr fr=failed "},
    {"a failure that asking again does not mend is final at once",
        "up:0 say:fr,es never:fr ms:900", "0>m.1:fr,es fr=failed "},
    {"what cannot be a translation is a failure, for good",
        "up:0 say:fr odd:fr ms:2600", "0>m.1:fr fr=failed "},
    {"nor can what is not seen", "up:0 say:fr blank:fr ms:2600",
        "0>m.1:fr fr=failed "},
    {"an answer to an outdated revision is none",
        "up:0 say:fr edit:fr late:fr ready:fr", "0>m.1:fr 0>m.2:fr fr=ready "},
    {"of a deleted message nothing is asked any more",
        "up:0 say:fr drop ms:60000 ready:fr", "0>m.1:fr "},
    {"what a dead translator had goes to another at once",
        "up:0 say:fr ok up:1 down:0", "0>m.1:fr 1>m.1:fr "},
    {"a language asked for meanwhile comes in the next round",
        "up:0 say:fr ok more:es ready:fr", "0>m.1:fr fr=ready 0>m.1:es "},
    {"what was just translated needs no translator",
        "v1:0 say:fr ready:fr say:fr,es",
        "0>m.1:fr fr=ready fr=known:ready "
        "0>m.1:es "},
    {"also when none is there any more", "v1:0 say:fr ready:fr down:0 say:fr",
        "0>m.1:fr fr=ready fr=known:ready "},
    {"other models translate anew", "v1:0 say:fr ready:fr v2:0 say:fr",
        "0>m.1:fr fr=ready 0>m.1:fr "},
    {"nor does what they made while they changed count as theirs",
        "v1:0 say:fr v2:0 ready:fr say:fr", "0>m.1:fr fr=ready 0>m.1:fr "},
    {"two translators that differ have nothing in common",
        "v1:0 say:fr ready:fr v2:1 say:fr", "0>m.1:fr fr=ready 1>m.1:fr "},
    {"of a deleted message nothing is remembered",
        "v1:0 say:fr ready:fr drop say:fr", "0>m.1:fr fr=ready 0>m.1:fr "},
    {"the database is asked before a translator", "v1:0 base say:fr none",
        "?m.1:fr 0>m.1:fr "},
    {"and nobody else if it knows",
        "v1:0 say:fr ready:fr drop base say:fr found:fr",
        "0>m.1:fr fr=ready ?m.1:fr fr=known:ready "},
    {"only for what is not known",
        "v1:0 say:fr ready:fr drop base say:fr,es found:fr",
        "0>m.1:fr fr=ready ?m.1:fr,es fr=known:ready 0>m.1:es "},
    {"what it knows of other models is nothing",
        "v1:0 say:fr ready:fr drop base say:fr other:fr",
        "0>m.1:fr fr=ready ?m.1:fr 0>m.1:fr "},
    {"what it found is remembered",
        "v1:0 say:fr ready:fr drop base say:fr found:fr say:fr",
        "0>m.1:fr fr=ready ?m.1:fr fr=known:ready fr=known:ready "},
    {"an edit while it is asked is asked about",
        "v1:0 base say:fr edit:fr none", "?m.1:fr ?m.2:fr 0>m.2:fr "},
    {"nor is anything sent of what was deleted meanwhile",
        "v1:0 base say:fr drop none", "?m.1:fr "},
    {"translators of whom nothing is known have nothing in the database",
        "up:0 base say:fr", "0>m.1:fr "},
    {"a gateway that lost its lease asks for nothing any more",
        "up:0 say:fr lost ms:60000 ready:fr", "0>m.1:fr "},
    {"and takes over what is its own again, under the same id",
        "up:0 say:fr lost say:fr ready:fr", "0>m.1:fr 0>m.1:fr fr=ready "},
    {"a gateway that stops sends nothing, and writes what comes",
        "up:0 say:fr stop ms:60000 ready:fr", "0>m.1:fr fr=ready "},
};

static void
play(const struct sentence *s)
{
    struct span rest = span_of(s->steps);
    char verb[16];

    begin();
    while (rest.p) {
        struct span arg = span_cut(&rest, ' '), first = span_cut(&arg, ':');
        snprintf(verb, sizeof(verb), "%.*s", SPAN_ARG(first));
        step(verb, arg);
    }
    if (!CHECK(strcmp(w.seen, s->expected) == 0))
        printf("# %s\n", w.seen);
    dispatch_free(w.d);
    hub_free(w.hub);
    tap_report(s->says);
}

int
main(void)
{
    for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++)
        play(&sentences[i]);
    return tap_end();
}
