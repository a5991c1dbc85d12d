/* SPDX-License-Identifier: ISC */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/id.h"
#include "gateway/dispatch.h"
#include "gateway/test_hub.h"
#include "store/store.h"
#include "wire/event.h"
#include "wire/glossary.h"

/*
 * The road to the translators, as they and the database behave badly: an input
 * says, byte by byte, what is said, edited and deleted, which translator comes,
 * goes or answers what about which task, whether outcomes can be written, and how
 * time passes.  Whatever has happened, when all behave again every task ends.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
    MESSAGES = 4,
    LANGUAGES = 3,
    TRANSLATORS = 2,
    SENT_MAX = 4096,
    WRITING_MAX = 256,
    ENDS = 400,
    TASK_BYTES = 80
};

static const char *const languages[LANGUAGES] = {"fr", "es", "de"};

/* Something that was sent and may be answered. */
struct sent {
    char task[TASK_BYTES], message[ID_BYTES];
    int revision, n_targets;
    char targets[LANGUAGES][STORE_LANG_BYTES];
    int translator;
    bool looked_up; /* the database answers once */
};

static struct {
    struct dispatch *d;
    struct hub *hub;
    int64_t now_us;
    int revisions[MESSAGES];
    struct sent sent[SENT_MAX];
    unsigned n_sent;
    enum dispatch_sent rc;
    bool unsaved; /* outcomes cannot be written */
    struct {
        char message[ID_BYTES], language[STORE_LANG_BYTES];
        int revision;
    } writing[WRITING_MAX]; /* outcomes under way */
    unsigned n_writing;
} w;

static int64_t
now_us(void *ctx)
{
    (void)ctx;
    return w.now_us;
}

static enum dispatch_sent
on_send(int translator, const struct task *t, void *ctx)
{
    struct sent *s = &w.sent[w.n_sent];

    (void)ctx;
    if (w.n_sent == SENT_MAX)
        return DISPATCH_FULL;
    if (translator != DISPATCH_DATABASE && w.rc != DISPATCH_SENT)
        return w.rc;
    assert(t->n_targets > 0 && t->n_targets <= LANGUAGES);
    *s = (struct sent){.revision = t->revision,
        .n_targets = t->n_targets,
        .translator = translator};
    snprintf(s->task, sizeof(s->task), "%s", t->task_id);
    snprintf(s->message, sizeof(s->message), "%s", t->message_id);
    for (int i = 0; i < t->n_targets; i++)
        snprintf(s->targets[i], sizeof(s->targets[i]), "%s", t->targets[i]);
    w.n_sent++;
    return DISPATCH_SENT;
}

static void
on_settle(const struct store_translation *row, int64_t born_us, void *ctx)
{
    (void)born_us;
    (void)ctx;
    assert(row->state != STORE_QUEUED);
    assert(w.n_writing < WRITING_MAX);
    snprintf(w.writing[w.n_writing].message, ID_BYTES, "%.*s",
        SPAN_ARG(row->message_id));
    snprintf(w.writing[w.n_writing].language, STORE_LANG_BYTES, "%.*s",
        SPAN_ARG(row->language));
    w.writing[w.n_writing++].revision = row->revision;
}

static const struct dispatch_ops ops = {now_us, on_send, on_settle};

/* What is being written is written, or is not. */
static void
write_all(bool ok)
{
    while (w.n_writing > 0) {
        unsigned i = --w.n_writing;
        struct store_translation row = {.revision = w.writing[i].revision};
        char message[ID_BYTES], language[STORE_LANG_BYTES];

        /* The place may be taken again meanwhile. */
        memcpy(message, w.writing[i].message, sizeof(message));
        memcpy(language, w.writing[i].language, sizeof(language));
        row.message_id = span_of(message);
        row.language = span_of(language);
        dispatch_settled(w.d, &row, ok);
    }
}

static void
answer(const struct sent *s, enum event_type type, int target, const char *text,
    const char *error)
{
    char words[16]; /* are cleaned in their place */
    struct event e = {.type = type,
        .task_id = (char *)s->task,
        .message_id = (char *)s->message,
        .session = (char *)"a run",
        .revision = s->revision,
        .target =
            target >= 0 ? (char *)s->targets[target % s->n_targets] : NULL,
        .text = text ? words : NULL,
        .error = (char *)error,
        .confidence = 1};

    snprintf(words, sizeof(words), "%s", text ? text : "");
    dispatch_on_event(w.d, &e);
}

static void
found(struct sent *s, int version)
{
    struct store_translation row = {.message_id = SPAN("another"),
        .language = span_of(s->targets[0]),
        .state = STORE_READY,
        .text = SPAN("bonjour"),
        .version = version};

    if (s->looked_up)
        return;
    s->looked_up = true;
    dispatch_looked_up(
        w.d, span_of(s->message), s->revision, &row, version >= 0);
}

static void
peer(int id, bool alive, const char *version)
{
    struct link_peer p = {.id = id,
        .name = id ? "one" : "other",
        .listed = true,
        .alive = alive,
        .session = version ? "a run" : NULL,
        .version = version};

    dispatch_on_peer(w.d, &p);
}

static void
say(int message, int which)
{
    char id[ID_BYTES];
    struct span targets[LANGUAGES];
    struct dispatch_request r = {.conversation_id = SPAN("room"),
        .content = SPAN("hello"),
        .source = SPAN("en"),
        .sender_id = SPAN("ann"),
        .revision = w.revisions[message],
        .targets = targets};

    snprintf(id, sizeof(id), "m%d", message);
    r.message_id = span_of(id);
    for (int i = 0; i < LANGUAGES; i++)
        if (which >> i & 1)
            targets[r.n_targets++] = span_of(languages[i]);
    if (r.n_targets)
        dispatch_add(w.d, &r);
}

static void
drop(int message)
{
    char id[ID_BYTES];

    snprintf(id, sizeof(id), "m%d", message);
    dispatch_drop(w.d, span_of(id));
}

static void
answer_as(struct sent *s, unsigned how)
{
    if (s->translator == DISPATCH_DATABASE) {
        found(s, (int)(how % 3) - 1);
        return;
    }
    switch (how & 7) {
    case 0:
        answer(s, EVENT_ACCEPTED, -1, NULL, NULL);
        break;
    case 1:
        answer(s, EVENT_ERROR, -1, NULL, "normal pool full");
        break;
    case 2:
        answer(s, EVENT_ERROR, (int)how >> 3, NULL, "the engine ended");
        break;
    case 3:
        answer(
            s, EVENT_ERROR, (int)how >> 3, NULL, "unsupported language pair");
        break;
    case 4:
        answer(s, EVENT_SKIPPED, how & 8 ? -1 : 0, NULL, "nothing there");
        break;
    case 5:
        answer(s, EVENT_COMPLETED, (int)how >> 3, "", NULL);
        break;
    default:
        answer(s, EVENT_COMPLETED, (int)how >> 3, "bonjour", NULL);
        break;
    }
}

static void
step(unsigned op, unsigned arg)
{
    static const char *const versions[] = {NULL, "v1", "v2", "v2"};
    int message = (int)(arg & 3);

    if (w.n_writing > WRITING_MAX / 2)
        write_all(!w.unsaved);
    switch (op & 15) {
    case 0:
    case 1:
        say(message, (int)arg >> 2);
        break;
    case 2:
        w.revisions[message]++;
        say(message, (int)arg >> 2);
        break;
    case 3:
        drop(message);
        break;
    case 4:
        peer((int)(arg & 1), arg & 2, versions[arg >> 2 & 3]);
        break;
    case 5:
        w.rc = arg & 1   ? DISPATCH_FULL
               : arg & 2 ? DISPATCH_TOO_LARGE
                         : DISPATCH_SENT;
        break;
    case 6:
        w.unsaved = arg & 1;
        break;
    case 7:
        dispatch_lost(w.d);
        break;
    case 8:
    case 9:
        w.now_us += (int64_t)arg * arg * 1000;
        dispatch_tick(w.d);
        break;
    default:
        if (w.n_sent)
            answer_as(&w.sent[w.n_sent - 1 - (op >> 4) % w.n_sent], arg);
        break;
    }
    if (op & 1)
        write_all(!w.unsaved);
}

/* All behave: how long can it take? */
static void
end_well(void)
{
    unsigned answered = w.n_sent;

    w.rc = DISPATCH_SENT;
    write_all(true);
    for (unsigned i = 0; i < answered; i++)
        if (w.sent[i].translator == DISPATCH_DATABASE)
            found(&w.sent[i], -1);
    write_all(true);
    for (int i = 0; i < TRANSLATORS; i++)
        peer(i, true, "v3");
    for (int i = 0; i < ENDS && dispatch_len(w.d) > 0; i++) {
        w.now_us += 31 * 1000 * 1000; /* all that waits is due */
        dispatch_tick(w.d);
        for (; answered < w.n_sent; answered++) {
            struct sent *s = &w.sent[answered];

            if (s->translator == DISPATCH_DATABASE)
                found(s, -1);
            for (int k = 0; s->translator >= 0 && k < s->n_targets; k++)
                answer(s, EVENT_COMPLETED, k, "bonjour", NULL);
            write_all(true);
        }
    }
    assert(dispatch_len(w.d) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const struct glossary none;
    struct dispatch_cfg cfg = {.ops = &ops,
        .balance = "least",
        .words = &none,
        .timeout_ms = 10000,
        .window = 3};

    memset(&w, 0, sizeof(w));
    w.now_us = 1000000;
    w.hub = cfg.hub = hub_new();
    test_room(w.hub, "room", "group");
    w.d = dispatch_new(&cfg, NULL);
    for (int i = 0; i < MESSAGES; i++)
        w.revisions[i] = 1;
    for (size_t i = 0; i + 1 < size && w.n_sent < SENT_MAX / 2; i += 2)
        step(data[i], data[i + 1]);
    end_well();
    dispatch_free(w.d);
    hub_free(w.hub);
    return 0;
}
