/* SPDX-License-Identifier: ISC */
/*
 * rooms_bench FILE ROOMS MESSAGES - what the list of a person's rooms costs,
 * with what is unread, mentions and the newest message of each: ROOMS rooms of
 * MESSAGES messages, of which half are unread, some deleted, and some mention.
 * FILE must not exist.  Prints one line of JSON; cpu_us is without what others
 * do on the machine.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "base/hist.h"
#include "store/store.h"

enum { LISTS = 200, DELETED_EVERY = 50, MENTIONING_EVERY = 20 };

static void
check(bool ok, const struct err *err)
{
    if (ok)
        return;
    fprintf(stderr, "rooms_bench: %s\n", err->text);
    exit(1);
}

static void
user_add(struct store *s, const char *id)
{
    struct store_user u = {.language = "en"};
    struct err err;

    snprintf(u.id, sizeof(u.id), "%s", id);
    snprintf(u.username, sizeof(u.username), "%s", id);
    snprintf(u.display_name, sizeof(u.display_name), "%s", id);
    check(store_user_add(s, &u, &err), &err);
}

static void
say(struct store *s, const char *room, int i)
{
    struct span me = SPAN("me");
    struct store_mentions mentions = {&me, 1, false};
    struct store_message m = {.conversation_id = span_of(room),
        .sender_id = i % 3 ? SPAN("other") : SPAN("me"),
        .content = SPAN("It is the same every day, and nobody says anything."),
        .language = SPAN("en"),
        .type = SPAN("text"),
        .created_ms = i + 1};
    char id[ID_BYTES], saved[ID_BYTES];
    bool duplicate;
    int64_t seq;
    struct err err;

    id_new(id);
    m.id = span_of(id);
    if (i % MENTIONING_EVERY == 0)
        m.mentioning = &mentions;
    check(
        store_message_add(s, &m, NULL, 0, saved, &seq, &duplicate, &err), &err);
    if (i % DELETED_EVERY == 0)
        check(store_message_delete(s, m.id, m.sender_id, 1, &err), &err);
}

static void
fill(struct store *s, int rooms, int messages)
{
    struct span other = SPAN("other");
    struct store_unread u;
    struct err err;
    bool moved;

    user_add(s, "me");
    user_add(s, "other");
    for (int r = 0; r < rooms; r++) {
        struct store_conversation c = {
            .type = "group", .title = "room", .created_by = "me"};
        snprintf(c.id, sizeof(c.id), "room%d", r);
        check(store_begin(s, &err), &err);
        check(store_conversation_add(s, &c, &other, 1, &err), &err);
        for (int i = 0; i < messages; i++)
            say(s, c.id, i);
        check(store_read_set(s, span_of(c.id), SPAN("me"), messages / 2, false,
                  1, &u, &moved, &err),
            &err);
        check(store_commit(s, &err), &err);
        store_events_free(store_take_events(s));
    }
}

static void
count(const struct store_listing *l, void *ctx)
{
    int64_t *unread = ctx;

    *unread += l->unread.unread;
}

static int64_t
cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

int
main(int argc, char **argv)
{
    struct store_reader me = {SPAN("me"), SPAN("en")};
    struct hist us = {0}, cpu = {0};
    int64_t unread = 0;
    struct store *s;
    char url[300];
    struct err err;

    if (argc != 4) {
        fprintf(stderr, "usage: rooms_bench FILE ROOMS MESSAGES\n");
        return 2;
    }
    snprintf(url, sizeof(url), "sqlite:%s", argv[1]);
    check((s = store_open(url, NULL, &err)) != NULL, &err);
    fill(s, atoi(argv[2]), atoi(argv[3]));
    for (int i = 0; i < LISTS; i++) {
        int64_t began = clock_mono_us(), busy = cpu_us();
        unread = 0;
        check(store_conversations_of(s, &me, count, &unread, &err), &err);
        hist_add(&us, (uint64_t)(clock_mono_us() - began));
        hist_add(&cpu, (uint64_t)(cpu_us() - busy));
    }
    printf("{\"rooms\":%s,\"messages\":%s,\"unread\":%" PRId64
           ",\"list_us\":{\"p50\":%" PRIu64 ",\"p99\":%" PRIu64
           "},\"cpu_us\":{\"p50\":%" PRIu64 ",\"p99\":%" PRIu64 "}}\n",
        argv[2], argv[3], unread, hist_quantile(&us, 0.5),
        hist_quantile(&us, 0.99), hist_quantile(&cpu, 0.5),
        hist_quantile(&cpu, 0.99));
    store_close(s);
    return 0;
}
