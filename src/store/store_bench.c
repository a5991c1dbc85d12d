/* SPDX-License-Identifier: ISC */
/*
 * store_bench FILE N BATCH TARGETS [none|ordered|random] - what saving costs
 * on this disk: N messages of 100 bytes in 250 conversations from 500 senders,
 * BATCH to a transaction, each with TARGETS ledger rows and a client id of the
 * kind named (ordered, as our clients make them).  FILE must not exist.
 * Prints one line of JSON.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/hist.h"
#include "store/store.h"

enum {
    CONVERSATIONS = 250,
    SENDERS = 500,
    CONTENT_BYTES = 100,
    CLIENT_ID_BYTES = 40
};

struct bench {
    struct store *s;
    long n, batch, targets;
    const char *client_ids; /* kind */
    char senders[SENDERS][ID_BYTES], conversations[CONVERSATIONS][ID_BYTES];
    struct hist commit_us, move_us;
    int64_t add_us, settle_us;
    long settled;
};

static void
die(const char *what, const struct err *err)
{
    fprintf(stderr, "store_bench: %s: %s\n", what, err->text);
    exit(1);
}

static void
populate(struct bench *b)
{
    struct err err = {0};
    bool ok = store_begin(b->s, &err);

    for (int i = 0; ok && i < SENDERS; i++) {
        struct store_user u = {.language = "en"};
        id_new(u.id);
        memcpy(b->senders[i], u.id, ID_BYTES);
        snprintf(u.username, sizeof(u.username), "user%d", i);
        ok = store_user_add(b->s, &u, &err);
    }
    for (int i = 0; ok && i < CONVERSATIONS; i++) {
        struct store_conversation c = {.type = "group"};
        id_new(c.id);
        memcpy(b->conversations[i], c.id, ID_BYTES);
        memcpy(c.created_by, b->senders[i], ID_BYTES);
        ok = store_conversation_add(b->s, &c, NULL, 0, &err);
    }
    if (!ok || !store_commit(b->s, &err))
        die("populate", &err);
}

static struct span
client_id(const struct bench *b, char out[CLIENT_ID_BYTES])
{
    if (strcmp(b->client_ids, "none") == 0)
        return (struct span){NULL, 0};
    if (strcmp(b->client_ids, "ordered") == 0)
        id_new(out);
    else
        snprintf(out, CLIENT_ID_BYTES, "%08lx-%04lx-%04lx-%08lx%04lx", random(),
            random() & 0xffff, random() & 0xffff, random(), random() & 0xffff);
    return span_of(out);
}

static void
add(struct bench *b, long i, char id[ID_BYTES])
{
    static const struct span languages[] = {SPAN("es"), SPAN("fr"), SPAN("ca"),
        SPAN("de"), SPAN("it"), SPAN("pt"), SPAN("eo"), SPAN("gl")};
    char content[CONTENT_BYTES], client[CLIENT_ID_BYTES];
    struct store_message m = {.type = SPAN("text"), .language = SPAN("en")};
    struct err err = {0};
    int64_t seq;
    bool duplicate;

    memset(content, 'x', sizeof(content));
    id_new(id);
    m.id = span_of(id);
    m.conversation_id = span_of(b->conversations[i % CONVERSATIONS]);
    m.sender_id = span_of(b->senders[i % SENDERS]);
    m.content = (struct span){content, sizeof(content)};
    m.created_ms = clock_wall_ms();
    m.client_message_id = client_id(b, client);
    if (!store_message_add(b->s, &m, languages, (size_t)b->targets, id, &seq,
            &duplicate, &err))
        die("add", &err);
}

static void
settle(struct bench *b, const char *id, const char *language)
{
    char text[CONTENT_BYTES];
    struct store_translation t = {.message_id = span_of(id),
        .revision = 1,
        .language = span_of(language),
        .state = STORE_READY,
        .source = SPAN("en"),
        .model = SPAN("apertium"),
        .confidence = 0.9,
        .text = {text, sizeof(text)}};
    struct err err = {0};
    bool settled;

    memset(text, 'y', sizeof(text));
    t.updated_ms = clock_wall_ms();
    if (!store_translation_settle(b->s, &t, &settled, &err))
        die("settle", &err);
    b->settled += settled;
}

static void
commit(struct bench *b)
{
    struct err err = {0};
    int64_t began = clock_mono_us();

    if (!store_commit(b->s, &err))
        die("commit", &err);
    store_events_free(store_take_events(b->s));
    hist_add(&b->commit_us, (uint64_t)(clock_mono_us() - began));
    began = clock_mono_us();
    store_tend(b->s, false);
    hist_add(&b->move_us, (uint64_t)(clock_mono_us() - began));
}

/* Save a batch, commit; then settle its first two languages, commit. */
static void
batch(struct bench *b, long first, char (*ids)[ID_BYTES])
{
    struct err err = {0};
    int64_t began = clock_mono_us(), middle;

    if (!store_begin(b->s, &err))
        die("begin", &err);
    for (long i = 0; i < b->batch; i++)
        add(b, first + i, ids[i]);
    commit(b);
    middle = clock_mono_us();
    b->add_us += middle - began;
    if (b->targets == 0)
        return;
    if (!store_begin(b->s, &err))
        die("begin", &err);
    for (long i = 0; i < b->batch; i++) {
        settle(b, ids[i], "es");
        settle(b, ids[i], "fr");
    }
    commit(b);
    b->settle_us += clock_mono_us() - middle;
}

static void
report(struct bench *b, double cpu_s)
{
    printf("{\"n\":%ld,\"batch\":%ld,\"targets\":%ld,\"client_ids\":\"%s\","
           "\"saved_per_s\":%.0f,\"settled_per_s\":%.0f,"
           "\"cpu_us_per_message\":%.2f,\"commit_us\":{\"p50\":%" PRIu64
           ",\"p99\":%" PRIu64 ",\"max\":%" PRIu64 "},\"tends\":%" PRIu64
           ",\"tend_us\":{\"p50\":%" PRIu64 ",\"max\":%" PRIu64 "}}\n",
        b->n, b->batch, b->targets, b->client_ids,
        (double)b->n * 1e6 / (double)b->add_us,
        b->settle_us ? (double)b->settled * 1e6 / (double)b->settle_us : 0.0,
        cpu_s * 1e6 / (double)b->n, hist_quantile(&b->commit_us, 0.5),
        hist_quantile(&b->commit_us, 0.99), b->commit_us.max, b->move_us.count,
        hist_quantile(&b->move_us, 0.5), b->move_us.max);
}

int
main(int argc, char **argv)
{
    static struct bench b;
    char url[4096], (*ids)[ID_BYTES];
    struct err err = {0};
    clock_t cpu;

    if (argc < 5 || access(argv[1], F_OK) == 0) {
        fprintf(stderr, "usage: store_bench NEW_FILE N BATCH TARGETS "
                        "[none|ordered|random]\n");
        return 2;
    }
    b.n = atol(argv[2]);
    b.batch = atol(argv[3]);
    b.targets = atol(argv[4]);
    b.client_ids = argc > 5 ? argv[5] : "ordered";
    if (b.n < 1 || b.batch < 1 || b.targets < 0 || b.targets > 8)
        return 2;
    snprintf(url, sizeof(url), "sqlite:%s", argv[1]);
    b.s = store_open(url, NULL, &err);
    if (!b.s)
        die("open", &err);
    populate(&b);
    ids = calloc((size_t)b.batch, sizeof(*ids));
    cpu = clock();
    for (long i = 0; i < b.n; i += b.batch)
        batch(&b, i, ids);
    report(&b, (double)(clock() - cpu) / CLOCKS_PER_SEC);
    free(ids);
    store_close(b.s);
    return 0;
}
