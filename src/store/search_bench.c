/* SPDX-License-Identifier: ISC */
/*
 * search_bench FILE MESSAGES ROOMS - what finding costs: MESSAGES messages of
 * ten words, a French translation of each, in ROOMS rooms, of which the reader
 * is in all, or in one in ten.  Words are as frequent as in a language (Zipf).
 * FILE must not exist.  Prints one line of JSON; the times are of searches for
 * one to three words, in all rooms and in one, frequent words and rare ones.
 */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/hist.h"
#include "store/store.h"

enum {
    VOCABULARY = 50000,
    WORDS = 10,
    BATCH = 500,
    SEARCHES = 500,
    PAGE = 20,
    READERS = 2,
};

static const char *const readers[READERS] = {"all", "few"};
static uint64_t state = 88172645463325252U;

static double
unit(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (double)(state >> 11) / (double)(1ULL << 53);
}

/* The rank of a word: Zipf's law by the inverse of its integral. */
static int
word(void)
{
    return (int)pow(VOCABULARY, unit()) - 1;
}

static void
check(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "search_bench: %s\n", err->text);
    exit(1);
}

/* Words that do not begin alike: a number's digits in reverse, as letters. */
static void
spell(char *out, int n)
{
    char *p = out;

    do
        *p++ = (char)('a' + n % 26);
    while ((n /= 26) > 0);
    *p++ = 'x';
    *p = '\0';
}

static void
sentence(char *out, const char *mark)
{
    char w[16];

    *out = '\0';
    for (int i = 0; i < WORDS; i++) {
        spell(w, word());
        out += sprintf(out, "%s%s ", mark, w);
    }
}

static void
populate(struct store *s, int rooms)
{
    struct err err;

    for (int i = 0; i <= READERS; i++) {
        struct store_user u = {.language = "fr"};
        const char *name = i < READERS ? readers[i] : "writer";
        snprintf(u.id, sizeof(u.id), "%s", name);
        snprintf(u.username, sizeof(u.username), "%s", name);
        check(store_user_add(s, &u, &err), &err);
    }
    for (int i = 0; i < rooms; i++) {
        struct store_conversation c = {
            .type = "group", .title = "room", .created_by = "writer"};
        struct span members[READERS] = {
            span_of(readers[0]), span_of(readers[1])};
        snprintf(c.id, sizeof(c.id), "room%d", i);
        check(
            store_conversation_add(s, &c, members, i % 10 ? 1 : 2, &err), &err);
    }
}

static void
say(struct store *s, int rooms, int64_t now_ms)
{
    char id[ID_BYTES], saved[ID_BYTES], text[WORDS * 16], room[20];
    struct span fr = SPAN("fr");
    struct store_message m = {.sender_id = SPAN("writer"),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = now_ms};
    struct store_translation t = {.language = SPAN("fr"),
        .revision = 1,
        .state = STORE_READY,
        .source = SPAN("en"),
        .model = SPAN("bench"),
        .updated_ms = now_ms};
    bool duplicate, settled;
    int64_t seq;
    struct err err;

    id_new(id);
    snprintf(room, sizeof(room), "room%d", (int)(unit() * rooms));
    sentence(text, "");
    m.id = span_of(id);
    m.conversation_id = span_of(room);
    m.content = span_of(text);
    check(
        store_message_add(s, &m, &fr, 1, saved, &seq, &duplicate, &err), &err);
    sentence(text, "f");
    t.message_id = m.id;
    t.text = span_of(text);
    check(store_translation_settle(s, &t, &settled, &err), &err);
}

static int64_t
cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static void
count(const struct store_message *m, void *ctx)
{
    (void)m;
    ++*(int *)ctx;
}

static int64_t
search(struct store *s, int i, int rooms, struct hist *us, struct hist *cpu)
{
    struct store_reader reader = {span_of(readers[i % READERS]), SPAN("fr")};
    char text[3 * 20] = "", room[20], w[16];
    struct store_query q = {.reader = &reader, .limit = PAGE};
    int64_t began, busy;
    struct err err;
    int found = 0;

    for (int k = 0, n = 0; k <= i % 3; k++) {
        spell(w, word());
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%s ", w);
    }
    q.text = span_of(text);
    snprintf(room, sizeof(room), "room%d", (int)(unit() * rooms / 10) * 10);
    if (i % 4 == 0)
        q.conversation_id = span_of(room);
    began = clock_mono_us();
    busy = cpu_us();
    check(store_search(s, &q, count, &found, &err), &err);
    hist_add(us, (uint64_t)(clock_mono_us() - began));
    hist_add(cpu, (uint64_t)(cpu_us() - busy));
    return found;
}

int
main(int argc, char **argv)
{
    struct hist us = {0}, cpu = {0};
    int64_t index_us, found = 0;
    struct store *s;
    bool more = true;
    char url[300];
    struct err err;
    int n, rooms;

    if (argc != 4) {
        fprintf(stderr, "usage: search_bench FILE MESSAGES ROOMS\n");
        return 2;
    }
    n = atoi(argv[2]);
    rooms = atoi(argv[3]);
    snprintf(url, sizeof(url), "sqlite:%s", argv[1]);
    check((s = store_open(url, NULL, &err)) != NULL, &err);
    populate(s, rooms);
    for (int i = 0; i < n; i++) {
        if (i % BATCH == 0)
            check(store_begin(s, &err), &err);
        say(s, rooms, i + 1);
        if (i % BATCH == BATCH - 1 || i == n - 1) {
            check(store_commit(s, &err), &err);
            store_events_free(store_take_events(s));
            store_tend(s, false);
        }
    }
    index_us = cpu_us();
    while (more)
        check(store_search_catch_up(s, 1000, &more, &err), &err);
    index_us = cpu_us() - index_us;
    for (int i = 0; i < SEARCHES; i++)
        found += search(s, i, rooms, &us, &cpu);
    printf("{\"messages\":%d,\"rooms\":%d,\"last_indexed_cpu_ms\":%" PRId64
           ",\"found\":%" PRId64 ",\"us\":{\"p50\":%" PRIu64 ",\"p95\":%" PRIu64
           "},\"cpu_us\":{\"p50\":%" PRIu64 ",\"p95\":%" PRIu64
           ",\"p99\":%" PRIu64 "}}\n",
        n, rooms, index_us / 1000, found, hist_quantile(&us, 0.5),
        hist_quantile(&us, 0.95), hist_quantile(&cpu, 0.5),
        hist_quantile(&cpu, 0.95), hist_quantile(&cpu, 0.99));
    store_close(s);
    return 0;
}
